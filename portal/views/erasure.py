"""The page on which a customer's erasure is asked for, taken back and confirmed; for staff the
list of them all, each with its receipt and the trail that stays."""

import uuid
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from portal import clock, permissions
from portal.errors import Refused
from portal.forms.erasure import Asking, Named
from portal.models import Erasure
from portal.permissions import needs
from portal.services import customers, proofs
from portal.services.erasing import asking, obstacles, receipts

EVENTS = 100
SAID = {"customer-name-differs": "name", "wrong-password": "password"}


@require_safe
@needs("erasure.ask")
def erasure(request: HttpRequest) -> HttpResponse:
    return _page(request, asking.current(), None)


@sensitive_post_parameters("password")
@require_POST
@needs("erasure.ask")
def ask(request: HttpRequest) -> HttpResponse:
    form = Asking(request.POST, ways=_ways(request))
    if not form.is_valid():
        return _page(request, asking.current(), form, status=422)
    given = form.cleaned_data
    try:
        with _proven(request, given):
            asking.ask(name=given["name"], reason=given["reason"], by=request.user, at=clock.now())
    except Refused as refusal:
        return _refused(request, form, refusal)
    notices.success(request, _("Asked for. Your administrators have been told by e-mail."))
    return _back()


@sensitive_post_parameters("password")
@require_POST
@needs("erasure.confirm")
def confirm(request: HttpRequest) -> HttpResponse:
    found, form = _current(), Named(request.POST, ways=_ways(request))
    if not form.is_valid():
        return _page(request, found, form, status=422)
    given = form.cleaned_data
    try:
        with _proven(request, given):
            asking.confirm(found, name=given["name"], by=request.user, at=clock.now())
    except Refused as refusal:
        return _refused(request, form, refusal)
    notices.success(request, _("Confirmed. The customer’s administrators have been told."))
    return _back()


@require_POST
@needs("erasure.ask")
def take_back(request: HttpRequest) -> HttpResponse:
    asking.take_back(_current(), by=request.user, at=clock.now())
    notices.success(request, _("Taken back: nothing is erased."))
    return _back()


@require_safe
@needs("erasure.confirm")
def erasures(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/erasures.html", {"erasures": receipts.every()[:200]})


@require_safe
@needs("erasure.confirm")
def receipt(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(receipts.every(), pk=pk)
    shown = {"erasure": found, "tables": receipts.tables(found), "told": receipts.told(found)}
    return render(request, "portal/erasure_receipt.html", shown)


@require_safe
@needs("erasure.confirm")
def trail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What was kept of a customer whom nobody enters any more, newest first."""
    found = get_object_or_404(receipts.every().filter(state=Erasure.State.ERASED), pk=pk)
    before = request.GET.get("before", "")
    number = int(before) if before.isdecimal() and len(before) < 18 else None
    rows = receipts.trail(found, before=number, most=EVENTS + 1)
    older = str(rows[EVENTS - 1].number) if len(rows) > EVENTS else ""
    page = {"erasure": found, "rows": rows[:EVENTS], "older": older}
    return render(request, "portal/erasure_trail.html", page)


def _ways(request: HttpRequest) -> proofs.Ways:
    return proofs.ways(request, proofs.of_erasure(customers.current()))


def _proven(request: HttpRequest, given: dict[str, Any]) -> AbstractContextManager[None]:
    purpose = proofs.of_erasure(customers.current())
    return proofs.proven(request, purpose, given.get("password", ""))


def _current() -> Erasure:
    if (found := asking.current()) is None:
        raise Http404
    return found


def _back() -> HttpResponse:
    return redirect("portal:erasure", slug=customers.current().slug)


def _refused(request: HttpRequest, form: Named, refusal: Refused) -> HttpResponse:
    """Answered with 200: what counts wrong passwords is written in this very transaction, which
    an answer of 400 or more would roll back. Nothing else was written."""
    if (field := SAID.get(refusal.code)) in form.fields:
        form.add_error(field, str(refusal))
        return _page(request, asking.current(), form)
    return _page(request, asking.current(), form, refusal=refusal)


def _page(
    request: HttpRequest, found: Erasure | None, form: Named | None, *,
    refusal: Refused | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    if permissions.visible_sites(request.user) is not None:  # all of it is decided by whom sees it
        raise PermissionDenied
    confirms = (
        found is not None
        and found.state == Erasure.State.ASKED
        and permissions.may(request.user, "erasure.confirm")
        and found.asked_by_id != request.user.pk
    )
    ways = _ways(request)
    shown: dict[str, Any] = {
        "ways": ways,
        "erasure": found, "confirms": confirms, "refusal": refusal, "days": settings.ERASURE_DAYS,
        "obstacles": obstacles.found(clock.now()) if found is None or confirms else [],
        "form": form or (Named(ways=ways) if confirms else Asking(ways=ways)),
    }  # fmt: skip
    return render(request, "portal/erasure.html", shown, status=status)
