"""What a twin is made of, read once from the real customer: plain values from here on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from appliances.models import Appliance, Package, Site
from portal.models import Contract, Customer
from portal.tenancy import OwnedForeignKey
from upgrades.planning.catalogue import dotted
from upgrades.services import bookings, catalogue, drafting, jobs, planning

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

    @property
    def digest(self) -> str:
        return drafting.digest(self.drawn)


def read(
    site: Site, target: Package, *, procedure: str, method: str, at: datetime,
    offline: planning.Offline = None, job: Any = None,
) -> Original:  # fmt: skip
    """Inside the real customer's transaction; writes nothing. Raises whatever planning refuses.

    `job`, if the plan is one's: the slots it keeps count as free.
    """
    drawn = planning.draw_up(site, target, procedure=procedure, method=method, offline=offline)
    layout = bookings.lay_out(
        drawn.plan, site, earliest=at + jobs.NOTICE,
        contract_until=jobs.contract_until(site, target, at),
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
        feed=tuple(_feed(boxes)),
    )


def _values(row: models.Model) -> Values:
    """A row's own values: no key, no owner, no reference to other owned rows, no secret."""
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
        and field.name != "customer"
        and not isinstance(field, OwnedForeignKey)
        and field.name not in SEALED
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
