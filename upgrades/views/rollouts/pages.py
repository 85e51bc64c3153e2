"""The list of rollouts, one with all its figures, its sites, and their tables as CSV."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _, pgettext
from django.views.decorators.http import require_safe

from portal import clock
from portal.drawings import burnup
from portal.permissions import needs
from portal.services import spreadsheets
from upgrades.models import Enrolment, Rollout
from upgrades.reports import codes
from upgrades.reports.paper import SIZES
from upgrades.services.rollouts import drawing, figures, reports
from upgrades.views.rollouts import variety

PAGE = 50
SHORT = 10


@require_safe
@needs("rollout.view")
def listed(request: HttpRequest) -> HttpResponse:
    rollouts = list(Rollout.objects.select_related("release").order_by("-made_at")[:200])
    known = figures.progress_of(rollouts)
    rows = [{"rollout": each, "now": known.get(each.pk, figures.NOBODY)} for each in rollouts]
    return render(request, "upgrades/rollout_list.html", {"rows": rows})


@require_safe
@needs("rollout.view")
def rollout(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, at = named(pk), clock.now()
    told, burn = figures.of(found, at=at), figures.burn_up(found, at=at)
    done, every = drawing.progress(found) if found.drawn_at is None else (0, 0)
    unanswered, late = figures.unanswered(found), figures.late(found, at=at)
    page = {
        "rollout": found, "told": told, "at": at, "drawn": done, "to_draw": every,
        "waves": [(row, _said(row)) for row in told.waves],
        "left_out": [(code, codes.word(code), number) for code, number in told.left_out],
        "missing": variety.not_shown(found),
        "unanswered": unanswered[:SHORT], "late": late[:SHORT],
        "nights": figures.nights(found, at=at), "burn": burn,
        "chart": burnup.draw(burn.planned, burn.real, burn.whole), **reports_shown(found),
    }  # fmt: skip
    return render(request, "upgrades/rollout.html", page)


@require_safe
@needs("rollout.view")
def sites(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Every site of it, in the fair order; filters live in the address."""
    found = named(pk)
    wish = _wish(request)
    rows = _wished(figures.listed(found), wish)
    after = wish["after"]
    page = list(rows[after : after + PAGE + 1])
    shown = {
        "rollout": found, "wish": wish, "count": rows.count(),
        "rows": [(row, codes.word(row.code) if row.code else "") for row in page[:PAGE]],
        "states": Enrolment.State.choices, "waves": found.waves.order_by("number"),
        "codes": [(code, codes.word(code)) for code, _n in figures.of(
            found, at=clock.now()).left_out],
        "older": _address(wish, after + PAGE) if len(page) > PAGE else "",
        "newer": _address(wish, max(after - PAGE, 0)) if after else "",
    }  # fmt: skip
    return render(request, "upgrades/rollout_sites.html", shown)


@require_safe
@needs("rollout.view")
def sites_csv(request: HttpRequest, pk: uuid.UUID) -> StreamingHttpResponse:
    """The sites that the list shows (or that have not answered, or are late), all of them."""
    found, wish = named(pk), _wish(request)
    rows = _wished(figures.listed(found), wish)
    only = request.GET.get("only", "")
    if only == "unanswered":
        rows = figures.unanswered(found)
    elif only == "late":
        rows = figures.late(found, at=clock.now())
    heads = [
        "customer", "site", "public_name", "wave", "state", "planned_on", "last_possible_on",
        "answer_by", "contact", "rung", "job", "code", "reason",
    ]  # fmt: skip
    lines = (_cells(row) for row in rows.iterator(chunk_size=1000))
    return _csv(f"{only or 'sites'}.csv", heads, lines)


@require_safe
@needs("rollout.view")
def table_csv(request: HttpRequest, pk: uuid.UUID, table: str) -> StreamingHttpResponse:
    """Waves, nights or the burn-up of a rollout."""
    found, at = named(pk), clock.now()
    if table == "waves":
        rows: Iterable[Any] = [
            [row.wave.number, row.wave.title, *(number for _family, number in row.counts),
             row.apart, row.now.trouble, row.stops_above, row.wave.opened_at or ""]
            for row in figures.of(found, at=at).waves
        ]  # fmt: skip
        heads = ["wave", "title", "upgraded", "booked_or_upgrading", "not_answered", "failed",
                 "to_come", "apart", "in_trouble", "stops_above", "opened_at"]  # fmt: skip
    elif table == "nights":
        nights = figures.nights(found, at=at)
        rows = [[each.day, each.planned, each.seats, each.taken] for each in nights]
        heads = ["day", "planned", "seats", "taken"]
    elif table == "burn-up":
        burn = figures.burn_up(found, at=at)
        planned, real = dict(burn.planned), dict(burn.real)
        rows = [[day, planned.get(day, ""), real.get(day, "")] for day in sorted({*planned, *real})]
        heads = ["day", "planned", "upgraded"]
    else:
        raise Http404
    return _csv(f"{table}.csv", heads, rows)


def named(pk: uuid.UUID) -> Rollout:
    return get_object_or_404(Rollout.objects.select_related("release", "made_by"), pk=pk)


def reports_shown(found: Rollout) -> dict[str, Any]:
    """Its reports on paper, newest first, and whether one is still being made."""
    made = reports.of(found)
    return {"reports": made, "making": any(each.is_open for each in made), "papers": SIZES}


def _said(row: figures.WaveRow) -> str:
    words = {
        "good": _("%(n)d upgraded"), "live": _("%(n)d booked or upgrading"),
        "asks": _("%(n)d not answered"), "stop": _("%(n)d failed"), "idle": _("%(n)d to come"),
    }  # fmt: skip
    told = [words[family] % {"n": number} for family, number in row.counts if number]
    return ", ".join(told) or pgettext("a wave", "nobody")


def _wish(request: HttpRequest) -> dict[str, Any]:
    given = {name: request.GET.get(name, "")[:60] for name in ("state", "wave", "code", "q")}
    after = request.GET.get("after", "")
    return {**given, "after": int(after) if after.isdecimal() and len(after) < 7 else 0}


def _wished(rows: Any, wish: dict[str, Any]) -> Any:
    if wish["state"] in Enrolment.State.values:
        rows = rows.filter(state=wish["state"])
    if wish["wave"].isascii() and wish["wave"].isdigit() and len(wish["wave"]) < 4:
        rows = rows.filter(wave__number=wish["wave"])
    if wish["code"]:
        rows = rows.filter(code=wish["code"])
    if wish["q"] and "\0" not in wish["q"]:
        rows = rows.filter(site__name__icontains=wish["q"]) | rows.filter(
            customer__name__icontains=wish["q"]
        )
    return rows


def _address(wish: dict[str, Any], after: int) -> str:
    query = HttpRequest().GET.copy()
    query.update({name: value for name, value in wish.items() if value and name != "after"})
    query["after"] = str(after)
    return f"?{query.urlencode()}"


def _cells(row: Enrolment) -> list[object]:
    return [
        row.customer.name, row.site.name, row.site.public_name,
        row.wave.number if row.wave else "", row.state, row.planned_on or "",
        row.last_possible_on or "", row.answer_by.isoformat() if row.answer_by else "",
        row.contact or "", row.rung, row.job.label if row.job else "", row.code, row.why,
    ]  # fmt: skip


def _csv(name: str, heads: list[str], rows: Iterable[Any]) -> StreamingHttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(True, f"rollout-{name}") or "",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    lines = spreadsheets.written(heads, rows)
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
