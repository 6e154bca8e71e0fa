"""Django behind the web server: one thread takes a request through all of Django and back. Used by `config.asgi`.

Django's own handler passes a request between the event loop and threads once for each middleware, because some of ours know no event loop.
Measured, that was half of the work of a request. Here the event loop reads the request and writes the answer, nothing else.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

THREADS = 4  # with the streams' threads fewer than the pool's connections, so that nobody waits for another's


class ThreadedHandler(ASGIHandler):
    """Answers HTTP requests of ASGI. A request that was read to its end is carried out, even when nobody waits for the answer any more."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")
        super().__init__()

    def load_middleware(self, is_async: bool = False) -> None:
        """Load the middleware for threads, whatever the base class asks for."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Django answers HTTP only, not {scope['type']}.")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        response = await self._in_thread(self._answer, scope, body)
        try:
            await self.send_response(response, send)
        finally:
            if response.streaming:
                await self._in_thread(response.close)

    def _answer(self, scope: Any, body: BinaryIO) -> HttpResponseBase:
        """The response; closed already when it is complete, which gives the database connection back in the thread that used it."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        if request is None:
            body.close()
        response: HttpResponseBase = self.get_response(request) if request is not None else refusal  # type: ignore[assignment]
        if not response.streaming:
            response.close()
        return response

    async def _in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        context = contextvars.copy_context()  # what a request sets (language, organisation, clock) ends with it
        return await asyncio.get_running_loop().run_in_executor(self.threads, lambda: context.run(work, *arguments))
