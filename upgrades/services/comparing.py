"""The methods that fit a site, each drawn up and laid out for this very site (G-PREP-13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from appliances import actions as do
from appliances.models import Package, Site
from portal.errors import Refused
from upgrades.planning import advice
from upgrades.planning.downtime import interim
from upgrades.planning.plan import Plan
from upgrades.planning.vocabulary import Procedure
from upgrades.services import bookings, planning, previews

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Compared:
    """One page of the guide on this site: its summary, or the sentence that refuses it."""

    page: Procedure
    summary: dict[str, Any] | None = None
    refusal: str = ""
    unplaced: str = ""  # it can be planned, but has no place in the windows
    # Minutes expected and at worst, gaps between windows included.
    without_failover: tuple[int, int] | None = None
    network: tuple[str, ...] = ()  # what the network people do, in order; msgids
    moves: bool = False  # production goes to the other appliance
    down_on: tuple[str, ...] = ()  # where a failed base update leaves the site down
    up_on: tuple[str, ...] = ()  # where it does not
    primary_after: str = ""

    @property
    def offer(self) -> advice.Offer:
        told = self.summary
        if told is None:
            return advice.Offer(self.page.name, fits=False, moves=self.page.exchanges_roles)
        return advice.Offer(
            self.page.name, fits=not self.unplaced,
            downtime=(told["downtime"]["expected"], told["downtime"]["worst"]),
            unserved=told["unserved"]["worst"], network=len(self.network), moves=self.moves,
            down_on=self.down_on,
        )  # fmt: skip


def compare(
    site: Site, target: Package, *, method: str, offline: Sequence[Any] | None = None,
    earliest: datetime | None, at: datetime,
) -> list[Compared]:  # fmt: skip
    """Every page that fits the site's shape. Nothing is written; nothing is refused as a whole."""
    pages = planning.procedures_for(site)
    return [_compared(site, target, page, method, offline, earliest, at) for page in pages]


def _compared(
    site: Site, target: Package, page: Procedure, method: str, offline: Sequence[Any] | None,
    earliest: datetime | None, at: datetime,
) -> Compared:  # fmt: skip
    try:
        preview = previews.preview(
            site, target, procedure=page.name, method=method, offline=offline,
            earliest=earliest, at=at,
        )  # fmt: skip
    except Refused as refusal:
        return Compared(page, refusal=str(refusal))
    plan, layout = preview.drawn.plan, preview.layout
    down, up = _risks(plan)
    return Compared(
        page, preview.drawn.summary, unplaced=str(preview.refusal or ""),
        without_failover=_unprotected(plan, layout),
        network=tuple(i.step.text for i in plan.steps if i.action.by == do.NETWORK),
        moves=page.exchanges_roles, down_on=down, up_on=up, primary_after=_primary(plan),
    )  # fmt: skip


def _unprotected(plan: Plan, layout: bookings.Layout | None) -> tuple[int, int] | None:
    """Minutes without failover, gaps between windows included; None where there is none to lose,
    or no place in the windows. A quicker run may begin to be without it earlier in its window: at
    worst it is never less than expected."""
    if layout is None or plan.site.backup is None:
        return None
    expected, worst = (int(interim(timed) / MINUTE) for timed in (layout.likely, layout.timed))
    return expected, max(expected, worst)


def _risks(plan: Plan) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Appliances with base packages in this plan: those that serve while they get one, others."""
    down: dict[str, None] = {}
    up: dict[str, None] = {}
    for item, before, _then in plan.walk():
        if item.action.name == do.INSTALL_BASE.name:
            (down if before.serves == item.on else up)[item.on] = None
    return tuple(down), tuple(up)


def _primary(plan: Plan) -> str:
    """Who serves when the plan is over."""
    last = None
    for _item, _before, then in plan.walk():
        last = then.serves
    return last or plan.site.primary
