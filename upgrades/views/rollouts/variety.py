"""The fleet's variety in words: what a wave by likeness does not show."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from appliances.models import Site
from upgrades.models import Rollout

MOST_NAMED = 12
ONLY_RELEASE = "release of a "


def not_shown(rollout: Rollout) -> list[dict[str, Any]]:
    """By the number of each wave by likeness: the share of the fleet's variety that it shows in per
    cent, and the first of what it does not, in the reader's language; how many `more` there are."""
    return [
        {
            "wave": number, "share": _share(told),
            "missing": [words(each) for each in told["missing"][:MOST_NAMED]],
            "more": max(len(told["missing"]) - MOST_NAMED, 0),
        }
        for number, told in sorted(rollout.coverage.items())
    ]  # fmt: skip


def words(feature: str) -> str:
    """`kind:value`, as `pool.features` names it, in words; a kind without words as it stands."""
    kind, _colon, value = feature.partition(":")
    if kind.startswith(ONLY_RELEASE):
        shape = _label(Site.Shape, kind.removeprefix(ONLY_RELEASE))
        return _("%(shape)s on %(release)s") % {"shape": shape, "release": value}
    said = _kinds().get(kind)
    return said(value) if said else f"{kind} {value}"


def _share(told: Mapping[str, Any]) -> int:
    return round(told["shown"] * 100 / told["all"]) if told["all"] else 100


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def _kinds() -> dict[str, Callable[[str], str]]:
    return {
        "shape": lambda value: _label(Site.Shape, value),
        "swing": lambda value: _("swing by %(way)s") % {"way": _label(Site.Swing, value)},
        "region": lambda value: _("region %(name)s") % {"name": value},
        "product": lambda value: _("product %(version)s") % {"version": value},
        "base": lambda value: _("base %(version)s") % {"version": value},
        "model": lambda value: _("model %(name)s") % {"name": value},
        "box": lambda value: _("physical") if value == "physical" else _("virtual"),
        "network": lambda _value: _("no way to the update server"),
        "past": lambda _value: _("trouble at an earlier upgrade"),
    }
