"""The pages that fit a site side by side, so that a customer can choose (G-PREP-13)."""

from typing import Any

from django.utils.translation import gettext as _

from appliances.models import Site
from portal import times
from portal.errors import Refused
from upgrades.forms.plans import PlanForm
from upgrades.planning.vocabulary import Procedure
from upgrades.services import planning
from upgrades.views.phases import told


def table(site: Site, form: PlanForm) -> dict[str, Any]:
    """Columns and rows for components/compare.html; a page that cannot be planned says why."""
    pages = planning.procedures_for(site)
    chosen = form.cleaned_data["procedure"]
    columns = [
        {"key": page.name, "title": told(page.title), "chosen": page.name == chosen}
        for page in pages
    ]
    told_of = [_facts(site, page, form) for page in pages]
    rows = [
        {
            "title": title,
            "cells": [
                {"column": column["title"], "chosen": column["chosen"], **facts[key]}
                for column, facts in zip(columns, told_of, strict=True)
            ],
        }
        for key, title in (
            ("away", _("Downtime for users")),
            ("length", _("Work and waiting in all")),
            ("windows", _("Windows")),
            ("unserved", _("Clients without software")),
        )
    ]
    return {"columns": columns, "rows": rows}


def _facts(site: Site, page: Procedure, form: PlanForm) -> dict[str, dict[str, Any]]:
    try:
        summary = planning.draw_up(
            site,
            form.choice.package,
            procedure=page.name,
            method=form.cleaned_data["method"],
            offline=form.offline_ids,
        ).summary
    except Refused as refusal:
        return dict.fromkeys(("away", "length", "windows", "unserved"), {"text": str(refusal)})
    windows, unserved = summary["windows"], summary["unserved"]
    longest = max((window["worst"] for window in windows), default=0)
    return {
        "away": _both(summary["downtime"]),
        "length": {
            "text": _both_words(summary["expected"], summary["worst"]),
        },
        "windows": {
            "text": str(len(windows)),
            "detail": _("the longest may take %(span)s") % {"span": times.span(longest)},
        },
        "unserved": _both(unserved) if unserved["worst"] else {"text": _("none")},
    }


def _both(minutes: dict[str, int]) -> dict[str, Any]:
    expected, worst = minutes["expected"], minutes["worst"]
    return {
        "big": times.span(expected),
        "text": _("expected, %(worst)s at worst") % {"worst": times.span(worst)},
    }


def _both_words(expected: int, worst: int) -> str:
    return _("%(expected)s expected, %(worst)s at worst") % {
        "expected": times.span(expected), "worst": times.span(worst),
    }  # fmt: skip
