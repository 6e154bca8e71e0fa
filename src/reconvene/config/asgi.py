"""The ASGI application: the rooms' bare streams beside Django. Served by uvicorn."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reconvene.config.settings")

from django.core.asgi import get_asgi_application

application = get_asgi_application()
