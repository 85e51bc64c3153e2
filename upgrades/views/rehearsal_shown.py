"""A rehearsal's report as its reader sees it: drawn, compared with the plan, and what then."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _, gettext_noop

from portal import times
from portal.drawings.timeline import Band, Kind, Row, Timeline, draw
from upgrades.models import Rehearsal
from upgrades.planning.rules import RULES
from upgrades.reports import what_then
from upgrades.services.rehearsals import reporting
from upgrades.services.rehearsals.faults import CATALOGUE
from upgrades.views.phases import told
from upgrades.views.rules import SENTENCES

Json = dict[str, Any]
HOUR = timedelta(hours=1)
OVER = ("DONE", "SKIPPED", "CANCELLED")
MARKS = {
    "ARRIVES": ("good", "done"),
    "HALTS": ("stop", "halted"),
    "HOLDS": ("asks", "held"),
    "MISSES": ("asks", "missed"),
    "STANDS": ("asks", "waiting"),
}
STATES = {
    "WAITING": ("live", "waiting"),
    "RUNNING": ("live", "running"),
    "BROKEN_OFF": ("stop", "failed"),
    "CANCELLED": ("idle", "cancelled"),
}
MOMENTS = {
    "claiming": gettext_noop("before it had claimed the step"),
    "intended": gettext_noop("before anything was sent"),
    "acted": gettext_noop("after the call, before it was recorded"),
    "recorded": gettext_noop("after it was recorded"),
}


def mark(row: Rehearsal) -> Json:
    """Family, symbol and word of how it stands, or of how the upgrade would end."""
    if row.state == Rehearsal.State.FINISHED:
        family, symbol = MARKS[row.outcome]
        word = row.get_outcome_display()
    else:
        family, symbol = STATES[str(row.state)]
        word = row.get_state_display()
    return {"family": family, "symbol": symbol, "word": word, "row": row}


def faults_of(row: Rehearsal) -> list[Json]:
    """Each fault that was chosen: at which step, and whether it came to it."""
    came = {_key(one): one["at"] for one in row.report.get("faults", [])}
    return [
        {
            "title": CATALOGUE[one["name"]].title if one["name"] in CATALOGUE else one["name"],
            "about": CATALOGUE[one["name"]].about if one["name"] in CATALOGUE else "",
            "seq": one["seq"],
            "moment": _moment(one["moment"]),
            "at": _instant(came.get(_key(one), "")),
        }
        for one in row.faults
    ]


def shown(row: Rehearsal) -> Json:
    """Everything of a finished one. Instants are the play's own."""
    report, zone = row.report, row.site.zone
    stopped = report["stopped"]
    down = report["downtime"]
    return {
        "began": _instant(report["began"]),
        "ended": _instant(report["ended"]),
        "finish": _instant(report["planned"]["finish"]),
        "took": _span(report["began"], report["ended"]),
        "down": down,
        "spans": [(_instant(since), _instant(until)) for since, until in down["spans"]],
        "drawing": _drawing(report, zone),
        "phases": _phases(report["steps"]),
        "stopped": stopped and {
            **stopped,
            "reason": told(stopped["reason"]) if stopped["reason"] else "",
            "step": next((s for s in _lines(report["steps"]) if s["seq"] == stopped["seq"]), None),
            "then": what_then.told(row.outcome, stopped),
        },
        "notable": _notable(report),
        "rules": [
            {"state": "BROKEN" if str(number) in report["rules"] else "HOLDS",
             "text": _(SENTENCES[number]), "guide": f"G-RULE-{number}" if number <= 11 else ""}
            for number in RULES
        ],
        "broken": reporting.broken(report),
        "trail": report["trail"],
    }  # fmt: skip


def _lines(steps: Iterable[Json]) -> list[Json]:
    return [
        {
            **step,
            "text": f"{told(step['text'])} ({step['package']})"
            if step["package"]
            else told(step["text"]),
            "planned": times.span(step["expected"]),
            "most": times.span(step["worst"]),
            "took": times.span(step["minutes"]) if step["minutes"] is not None else "",
            "reason": told(step["reason"]) if step["reason"] else "",
        }
        for step in steps
    ]


