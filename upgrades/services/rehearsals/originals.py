"""What a twin is made of, read once from the real customer: plain values from here on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from appliances.models import Appliance, Package, Site
from portal.models import Contract, Customer
from portal.tenancy import OwnedForeignKey
from upgrades.models import UpgradeJob
from upgrades.planning.catalogue import dotted
from upgrades.services import bookings, catalogue, drafting, drawing, jobs, planning

SEALED = frozenset({"secret", "secret_key_id", "client_id", "certificate_pin", "private_address"})
Values = dict[str, Any]


@dataclass(frozen=True)
class Original:
    """The plan with its layout, and copies of the rows that the play needs."""

    customer: Customer
    site: Values
    boxes: tuple[Values, ...]
    contracts: tuple[Values, ...]
    drawn: planning.Draft
    layout: bookings.Layout
    feed: tuple[Values, ...]
    new: Values | None = None  # the replacement that waits, with the letter of what it replaces
    replaces: str = ""
    remains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # word → letters

    @property
    def every_box(self) -> tuple[Values, ...]:
        """Those at the site, and the one that waits."""
        return (*self.boxes, self.new) if self.new else self.boxes

    @property
    def digest(self) -> str:
        return drafting.digest(self.drawn)


def read(
    site: Site, target: Package, *, procedure: str, method: str, at: datetime,
    offline: planning.Offline = None, job: Any = None, earliest: datetime | None = None,
    replacement: Appliance | None = None, repairs: UpgradeJob | None = None,
) -> Original:  # fmt: skip
    """Inside the real customer's transaction; writes nothing. Raises whatever planning refuses.

    `job`, if the plan is one's: the slots it keeps count as free.
    """
    drawn = drawing.draw(
        site, target, procedure=procedure, method=method, offline=offline,
        replacement=replacement, repairs=repairs,
    )  # fmt: skip
    upgrade = replacement is None and repairs is None
    layout = bookings.lay_out(
        drawn.plan, site, earliest=max(earliest or at, at + jobs.NOTICE),
        contract_until=jobs.contract_until(site, target, at) if upgrade else None,
        security_fix=target.is_security_fix, job=job,
    )  # fmt: skip
    boxes = list(site.appliances.order_by("letter"))
    return Original(
        customer=site.customer,
        site=_values(site),
        boxes=tuple(map(_values, boxes)),
        contracts=tuple(map(_values, Contract.objects.all())),
        drawn=drawn,
        layout=layout,
        feed=tuple(_feed([*boxes, *([replacement] if replacement else [])])),
        new=_values(replacement) if replacement else None,
        replaces=replacement.replaces.letter if replacement and replacement.replaces else "",
        remains=_remains(repairs, boxes) if repairs else {},
    )


def _remains(job: UpgradeJob, boxes: list[Appliance]) -> dict[str, tuple[str, ...]]:
    """What a job left, by the letters of the appliances concerned."""
    letters = {str(box.pk): box.letter for box in boxes}
    return {
        word: tuple(letters[each] for each in job.left_state.get(word, []) if each in letters)
        for word in job.left_behind
    }


def _values(row: models.Model) -> Values:
    """A row's own values: no key, no owner, no reference to other owned rows, no secret."""
    return {
        each.attname: getattr(row, each.attname)
        for each in row._meta.concrete_fields
        if not each.primary_key
        and each.name != "customer"
        and not isinstance(each, OwnedForeignKey)
        and each.name not in SEALED
    }


def _feed(boxes: Iterable[Appliance]) -> Iterator[Mapping[str, Any]]:
    """The vendor's packages as an appliance offers them, these appliances' own words heeded."""
    for package in catalogue.heeding(catalogue.catalogue(), boxes).packages:
        if not package.withdrawn:
            yield {
                "kind": package.kind.value, "version": dotted(package.version),
                "name": package.name,
                "requires": [
                    {"kind": need.kind.value, "op": ">" if need.above else ">=",
                     "version": dotted(need.least)}
                    for need in package.needs
                ],
            }  # fmt: skip
