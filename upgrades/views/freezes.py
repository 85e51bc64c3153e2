"""Freezes of a customer: what stands, what comes from calendars, and who answers for what."""

import uuid
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appliances.models import Site
from portal import clock, permissions
from portal.errors import Refused
from portal.permissions import needs
from upgrades.forms.freezes import CalendarForm, FreezeForm, ReasonForm
from upgrades.models import FreezeCalendar
from upgrades.planning import stored
from upgrades.services import calendars, freeze_lists, freezes, freezing, refreshing, whatif
from upgrades.views.finding import booking_of, to_job
from upgrades.views.whatif import save

COULD_NOT = 422


@require_safe
@needs("site.view")
def freeze_list(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@needs("freeze.manage")
def freeze_add(request: Any) -> HttpResponse:
    form = FreezeForm(request.POST, **_sites(request))
    if not form.is_valid():
        return _page(request, form=form, status=COULD_NOT)
    try:
        return save(
            request, whatif.AddFreeze(**form.cleaned_data), title=_("Set a freeze"),
            back=_list(request), said=_("The freeze stands."), carried=list(form.fields),
        )  # fmt: skip
    except freezing.BadFreeze as refusal:
        return _page(request, form=_wrong(form, refusal), status=409)


@require_POST
@needs("freeze.manage")
def freeze_lift(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    freeze = get_object_or_404(freeze_lists.own(permissions.visible_sites(request.user)), pk=pk)
    _demand(request, freeze.site_id)
    freezing.lift(freeze, by=request.user, at=clock.now())
    notices.success(request, _("The freeze is lifted."))
    return redirect(_list(request))


@require_POST
@needs("freeze.manage")
def calendar_add(request: HttpRequest) -> HttpResponse:
    form = CalendarForm(request.POST, request.FILES, **_sites(request))
    if not form.is_valid():
        return _page(request, calendar_form=form, status=COULD_NOT)
    try:
        calendars.add(**form.values(), by=request.user, at=clock.now())
    except calendars.BadCalendar as refusal:
        return _page(request, calendar_form=_wrong(form, refusal), status=409)
    notices.success(request, _("The calendar is added. What it holds counts once it is read."))
    return redirect(_list(request))


@require_POST
@needs("freeze.manage")
def calendar_accept(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What waits counts, after a look at what it displaces."""
    calendar = _calendar(request, pk)
    return save(
        request, whatif.AcceptCalendar(calendar.pk), title=calendar.name, back=_list(request),
        said=_("The events of the calendar count now."),
    )  # fmt: skip


@require_POST
@needs("freeze.manage")
def calendar_refresh(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    refreshing.ask(_calendar(request, pk), at=clock.now())
    notices.success(request, _("It is read anew in a moment."))
    return redirect(_list(request))


@require_POST
@needs("freeze.manage")
def calendar_remove(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    calendars.remove(_calendar(request, pk), by=request.user, at=clock.now())
    notices.success(request, _("The calendar is removed, and the freezes that came from it."))
    return redirect(_list(request))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("freeze.override")
def override(request: HttpRequest, pk: uuid.UUID, window: int) -> HttpResponse:
    """Somebody answers for a booking inside freezes."""
    booking = booking_of(request, pk, window, "freeze.override")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        freezing.override(booking, reason=reason, by=request.user, at=clock.now())
        return to_job(request, booking.job, _("It may run inside the freeze."))
    page = {"booking": booking, "job": booking.job, "site": booking.site, "form": form,
            "met": freezes.against(booking)}  # fmt: skip
    status = COULD_NOT if request.method == "POST" else 200
    return render(request, "upgrades/override.html", page, status=status)


def _page(
    request: HttpRequest, *, form: FreezeForm | None = None,
    calendar_form: CalendarForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    at, visible = clock.now(), permissions.visible_sites(request.user)
    rows = freeze_lists.calendars(visible)
    shown = {
        "freezes": list(freeze_lists.own(visible, ahead_of=at)[: freeze_lists.MOST]),
        "for_all": list(freeze_lists.for_all(ahead_of=at)),
        "calendars": [
            {
                "row": row,
                "host": calendars.host_of(row),
                "problem": stored.load(row.problem).told(_) if row.problem else "",
                "waiting": calendars.waiting(row),
            }
            for row in rows
        ],
        "form": form or FreezeForm(**_sites(request)),
        "calendar_form": calendar_form or CalendarForm(**_sites(request)),
    }
    return render(request, "upgrades/freezes.html", shown, status=status)


def _sites(request: HttpRequest) -> dict[str, Any]:
    """The sites a person may freeze; all at once only who sees all."""
    visible = permissions.visible_sites(request.user)
    rows = Site.objects.filter(closed_at=None).order_by("name")
    if visible is not None:
        rows = rows.filter(pk__in=visible)
    return {"sites": rows, "all_sites": visible is None}


def _calendar(request: HttpRequest, pk: uuid.UUID) -> FreezeCalendar:
    visible = permissions.visible_sites(request.user)
    found = get_object_or_404(freeze_lists.calendars(visible), pk=pk)
    _demand(request, found.site_id)
    return found


def _demand(request: HttpRequest, site_id: uuid.UUID | None) -> None:
    """What stands for every site is changed only by who sees every site."""
    if site_id is None and permissions.visible_sites(request.user) is not None:
        raise Http404
    permissions.demand(request.user, "freeze.manage", site_id=site_id)


def _wrong(form: Any, refusal: Refused) -> Any:
    for name, why in (refusal.fields or {None: refusal.sentence}).items():
        form.add_error(name if name in form.fields else None, str(why))
    return form


def _list(request: Any) -> str:
    return reverse("upgrades:freeze-list", kwargs={"slug": request.customer.slug})
