"""What a calendar page shows, as CSV."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import clock, times
from portal.permissions import needs
from portal.services.spreadsheets import written
from upgrades.services.agenda import frozen
from upgrades.services.agenda.frozen import FrozenDays
from upgrades.views.calendar import asked as asking
from upgrades.views.calendar.shown import Agenda, Shown


@require_safe
@needs("platform.view")
def entries_of_all(request: HttpRequest) -> HttpResponse:
    """Staff: the bookings of all customers as CSV, by the filter of the page."""
    return _csv(request)


@require_safe
@needs("job.view")
def entries(request: HttpRequest) -> HttpResponse:
    return _csv(request)


def _csv(request: HttpRequest) -> HttpResponse:
    """Every booking and freeze of the days, however many; nothing is folded."""
    asked = asking.of(request)
    agenda = Agenda(asked, clock.now())
    shown = agenda.show(agenda.counted)
    period = asked.period
    cold = frozen.between(asked.scope, period.begins, period.ends, period.zone or asked.reader)
    name = f"calendar-{period.on.isoformat()}-{period.view}.csv"
    answer = HttpResponse(content_type="text/csv; charset=utf-8", headers={
        "Content-Disposition": content_disposition_header(True, name) or "",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    })  # fmt: skip
    rows = [_booking(shown[each.id]) for each in agenda.counted if each.id in shown]
    answer.writelines(written(_heads(), [*rows, *map(_freeze, cold)]))
    return answer


def _heads() -> list[str]:
    return [
        _("Kind"), _("State"), _("Customer"), _("Site"), _("Begins, site time"),
        _("Ends, site time"), _("Last safe start, site time"), _("Time zone"), _("Begins, UTC"),
        _("Upgrade"), _("Window"), _("To"), _("Conflicts"),
    ]  # fmt: skip


def _booking(row: Shown) -> list[str]:
    entry, booking = row.entry, row.booking
    return [
        _("booking"), str(row.mark.word), booking.customer.name, booking.site.name,
        _local(entry.begin, entry.zone), _local(entry.end, entry.zone),
        _local(entry.safe, entry.zone), entry.zone, _local(entry.begin, "UTC"),
        booking.job.label, str(entry.window), booking.job.target.name,
        " ".join(told.sentence for told in row.reasons),
    ]  # fmt: skip


def _freeze(one: FrozenDays) -> list[str]:
    whose = str(one.customers or "") or _("everybody")
    days = [one.first.isoformat(), one.last.isoformat()]
    return [_("freeze"), one.title, whose, "", *days, "", "", "", "", "", one.release, ""]


def _local(instant: datetime, zone: Any) -> str:
    return times.in_zone(instant, zone).isoformat(timespec="minutes")
