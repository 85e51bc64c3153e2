"""Secret calendar addresses: made and ended on the profile page, read by calendar programs."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.errors import Refused
from portal.models import CalendarFeed
from portal.permissions import OPEN, SIGNED_IN, needs
from portal.services import customers, feeds, network, signin
from upgrades.forms.feeds import FeedForm
from upgrades.services import feeds as contents


@require_POST
@needs(SIGNED_IN)
def make(request: Any) -> HttpResponse:
    """The address is shown once."""
    form = FeedForm(request.POST)
    if not form.is_valid():
        for why in form.errors.values():
            notices.error(request, why[0])
        return redirect(f"{reverse('portal:profile')}#feeds")
    given, owner = form.cleaned_data, None
    if not request.user.is_staff:
        known = {each.slug: each for each in customers.of_person(request.user)}
        if (owner := known.get(given["customer"])) is None:
            raise Http404
    token = feeds.make(
        request.user, name=given["name"], customer=owner, at=clock.now(),
        sentence=given["sentence"] if owner is None else "",
    )  # fmt: skip
    address = settings.PUBLIC_URL + reverse("upgrades:calendar-feed", args=[token])
    page = {"address": address, "name": given["name"]}
    return render(request, "upgrades/feed_made.html", page)


@require_POST
@needs(SIGNED_IN)
def end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(feeds.of_person(request.user), pk=pk)
    feeds.end(found, by=request.user, at=clock.now())
    notices.success(request, _("This calendar address answers nobody any more."))
    return redirect(f"{reverse('portal:profile')}#feeds")


@require_safe
@needs(OPEN)
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar; 304 to whoever has it. An ended address answers as one that never was."""
    try:
        found: CalendarFeed = feeds.find(token, address=network.address_of(request))
        content = contents.of(found, at=clock.now())
    except signin.TooManyTries:
        return HttpResponse(status=429)
    except Refused:
        return HttpResponse(status=404)
    tag = contents.etag(content)
    kept = {each.strip() for each in request.headers.get("If-None-Match", "").split(",")}
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in kept or f"W/{tag}" in kept:
        return HttpResponse(status=304, headers=headers)
    headers["Content-Language"] = found.user.language
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
