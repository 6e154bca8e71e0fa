"""What every page's frame needs. Named in the settings as a context processor."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from reconvene.base import clock
from reconvene.base.templatetags.design import SeatMark

DOOR_SEATS = [SeatMark("taken")] * 5


def frame(request: HttpRequest) -> dict[str, Any]:
    """The demo's switch and the clock, the rehearsal if it is one, the content security nonce under the name that django-htmx reads."""
    return {
        "demo": settings.DEMO,
        "clock_rate": clock.rate(),
        "now": clock.now(),
        "rehearsal": getattr(request, "rehearsal", None),
        "door_seats": DOOR_SEATS,
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }
