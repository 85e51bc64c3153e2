"""Returns of old appliances: lists, one page, and the moves that it asks for."""

import uuid
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appliances import queries
from appliances.forms.return_facts import Facts
from appliances.forms.returns import Opening
from appliances.models import Appliance, HardwareReturn
from appliances.services import photographs, returns
from appliances.views import return_moves
from appliances.views.return_moves import Move
from appliances.views.sites import find as find_site, status_of
from portal import clock, permissions
from portal.permissions import needs


@require_safe
@needs("platform.view")
def of_all(request: HttpRequest) -> HttpResponse:
    """Staff: the returns of all customers."""
    return _list(request, HardwareReturn.across.select_related("customer"), across=True)


@require_safe
@needs("return.view")
def of_customer(request: HttpRequest) -> HttpResponse:
    rows, visible = HardwareReturn.objects.all(), permissions.visible_sites(request.user)
    rows = rows if visible is None else rows.filter(site_id__in=visible)
    return _list(request, rows.select_related("customer"), across=False)


def _list(request: HttpRequest, rows: Any, *, across: bool) -> HttpResponse:
    at = clock.now()
    found = list(rows.select_related("site", "appliance").order_by("-opened_at")[: queries.PAGE])
    page = {"rows": [(row, row.is_late(at)) for row in found], "across": across}
    return render(request, "appliances/return_list.html", page)


@needs("return.manage")
def open_failed(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A return by itself, for an appliance of this site that failed."""
    site = find_site(request, pk, "return.manage")
    places = [Appliance.Place.IN_PLACE, Appliance.Place.LEFT]
    boxes = list(Appliance.known.filter(site=site, place__in=places).order_by("letter", "name"))
    form = Opening(request.POST or None, appliances=boxes)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        box = next(box for box in boxes if str(box.pk) == given["appliance"])
        box.site = site
        row = returns.open_failed(
            box, reason=given["reason"], kind=given["kind"], by=request.user, at=clock.now()
        )
        return redirect("appliances:return", slug=request.customer.slug, pk=row.pk)
    page = {"form": form, "site": site}
    return render(request, "appliances/return_open.html", page, status=status_of(request))


@require_safe
@needs("return.view")
def one(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _page(request, find(request, pk, "return.view"))


@require_POST
@needs("return.manage")
def describe(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Numbers, dates and parcel, as they become known."""
    row = find(request, pk, "return.manage")
    form = Facts(request.POST, instance=HardwareReturn.objects.get(pk=row.pk))
    if not form.is_valid():
        return _page(request, row, facts=form, status=422)
    returns.describe(row, by=request.user, at=clock.now(), **form.facts())
    return _back(request, row)


@require_POST
@needs("return.manage")
def move(request: HttpRequest, pk: uuid.UUID, verb: str) -> HttpResponse:
    return _moved(request, pk, verb, "return.manage")


@require_POST
@needs("return.authorise")
def decide(request: HttpRequest, pk: uuid.UUID, verb: str) -> HttpResponse:
    """What is the vendor's to say: authorised, refused, received."""
    return _moved(request, pk, verb, "return.authorise")


@require_POST
@needs("return.waive")
def waive(request: HttpRequest, pk: uuid.UUID, verb: str) -> HttpResponse:
    """The second person for a box that cannot be wiped."""
    return _moved(request, pk, verb, "return.waive")


def _moved(request: HttpRequest, pk: uuid.UUID, verb: str, needed: str) -> HttpResponse:
    row = find(request, pk, needed)
    asked = return_moves.MOVES.get(verb)
    if asked is None or asked.needs != needed:
        raise Http404
    form = asked.form(row, request.POST)
    if not form.is_valid():
        return _page(request, row, moving={verb: form}, status=422)
    asked.make(row, form, request.user, clock.now())
    return _back(request, row)


def find(request: HttpRequest, pk: uuid.UUID, action: str) -> HardwareReturn:
    known = HardwareReturn.objects.select_related(
        "site", "appliance__site", "replacement", "opened_by", "confirmed_by", "wiped_by",
        "waiver_asked_by",
    )  # fmt: skip
    if request.method == "POST":  # what others write down meanwhile is neither lost nor undone
        known = known.select_for_update(of=("self",), no_key=True)
    found = get_object_or_404(known, pk=pk)
    permissions.demand(request.user, action, site_id=found.site_id)
    return found


def _back(request: HttpRequest, row: HardwareReturn) -> HttpResponse:
    notices.success(request, _("Saved."))
    return redirect("appliances:return", slug=request.customer.slug, pk=row.pk)


def _page(
    request: HttpRequest, row: HardwareReturn, *, moving: dict[str, Any] | None = None,
    facts: Facts | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    moves = [
        (verb, one, (moving or {}).get(verb) or one.form(row))
        for verb, one in return_moves.possible(row)
        if permissions.may(request.user, one.needs, site_id=row.site_id)
    ]
    page = {
        "row": row,
        "site": row.site,
        "overdue": row.is_late(clock.now()),
        "moves": [each for each in moves if not each[1].aside],
        "asides": [each for each in moves if each[1].aside],
        "facts": facts or Facts(instance=row),
        "road": return_moves.road(row),
        "photographs": photographs.of(row),
        "late": return_moves.late(row),
    }
    return render(request, "appliances/return.html", page, status=status)


__all__ = ["Move", "decide", "describe", "move", "of_all", "of_customer", "one", "open_failed"]
