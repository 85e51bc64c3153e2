"""The calendar: a month, a week, a list, and four weeks by site. One view; the address says the
rest, so that a link shows what was seen."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from appliances.models import Site
from portal import clock, times
from portal.drawings import month
from portal.permissions import needs
from upgrades.services.agenda import entries, frozen, stretches
from upgrades.services.agenda.ground import Freezes, Windows
from upgrades.views.calendar import asked as asking, drawn, periods
from upgrades.views.calendar.asked import Asked
from upgrades.views.calendar.periods import DAYVIEW, LIST, MONTH, SITES, WEEK, Period
from upgrades.views.calendar.shown import Agenda

PAGE, SITES_A_PAGE = 100, 40
MOST_CONFLICTS = 20
COULD_NOT = 422


@require_safe
@needs("platform.view")
def calendar_of_all(request: HttpRequest) -> HttpResponse:
    """Staff: the calendar of all customers."""
    return _page(request)


@require_safe
@needs("job.view")
def calendar(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest) -> HttpResponse:
    asked, at = asking.of(request), clock.now()
    agenda = Agenda(asked, at)
    clashing = agenda.show(agenda.clashing[:MOST_CONFLICTS])
    page = {
        "asked": asked,
        "form": asked.form,
        "period": asked.period,
        "across": asked.scope.whose.across,
        "count": len(agenda.counted),
        "clashes": len(agenda.clashing),
        "clashing": [clashing[e.id] for e in agenda.clashing[:MOST_CONFLICTS] if e.id in clashing],
        "all_clashing": asked.address(state="CONFLICT", view=LIST),
        "tabs": _tabs(asked),
        **_ways(asked),
        **SHOWS[asked.period.view](agenda),
    }
    status = COULD_NOT if asked.wrong else 200
    return render(request, "upgrades/calendar.html", page, status=status)


def _tabs(asked: Asked) -> list[dict[str, Any]]:
    words = {MONTH: _("Month"), WEEK: _("Week"), LIST: _("List"), SITES: _("By site")}
    here = LIST if asked.period.view == DAYVIEW else asked.period.view
    return [
        {"word": word, "url": asked.address(view=view), "here": view == here}
        for view, word in words.items()
    ]


def _ways(asked: Asked) -> dict[str, Any]:
    """Earlier and later jump to what holds anything, or, if nothing does, to the next period."""
    period, zone = asked.period, asked.period.zone or asked.reader
    first, end = period.own
    before, after = entries.beside(asked.scope, month.begins(first, zone), month.begins(end, zone))
    earlier, later = _period(asked, before, period.before), _period(asked, after, period.after)
    return {
        "earlier": {"url": asked.address(on=earlier.on), "title": earlier.title},
        "later": {"url": asked.address(on=later.on), "title": later.title},
        "today_url": asked.address(on=""),
        "keys_url": asked.address(keys="off" if asked.keys else ""),
    }


def _period(asked: Asked, found: datetime | None, otherwise: date) -> Period:
    """Of what was found, or else the neighbour."""
    period = asked.period
    day = otherwise if found is None else times.in_zone(found, period.zone or asked.reader).date()
    return periods.of(period.view, day, period.zone)


def _month(agenda: Agenda) -> dict[str, Any]:
    asked, period = agenda.asked, agenda.period
    placed = ((agenda.day_of(entry), entry) for entry in agenda.entries)
    zone = period.zone or asked.reader
    weeks = month.weeks(
        period.on, placed, zone=zone, today=asked.today, pressing=agenda.pressing
    )  # fmt: skip
    shown = agenda.show(entry for week in weeks for day in week.days for entry in day.shown)
    cold = _frozen(agenda, zone)
    return {
        "weekdays": [periods.weekday(day.date) for day in weeks[0].days],
        "weeks": [
            (week, [(day, [shown[e.id] for e in day.shown if e.id in shown],
                     *_two(cold.get(day.date, ())), asked.address(view=DAYVIEW, on=day.date))
                    for day in week.days])
            for week in weeks
        ],
    }  # fmt: skip


def _two(found: Any) -> tuple[list[Any], int]:
    """Freezes of a day: two, and how many more."""
    found = list(found)
    return (found, 0) if len(found) <= 3 else (found[:2], len(found) - 2)


def _frozen(agenda: Agenda, zone: str) -> dict[Any, list[Any]]:
    period = agenda.period
    return frozen.by_day(frozen.between(agenda.asked.scope, period.begins, period.ends, zone))


def _week(agenda: Agenda) -> dict[str, Any]:
    cold = _frozen(agenda, agenda.period.zone or agenda.asked.reader)
    return {
        "days": [
            (day, *_two(cold.get(day.date, ())), agenda.asked.address(view=DAYVIEW, on=day.date))
            for day in drawn.week(agenda)
        ],
        "zone": agenda.period.zone or agenda.asked.reader,
    }


def _list(agenda: Agenda) -> dict[str, Any]:
    asked, after = agenda.asked, agenda.asked.after
    here = agenda.counted[after : after + PAGE]
    shown = agenda.show(here)
    return {
        "rows": [shown[entry.id] for entry in here if entry.id in shown],
        "newer": asked.address(after=max(after - PAGE, 0) or "") if after else "",
        "older": asked.address(after=after + PAGE) if len(agenda.counted) > after + PAGE else "",
        "frozen": frozen.between(
            asked.scope, agenda.period.begins, agenda.period.ends,
            agenda.period.zone or asked.reader,
        )[:PAGE],
    }  # fmt: skip


def _sites(agenda: Agenda) -> dict[str, Any]:
    """Sites with something in these weeks; a customer's people see all of theirs."""
    asked, period, after = agenda.asked, agenda.period, agenda.asked.after
    busy = {entry.site_id for entry in agenda.entries}
    every = asked.scope.whose.rows(Site, "pk").filter(closed_at=None)
    if asked.scope.sites is not None:
        every = every.filter(pk__in=asked.scope.sites)
    wanted = (
        every
        if not (asked.scope.whose.across or asked.conflicts_only)
        else every.filter(pk__in=busy)
    )
    found = list(wanted.order_by("customer__name", "name", "pk")[after : after + SITES_A_PAGE + 1])
    here = found[:SITES_A_PAGE]
    lines = _lines(agenda, here)
    return {
        "lines": lines,
        "timeline": drawn.by_site(agenda, lines),
        "zone": period.zone or asked.reader,
        "busy": len(busy),
        "sites": every.count(),
        "newer": asked.address(after=max(after - SITES_A_PAGE, 0) or "") if after else "",
        "older": asked.address(after=after + SITES_A_PAGE) if len(found) > len(here) else "",
    }


def _lines(agenda: Agenda, sites: list[Site]) -> list[drawn.SiteLine]:
    period, scope = agenda.period, agenda.asked.scope
    ids = {site.pk for site in sites}
    mine = [entry for entry in agenda.entries if entry.site_id in ids]
    shown = agenda.show(mine)
    span = (period.begins, period.ends)
    windows = Windows(scope, ids, *span)
    freezes = Freezes(scope.whose, {site.customer_id for site in sites}, *span)
    jobs = list({entry.job_id for entry in mine})
    between = stretches.read(scope, jobs, *span, at=agenda.at, sites=ids)
    rows: dict[Any, list[Any]] = {}
    for entry in mine:
        if entry.id in shown:
            rows.setdefault(entry.site_id, []).append(shown[entry.id])
    return [
        drawn.line_of(site, agenda, rows.get(site.pk, []), windows, freezes, between[site.pk])
        for site in sites
    ]


SHOWS = {MONTH: _month, WEEK: _week, LIST: _list, DAYVIEW: _list, SITES: _sites}
