"""The pages that fit a site side by side, so that a customer can choose (G-PREP-13): what each
comes to on this very site, and for a pair which one is recommended, with the reasons."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from appliances.models import Site
from portal import times
from upgrades.forms.plans import PlanForm
from upgrades.planning import advice
from upgrades.services import comparing
from upgrades.services.comparing import Compared
from upgrades.views.phases import told

Cell = dict[str, Any]


def table(site: Site, form: PlanForm, at: datetime) -> dict[str, Any]:
    """Columns and rows for components/compare.html; a page that cannot be planned says why."""
    chosen = form.cleaned_data["procedure"]
    found = comparing.compare(
        site, form.choice.package, method=form.cleaned_data["method"], offline=form.offline_ids,
        earliest=form.earliest_at, at=at,
    )  # fmt: skip
    recommended = advice.advise([each.offer for each in found])
    columns = [
        {
            "key": each.page.name,
            "title": told(each.page.title),
            "chosen": each.page.name == chosen,
            "detail": _("recommended") if _is(recommended, each) else "",
        }
        for each in found
    ]
    rows = [_row(title, cell, found, columns) for title, cell in _rows(found)]
    return {"columns": columns, "rows": rows, "advice": _advice(recommended, found)}


def _is(recommended: advice.Advice | None, each: Compared) -> bool:
    return recommended is not None and recommended.name == each.page.name


def _advice(recommended: advice.Advice | None, found: list[Compared]) -> dict[str, Any] | None:
    if recommended is None:
        return None
    page = next(each.page for each in found if each.page.name == recommended.name)
    return {"title": told(page.title), "reasons": [why.told(_) for why in recommended.reasons]}


def _rows(found: list[Compared]) -> list[tuple[str, Callable[[Compared], Cell]]]:
    rows: list[tuple[str, Callable[[Compared], Cell]]] = [
        (_("Downtime for users"), _away),
        (_("Work and waiting in all"), _length),
        (_("Windows"), _windows),
    ]
    if any(each.without_failover is not None or each.moves for each in found):
        rows += [
            (_("Without failover"), _without_failover),
            (_("The network people"), _network),
            (_("If a base update fails"), _base_failure),
            (_("Primary afterwards"), _primary),
        ]
    return [*rows, (_("Clients without software"), _unserved)]


def _row(
    title: str, cell: Callable[[Compared], Cell], found: list[Compared], columns: list[Cell]
) -> Cell:
    cells = [
        {
            "column": column["title"],
            "chosen": column["chosen"],
            **(cell(each) if each.summary is not None else {"text": each.refusal}),
        }
        for column, each in zip(columns, found, strict=True)
    ]
    return {"title": title, "cells": cells}


def _of(each: Compared) -> dict[str, Any]:
    assert each.summary is not None, each.page
    return each.summary


def _away(each: Compared) -> Cell:
    return _both(_of(each)["downtime"])


def _length(each: Compared) -> Cell:
    return {"text": _both_words(_of(each)["expected"], _of(each)["worst"])}


def _windows(each: Compared) -> Cell:
    windows = _of(each)["windows"]
    longest = max((window["worst"] for window in windows), default=0)
    if each.unplaced:
        return {"text": str(len(windows)), "detail": each.unplaced}
    return {
        "text": str(len(windows)),
        "detail": _("the longest may take %(span)s") % {"span": times.span(longest)},
    }


def _unserved(each: Compared) -> Cell:
    unserved = _of(each)["unserved"]
    return _both(unserved) if unserved["worst"] else {"text": _("none")}


def _without_failover(each: Compared) -> Cell:
    """G-PAIR-4: from the break to the first sync, with the time between the windows."""
    if each.without_failover is None:
        return {"text": _("not known: it does not fit into the windows")}
    expected, worst = each.without_failover
    return {
        "big": times.span(expected),
        "text": _("expected, %(worst)s at worst") % {"worst": times.span(worst)},
        "detail": _("the time between the windows included"),
    }


def _network(each: Compared) -> Cell:
    """Each act once, with how often it comes."""
    if not each.network:
        return {"text": _("have nothing to do")}
    acts = Counter(told(text) for text in each.network)
    return {"text": "; ".join(_times(text, count) for text, count in acts.items())}


def _times(text: str, count: int) -> str:
    return text if count == 1 else _("%(act)s (%(count)d times)") % {"act": text, "count": count}


def _base_failure(each: Compared) -> Cell:
    """Where it leaves the site; a synchronous A is the one place where a pair gains nothing."""
    if not each.down_on and not each.up_on:
        return {"text": _("no base update is in this plan")}
    down, up = ", ".join(each.down_on), ", ".join(each.up_on)
    if not each.down_on:
        return {"text": _("on %(boxes)s: the site stays up, without failover") % {"boxes": up}}
    text = _("on %(boxes)s: the site is down until support helps") % {"boxes": down}
    if not up:
        return {"text": text}
    return {
        "text": text,
        "detail": _("on %(boxes)s: the site stays up, without failover") % {"boxes": up},
    }


def _primary(each: Compared) -> Cell:
    if _of(each)["exchanges_roles"]:
        return {
            "text": each.primary_after,
            "detail": _("the roles stay exchanged, for good"),
        }
    return {"text": each.primary_after, "detail": _("as before")}


def _both(minutes: dict[str, int]) -> Cell:
    expected, worst = minutes["expected"], minutes["worst"]
    return {
        "big": times.span(expected),
        "text": _("expected, %(worst)s at worst") % {"worst": times.span(worst)},
    }


def _both_words(expected: int, worst: int) -> str:
    return _("%(expected)s expected, %(worst)s at worst") % {
        "expected": times.span(expected), "worst": times.span(worst),
    }  # fmt: skip
