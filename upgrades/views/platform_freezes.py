"""Freezes for everybody, or of one release: set by the vendor's rollout managers."""

import uuid
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appliances.models import Package
from portal import clock
from portal.permissions import needs
from upgrades.forms.freezes import PlatformFreezeForm
from upgrades.models import PlatformFreeze, Settlement
from upgrades.services import freeze_lists, freezing
from upgrades.services.whatif import everywhere, lists

COULD_NOT = 422


@require_safe
@needs("platform.view")
def freeze_list(request: HttpRequest) -> HttpResponse:
    return _page(request, _form())


@require_POST
@needs("platform.manage")
def add(request: Any) -> HttpResponse:
    """Shown first, customer by customer, if it may hit upgrades; or it stands at once, and what it
    hits is shown afterwards."""
    form, at = _form(request.POST), clock.now()
    if not form.is_valid():
        return _page(request, form, status=COULD_NOT)
    try:
        if "at-once" in request.POST:
            freeze = freezing.add_for_all(**form.cleaned_data, by=request.user, at=at)
            return _to(request, everywhere.ask_standing(freeze, by=request.user, at=at))
        asked = everywhere.ask_freeze(**form.cleaned_data, by=request.user, at=at)
    except freezing.BadFreeze as refusal:
        for name, why in refusal.fields.items():
            form.add_error(name, str(why))
        return _page(request, form, status=409)
    return _to(request, asked)


@require_POST
@needs("platform.manage")
def settle(request: Any) -> HttpResponse:
    """What a freeze hits that stands already: shown, then put right."""
    asked = everywhere.ask_standing(_named(request), by=request.user, at=clock.now())
    if asked.ended_at:
        notices.success(request, _("It hits no upgrade."))
        return redirect("upgrades:platform-freeze-list")
    return redirect("upgrades:settlement", pk=asked.pk)


@require_POST
@needs("platform.manage")
def lift(request: HttpRequest) -> HttpResponse:
    freezing.lift_for_all(_named(request), by=request.user, at=clock.now())
    notices.success(request, _("The freeze is lifted."))
    return redirect("upgrades:platform-freeze-list")


def _to(request: HttpRequest, asked: Settlement) -> HttpResponse:
    if asked.ended_at:
        notices.success(request, _("The freeze stands."))
        return redirect("upgrades:platform-freeze-list")
    return redirect("upgrades:settlement", pk=asked.pk)


def _page(request: HttpRequest, form: PlatformFreezeForm, *, status: int = 200) -> HttpResponse:
    shown = {"freezes": list(freeze_lists.for_all(ahead_of=clock.now())), "form": form,
             "settlements": lists.under_way()}  # fmt: skip
    return render(request, "upgrades/platform_freezes.html", shown, status=status)


def _form(data: Any = None) -> PlatformFreezeForm:
    releases = Package.objects.filter(kind=Package.Kind.PRODUCT, withdrawn_at=None)
    return PlatformFreezeForm(data, releases=releases.order_by("-released_on", "version"))


def _named(request: HttpRequest) -> PlatformFreeze:
    pk = _uuid(request.POST.get("freeze", ""))
    return get_object_or_404(PlatformFreeze, pk=pk)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
