"""A path as a chain of marks, each with its reason and how well that is known."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from appliances.site_queries import in_place
from portal import times
from portal.drawings.chain import Kind, Link
from upgrades.models import JobStep, UpgradeJob
from upgrades.planning.stored import load
from upgrades.services import drafting, planning

DONE = JobStep.State.DONE


def of_draft(drawn: planning.Draft) -> list[tuple[str, list[Link]]]:
    """A chain for each appliance, one for those that go the same way: (who, chain)."""
    lines = drafting.path_lines(drawn)
    installed = {
        box.name: f"{box.base_version} / {box.product_version}" for box in in_place(drawn.site)
    }
    return _chains(lines, drawn.summary["hops"], installed)


def guessed(drawn: planning.Draft) -> int:
    """How many reasons of the path are not the vendor's documented words."""
    sure = {"documented", "appliance"}
    return sum(line["provenance"] not in sure for line in drafting.path_lines(drawn))


def of_job(job: UpgradeJob, steps: Iterable[JobStep] = ()) -> list[tuple[str, list[Link]]]:
    """The same as it was stored, with what is proven already."""
    done = {
        str(step.package_id)
        for step in steps
        if step.package_id and step.action.startswith("install") and step.state == DONE
    }
    hops = job.plan.get("hops", [])
    return _chains(job.plan.get("path", []), hops, {}, done=done)


def _chains(
    lines: Sequence[dict[str, Any]], hops: Sequence[dict[str, Any]], installed: dict[str, str],
    *, done: Iterable[str] = (),
) -> list[tuple[str, list[Link]]]:  # fmt: skip
    ways: dict[tuple[Any, ...], list[str]] = {}
    for name in dict.fromkeys(line["appliance"] for line in lines):
        own = tuple(
            (line["hop"], line["package"], str(line["because"]))
            for line in lines
            if line["appliance"] == name
        )
        ways.setdefault((installed.get(name, ""), own), []).append(name)
    return [
        (
            ", ".join(names),
            _chain([line for line in lines if line["appliance"] == names[0]], hops, have, done),
        )
        for (have, _own), names in ways.items()
    ]


def _chain(
    lines: Sequence[dict[str, Any]], hops: Sequence[dict[str, Any]], have: str, done: Iterable[str]
) -> list[Link]:
    links = [Link(Kind.HAVE, _("installed"), have, _("base / product"))] if have else []
    last = len(lines) - 1
    for place, line in enumerate(lines):
        links.append(_link(line, goal=place == last, done=line["package"] in done))
        if line["kind"] == "product" and place != last:
            links.append(_dwell(next(h for h in hops if h["hop"] == line["hop"])))
    return links


def _link(line: dict[str, Any], *, goal: bool, done: bool) -> Link:
    base = line["kind"] == "base"
    label = _("base") if base else _("product, hop %(hop)d") % {"hop": line["hop"]}
    kind = Kind.GOAL if goal else Kind.BASE if base else Kind.PRODUCT
    return Link(
        kind, label, line["version"], _reason(line, goal), line["provenance"].upper(),
        "G-AUTO-1" if base else "", done=done,
    )  # fmt: skip


def _reason(line: dict[str, Any], goal: bool) -> str:
    """Why a package is on the way: what asked for it."""
    why = line["because"]
    why = load(why).told(_) if isinstance(why, dict) else why
    if why:
        return _("The package after it needs %(need)s.") % {"need": why}
    return _("the target") if goal else _("on the way to the target")


def _dwell(hop: dict[str, Any]) -> Link:
    length = _("at least %(span)s") % {"span": times.span(60 * hop["dwell_hours"])}
    return Link(
        Kind.DWELL, _("dwell"), length, _("so that the clients can follow"), guide="G-PREP-6"
    )
