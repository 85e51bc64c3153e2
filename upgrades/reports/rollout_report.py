"""The report of a rollout on paper: what was planned, what became of it, and why.

For the vendor's staff: it names sites of many customers.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _, ngettext, pgettext

from portal import times
from portal.drawings import burnup
from upgrades.models import Enrolment, Rollout
from upgrades.reports import codes, moments, rollout_lines as lines
from upgrades.reports.paper import Paper, code_of, compose
from upgrades.services.rollouts import stories
from upgrades.services.rollouts.stories import Days, RolloutStory, Some

Json = dict[str, Any]
E = Enrolment.State


def paper(
    rollout: Rollout, *, language: str, size: str = "a4", at: datetime, by: Any, zone: str
) -> Paper:
    """The report as things stand now; times on the clock of `zone`. Reads across customers:
    outside any customer's transaction."""
    story = stories.of(rollout, at=at)
    with translation.override(language):
        name = f"rollout-{rollout.pk.hex[:8]}-report"
        context = _context(story, by=by, zone=zone)
        return compose(
            "rollout.html", context, name=name, language=language, size=size, digest=story.digest
        )


def _context(story: RolloutStory, *, by: Any, zone: str) -> Json:
    rollout = story.rollout
    chart = burnup.draw(story.burn.planned, story.burn.real, story.burn.whole)
    address = settings.PUBLIC_URL + reverse("upgrades:rollout", kwargs={"pk": rollout.pk})
    return {
        "rollout": rollout,
        "state": rollout.get_state_display(),
        "days": between(rollout.starts_on, rollout.ends_on),
        "code": code_of(address, _("QR code: the page of this rollout")),
        "facts": _facts(story),
        "chart": chart,
        "chart_first": times.day_label(chart.first) if chart else "",
        "chart_last": times.day_label(chart.last) if chart else "",
        "chart_said": _("%(done)d of %(all)d sites upgraded until now") % {
            "done": story.figures.whole.upgraded, "all": story.figures.whole.taking_part,
        },
        "waves": list(_waves(story, zone)),
        "states": _states(story),
        "reasons": _reasons(story),
        "named": story.rollout.of_all,
        "left_out": lines.left_out(story.left_out.rows),
        "left_out_cut": cut(story.left_out),
        "unanswered": lines.unanswered(story.unanswered.rows, zone, story.at),
        "unanswered_cut": cut(story.unanswered),
        "failed": lines.failed(story.failed.rows, zone),
        "failed_cut": cut(story.failed),
        "stops": lines.stops(story, zone),
        "log": lines.log(story.events, zone),
        "away": lines.away(story.aways),
        "weeks": lines.weeks(story.weeks),
        "chain": lines.chain(story.events),
        "printed": moments.full(story.at, zone),
        "printed_by": str(by),
        "zone": zone,
    }  # fmt: skip


def cut(some: Some) -> str:
    """What stands above a list of which not all is printed; empty: all is."""
    if len(some.rows) == some.every:
        return ""
    return _(
        "Printed are the first %(shown)d of %(all)d; the portal has them all, as a list and as CSV."
    ) % {"shown": len(some.rows), "all": some.every}


