"""Asking servers that strangers name: https only, public addresses only, ten seconds and five megabytes in all, three redirects.

A person types an address and our server goes there, so whatever is typed, resolved or redirected to must not reach our own network
(SSRF). A name is resolved once, every address it has must be public, and the connection goes to exactly the address that was
checked. Hosts named in RECONVENE_INSIDE_HOSTS may be private, on any port, and without https. With RECONVENE_OUTGOING_PROXY everything else
goes through the company's proxy, which looks names up itself: then only what this machine knows of a name can be checked here.

Called by what reads calendars and writes into them, and by the channels of messages. Logs nothing: addresses are secrets here.
"""

import asyncio
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache, partial

import httpx
from django.conf import settings

from reconvene.availability.registry import Unreadable

SECONDS = 10.0
LARGEST = 5_000_000
"""Bytes of one answer."""
MOST_REDIRECTS = 3
WRITES = ("PUT", "DELETE")
HTTPS_PORTS = (None, 443)
_lookers_up = ThreadPoolExecutor(8, thread_name_prefix="names")
"""Not the event loop's own threads: `asyncio.run` waits for those at its end, and a name server that is silent keeps one for half a minute."""
_IPV6_OF_EVERYONE = ipaddress.IPv6Network("2000::/3")
_IPV4_IN_IPV6 = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))
"""6to4 and Teredo; the mapped, compatible and NAT64 forms lie outside of 2000::/3 anyway."""


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers, the body as it was sent, and the address after redirects."""

    status: int
    headers: httpx.Headers
    body: bytes
    address: str

    @property
    def content_type(self) -> str:
        """The media type alone, in small letters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def wait(self) -> timedelta | None:
        """For how long it asks us to wait (Retry-After: seconds or a date), if it does."""
        text = self.headers.get("retry-after", "").strip()
        if text.isdecimal() and len(text) < 9:
            return timedelta(seconds=int(text))
        try:
            return parsedate_to_datetime(text).astimezone(UTC) - datetime.now(UTC)  # both are real time, whatever the demo's clock shows
        except ValueError:
            return None


class Conversation:
    """A few questions to one service, ten seconds, or less, for all of them together."""

    def __init__(self, *, user: str = "", password: str = "", seconds: float = SECONDS) -> None:
        self._auth = httpx.BasicAuth(user, password) if user else None
        self._until = time.monotonic() + min(seconds, SECONDS)

    def ask(self, method: str, address: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """The answer, whatever its status. Raises Unreadable: forbidden, slow, too_large, away."""
        seconds = self._until - time.monotonic()
        try:
            return asyncio.run(_within(max(seconds, 0.0), method, address, headers or {}, body, self._auth))
        except TimeoutError:
            raise Unreadable("slow") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError, ValueError):
            raise Unreadable("away") from None


def class_status(status: int) -> None:
    """Raises Unreadable for every status that brings no calendar."""
    if status in (401, 403):
        raise Unreadable("refused")
    if status in (404, 410):
        raise Unreadable("not_found")
    if status >= 300:
        raise Unreadable("away")


async def _within(
    seconds: float, method: str, address: str, headers: Mapping[str, str], body: bytes, auth: httpx.BasicAuth | None
) -> Answer:
    async with asyncio.timeout(seconds), _client() as client:
        url = httpx.URL(address)
        for _ in range(MOST_REDIRECTS + 1):
            asked = client.build_request(method, url, headers={"Accept-Encoding": "identity", **headers}, content=body or None)
            answer = await client.send(asked, auth=auth, stream=True)
            try:
                if not answer.has_redirect_location:
                    return Answer(answer.status_code, answer.headers, await _body(answer), str(url))
                there = url.join(answer.headers["location"])
            finally:
                await answer.aclose()
            if method == "POST" or (method in WRITES and there.host != url.host):
                break  # a secret goes where it was meant to go, or nowhere; so does an event
            if (there.host, there.port) != (url.host, url.port):
                auth = None
            url = there
    raise Unreadable("away")


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=_Guarded(), timeout=SECONDS, follow_redirects=False, trust_env=False)


async def _body(answer: httpx.Response) -> bytes:
    """At most LARGEST bytes, refused before they are read where the server says how many. Never unpacked: a small body can unpack to any size."""
    if answer.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise Unreadable("away")
    if answer.headers.get("content-length", "0").isdecimal() and int(answer.headers.get("content-length", "0")) > LARGEST:
        raise Unreadable("too_large")
    parts, size = [], 0
    async for part in answer.aiter_raw():
        size += len(part)
        if size > LARGEST:
            raise Unreadable("too_large")
        parts.append(part)
    return b"".join(parts)


class _Guarded(httpx.AsyncBaseTransport):
    """Connects to the address that was looked at, with the name in TLS and in the Host header; or asks the company's proxy to."""

    def __init__(self) -> None:
        self._direct, self._proxied = httpx.AsyncHTTPTransport(verify=_trusted()), None
        if settings.OUTGOING_PROXY:
            self._proxied = httpx.AsyncHTTPTransport(verify=_trusted(), proxy=httpx.Proxy(settings.OUTGOING_PROXY))

    async def aclose(self) -> None:
        await self._direct.aclose()
        if self._proxied is not None:
            await self._proxied.aclose()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        is_inside = host.lower() in settings.INSIDE_HOSTS
        if not is_inside and (request.url.scheme != "https" or request.url.port not in HTTPS_PORTS):
            raise Unreadable("forbidden")
        addresses = await _addresses(host, may_be_unknown=self._proxied is not None and not is_inside)
        if not is_inside and not all(is_public(address) for address in addresses):
            raise Unreadable("forbidden")
        if self._proxied is not None and not is_inside:
            return await self._proxied.handle_async_request(request)
        there = httpx.Request(
            request.method,
            request.url.copy_with(host=addresses[0]),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return await self._direct.handle_async_request(there)


async def _addresses(host: str, *, may_be_unknown: bool) -> list[str]:
    """Every address of a name. Behind a proxy this machine often knows no names of the internet; then there are none."""
    try:
        found = await asyncio.get_running_loop().run_in_executor(
            _lookers_up, partial(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
        )
    except socket.gaierror:
        if may_be_unknown:
            return []
        raise
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet: not to this machine, a company's network, a carrier's, or a group of receivers."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        hides_another = any(found in network for network in _IPV4_IN_IPV6)
        return found in _IPV6_OF_EVERYONE and found.is_global and not hides_another
    return found.is_global and not found.is_multicast


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """The machine's own certificates, because a company's server often has one of the company's."""
    return ssl.create_default_context()