def _phases(steps: list[Json]) -> list[Json]:
    """The steps under their headings, with what was planned and what it took."""
    phases: list[Json] = []
    for line in _lines(steps):
        key = (line["phase"], line["hop"], line["window"])
        if not phases or phases[-1]["key"] != key:
            phases.append({"key": key, "title": told(line["phase"]), "lines": []})
        phases[-1]["lines"].append(line)
    for phase in phases:
        lines = phase["lines"]
        began = [line["began"] for line in lines if line["began"]]
        ended = [line["ended"] for line in lines if line["ended"]]
        phase |= {
            "hop": lines[0]["hop"],
            "window": lines[0]["window"],
            "began": _instant(min(began, default="")),
            "planned": times.span(sum(line["expected"] for line in lines)),
            "worst": times.span(sum(line["worst"] for line in lines)),
            "took": _span(min(began), max(ended)) if began and ended else "",
            "over": all(line["state"] in OVER for line in lines),
        }
    return phases


def _notable(report: Json) -> list[Json]:
    """Steps that went otherwise than planned, each with why."""
    asked, lost = set(report["asked_again"]), {one["seq"]: one for one in report["lost"]}
    found = []
    for line in _lines(report["steps"]):
        why = []
        if line["minutes"] is not None and line["minutes"] > line["worst"] > 0:
            why.append(_("took longer than the slow case of the plan"))
        if line["seq"] in asked:
            why.append(_("was asked again, since it was not done"))
        if line["seq"] in lost:
            when = _moment(lost[line["seq"]]["moment"])
            why.append(_("its worker was lost %(when)s; another one took over") % {"when": when})
        if line["state"] == "HELD":
            why.append(_("waits for a decision: %(reason)s") % {"reason": line["reason"]})
        if why:
            found.append({**line, "why": why})
    return found


def _drawing(report: Json, zone: str) -> Timeline:
    """Windows and waits of the site, the work on each appliance, and when users are cut off."""
    begin, end = _instant(report["began"]), _instant(report["ended"])
    assert begin is not None
    assert end is not None
    slots = [
        Band(Kind.WINDOW, _sure(slot["start"]), _sure(slot["end"])) for slot in report["windows"]
    ]
    waits = [s for s in report["steps"] if s["action"] == "dwell" and s["began"]]
    dwells = [Band(Kind.DWELL, _sure(s["began"]), _sure(s["ended"] or report["ended"]))
              for s in waits]  # fmt: skip
    rows = [Row(_("Windows"), _said(slots, zone), [*slots, *dwells], _("and waits"))]
    letters = sorted({step["letter"] for step in report["steps"] if step["letter"]})
    for letter in letters:
        work = [
            Band(Kind.BAD if step["state"] == "HELD" else Kind.DONE, _sure(step["began"]),
                 max(_sure(step["ended"] or report["ended"]),
                     _sure(step["began"]) + timedelta(minutes=1)))
            for step in report["steps"] if step["letter"] == letter and step["began"]
        ]  # fmt: skip
        rows.append(Row(letter, _said(work, zone), work, _("work")))
    away = [Band(Kind.BAD, _sure(a), _sure(b)) for a, b in report["downtime"]["spans"]]
    rows.append(Row(_("Users"), _said(away, zone), away, _("cut off")))
    last = max([end, *(band.end for band in slots if band.end)])
    local = times.in_zone(begin, zone).replace(minute=0, second=0, microsecond=0)
    return draw(rows, begin=local, end=times.in_zone(last, zone) + HOUR)


def _said(bands: Iterable[Band], zone: str) -> str:
    """The same in words."""
    words = []
    for band in bands:
        begin, end = times.in_zone(band.begin, zone), times.in_zone(band.end or band.begin, zone)
        day = times.day_label(begin.date(), "day_without_year")
        words.append(f"{day} {times.clock_label(begin)}–{times.clock_label(end)}")
    return "; ".join(words) or _("nothing")


def _moment(name: str) -> str:
    return _(MOMENTS[name]) if name in MOMENTS else ""


def _key(one: Json) -> tuple[Any, ...]:
    return one["name"], one["seq"], one["moment"]


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _sure(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _span(begin: str, end: str) -> str:
    return times.span((_sure(end) - _sure(begin)) / timedelta(minutes=1))