def between(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return "–"
    if first == last:
        return times.day_label(first)
    return f"{times.day_label(first)} – {times.day_label(last)}"


def _facts(story: RolloutStory) -> list[Json]:
    told, rollout = story.figures, story.rollout
    part = told.whole.taking_part
    stood = ngettext(
        "and %(days)s day that the line stood", "and %(days)s days that the line stood",
        rollout.stopped_days,
    ) % {"days": rollout.stopped_days}  # fmt: skip
    days = between(rollout.starts_on, rollout.ends_on)
    facts = [
        (_("Release"), rollout.release.name),
        (_("Days"), f"{days} {stood}" if rollout.stopped_days else days),
        (_("Audience"), rollout.audience or _("every site")),
        (_("Sites that the audience names"), rollout.of_all),
        (_("Taking part"), part),
        (_("Left out"), told.whole.by_state.get(E.EXCLUDED, 0)),
        (_("Upgraded"), share(told.whole.upgraded, part)),
        (_("Not answered"), _("%(n)d, %(late)d of them late") % {
            "n": told.whole.by_state.get(E.ALERTED, 0), "late": told.overdue}),
        (_("Behind their day"), told.late),
        (_("Failed or held by a base problem"), told.whole.trouble),
        (_("Last planned day"), between(told.finish, told.finish)),
        (_("Drafted by"), rollout.made_by),
    ]  # fmt: skip
    return [{"label": label, "value": str(value)} for label, value in facts]


def share(part: int, whole: int) -> str:
    """ "12 of 40 (30 %)"; of nothing there is no share."""
    if not whole:
        return str(part)
    told = {"n": part, "all": whole, "share": round(part * 100 / whole)}
    return _("%(n)d of %(all)d (%(share)d %%)") % told


def _waves(story: RolloutStory, zone: str) -> Iterator[Json]:
    who = lines.openers(story.events)
    for row in story.figures.waves:
        wave, days = row.wave, story.days.get(row.wave.pk, Days())
        opened = moments.stamp(wave.opened_at, zone)
        yield {
            "number": wave.number,
            "title": wave.title,
            "size": _size(wave),
            "sites": row.now.taking_part,
            "apart": row.apart,
            "planned": between(*days.planned),
            "opened": opened,
            "opened_by": who.get(wave.number, "") if opened else "",
            "passed": moments.stamp(wave.passed_at, zone),
            "ended": between(*(_day(moment, zone) for moment in days.ended)),
            "upgraded": share(row.now.upgraded, row.now.taking_part),
            "opens_next_at": wave.opens_next_at,
            "soak_days": wave.soak_days,
            "failures": row.now.trouble,
            "stops_above": row.stops_above,
            "stops_at": wave.stops_at,
            "beyond": row.now.trouble > row.stops_above,
        }  # fmt: skip


def _size(wave: Any) -> str:
    if wave.share is not None:
        told = _("%(share)d %% of the sites") % {"share": wave.share}
    elif wave.size is not None:
        told = ngettext("%(n)s site", "%(n)s sites", wave.size) % {"n": wave.size}
    else:
        told = _("all that are left")
    return _("%(size)s, by likeness") % {"size": told} if wave.by_likeness else told


def _day(moment: datetime | None, zone: str) -> date | None:
    return times.in_zone(moment, zone).date() if moment else None


def _states(story: RolloutStory) -> Json:
    """Sites by wave and state: only the states that occur; those in no wave have a row too."""
    whole = story.figures.whole.by_state
    shown = [state for state in E.values if whole.get(state)]
    rows: list[Json] = [
        {
            "wave": _named(row.wave),
            "cells": [row.now.by_state.get(state, 0) for state in shown],
            "sum": sum(row.now.by_state.values()),
        }
        for row in story.figures.waves
    ]
    rest = [whole.get(s, 0) - sum(row["cells"][place] for row in rows)
            for place, s in enumerate(shown)]  # fmt: skip
    if any(rest):
        rows.append({"wave": pgettext("sites", "in no wave"), "cells": rest, "sum": sum(rest)})
    rows.append({
        "wave": _("All"), "cells": [whole[s] for s in shown], "sum": sum(whole.values()),
    })  # fmt: skip
    return {"heads": [E(state).label for state in shown], "rows": rows}


def _named(wave: Any) -> str:
    return f"{wave.number}. {wave.title}".strip()


def _reasons(story: RolloutStory) -> Sequence[Json]:
    every = sum(number for _code, number in story.figures.left_out)
    return [
        {"word": str(codes.word(code)), "code": code, "number": number,
         "share": round(number * 100 / every)}
        for code, number in story.figures.left_out
    ]  # fmt: skip
