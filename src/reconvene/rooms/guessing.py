"""How many wrong codes may be typed: for one address of the network, and for the whole installation. Called by the views that take codes.

Counted in the cache of the web process, where sign-in counts too. Right codes do not count, so a busy office does not lock itself out.
"""

from contextlib import suppress

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

FROM_ONE_ADDRESS, ADDRESS_SECONDS = 20, 600
IN_ALL, ALL_SECONDS = 300, 3600


def too_many(request: HttpRequest) -> bool:
    """Whether no code is looked at for now."""
    return any(cache.get(key, 0) >= most for key, most, _seconds in _counters(request))


def count_wrong(request: HttpRequest) -> None:
    """Note one wrong code."""
    for key, _most, seconds in _counters(request):
        if not cache.add(key, 1, seconds):
            with suppress(ValueError):  # it ran out between the two lines
                cache.incr(key)


def _counters(request: HttpRequest) -> tuple[tuple[str, int, int], ...]:
    address = get_adapter().get_client_ip(request)
    return (f"room-code:{address}", FROM_ONE_ADDRESS, ADDRESS_SECONDS), ("room-code", IN_ALL, ALL_SECONDS)
