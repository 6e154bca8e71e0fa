"""The ASGI application: the rooms' bare streams beside Django. Served by uvicorn."""

import os
import warnings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reconvene.config.settings")

# WhiteNoise hands its files over as plain iterators; they are small, and Django reads them in a thread.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

from django.core.asgi import get_asgi_application

application = get_asgi_application()
