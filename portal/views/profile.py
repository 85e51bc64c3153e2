from zoneinfo import available_timezones

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.permissions import SIGNED_IN, needs
from portal.services import customers, feeds, sessions

# What a list of zones need not offer: old names, POSIX spellings, the machine's own.
NOT_PLACES = ("Etc/", "posix/", "right/", "SystemV/", "US/", "Factory", "localtime")


@require_safe
@needs(SIGNED_IN)
def profile(request: HttpRequest) -> HttpResponse:
    """How the person reads: language, zone, colours; and where they are signed in.

    Each form has its own address to post to.
    """
    zones = [
        name
        for name in sorted(available_timezones())
        if name == "UTC" or ("/" in name and not name.startswith(NOT_PLACES))
    ]
    page = {
        "zones": zones, "places": sessions.of_person(request),
        "feeds": feeds.of_person(request.user),
        "owners": [] if request.user.is_staff else customers.of_person(request.user),
    }  # fmt: skip
    return render(request, "portal/profile.html", page)
