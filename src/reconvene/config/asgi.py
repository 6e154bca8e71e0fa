"""The ASGI application: the rooms' bare streams, drafts and stages, and the questions of balancers, beside Django. Served by uvicorn."""

import gc
import os
import warnings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reconvene.config.settings")

# WhiteNoise hands its files over as plain iterators; they are small, and Django reads them in a thread.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

import django  # noqa: E402  # the settings' name has to be known first

django.setup(set_prefix=False)

from reconvene.config import health  # noqa: E402  # needs the apps that the line above loads
from reconvene.config.handler import ThreadedHandler  # noqa: E402
from reconvene.rooms import drafts, stages, stream  # noqa: E402
from reconvene.rooms.viewers import Receive, Scope, Send  # noqa: E402

django_application = ThreadedHandler()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Streams of the rooms, and drafts and stages when nothing about them is unusual, without Django's handler; everything else with it."""
    if stream.is_stream(scope):
        await stream.serve(scope, receive, send)
    elif drafts.is_draft(scope):
        await drafts.serve(scope, receive, send, otherwise=django_application)
    elif stages.is_stage(scope):
        await stages.serve(scope, receive, send, otherwise=django_application)
    elif health.is_health(scope):
        await health.serve(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _live(receive, send)
    else:
        await django_application(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    """Say that all is ready, and when the server stops, close what is open."""
    gc.collect()
    gc.set_threshold(10_000)  # after every 700 objects the search would be a tenth of the work of a full server
    gc.freeze()  # guides, finder and classes live as long as the process: no request waits while they are searched for rubbish
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await drafts.close()
    await send({"type": "lifespan.shutdown.complete"})
