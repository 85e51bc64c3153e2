"""What every template may use."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest

from portal import clock


def page(request: HttpRequest) -> dict[str, Any]:
    """Now, the reader's zone and theme, and the customer whose pages these are."""
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    return {
        "now": clock.now(),
        "reader_zone": ZoneInfo(user.zone) if known and user else ZoneInfo("UTC"),
        "theme": user.theme if known and user else _theme_of_cookie(request),
        "customer": getattr(request, "customer", None),
        "languages": settings.LANGUAGES,
        "demo": settings.DEMO,
        "simulator_url": settings.SIMULATOR_URL if settings.DEMO else "",
    }


def _theme_of_cookie(request: HttpRequest) -> str:
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in ("light", "dark") else ""
