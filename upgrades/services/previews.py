"""What an upgrade would be: its plan, and where its windows would lie. Nothing is written."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appliances.models import Appliance, Package, Site
from portal.errors import Refused
from upgrades.models import UpgradeJob
from upgrades.services import bookings, drawing, jobs, planning


@dataclass(frozen=True)
class Preview:
    """A plan with its layout, or with the refusal that says why it has no place in the windows."""

    drawn: planning.Draft
    layout: bookings.Layout | None = None
    refusal: Refused | None = None


def preview(
    site: Site, target: Package, *, procedure: str, method: str, earliest: datetime | None,
    at: datetime, offline: planning.Offline = None, replacement: Appliance | None = None,
    repairs: UpgradeJob | None = None, by: Any = None,
) -> Preview:  # fmt: skip
    """As `jobs.submit` would lay it out. Raises CannotBePlanned, NotKnown for the plan itself."""
    drawn = drawing.draw(
        site, target, procedure=procedure, method=method, offline=offline,
        replacement=replacement, repairs=repairs,
    )  # fmt: skip
    upgrade = replacement is None and repairs is None
    try:
        layout = bookings.lay_out(
            drawn.plan, site, earliest=max(earliest or at, at + jobs.NOTICE),
            contract_until=jobs.contract_until(site, target, at) if upgrade else None,
            security_fix=target.is_security_fix, target=target, by=by, at=at if upgrade else None,
        )  # fmt: skip
    except Refused as refusal:
        return Preview(drawn, refusal=refusal)
    return Preview(drawn, layout)
