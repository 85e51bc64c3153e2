"""What staff see of customers: the list, and the figures at the head of one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q

from appliances.models import Appliance, HardwareReturn, Site
from appliances.models.hardware_return import OVER
from portal.models import Contact, Contract, Customer, Membership
from upgrades.models import Booking, UpgradeJob
from upgrades.models.job import BEFORE_RUNNING, UNDER_WAY
from upgrades.queries import PAGE

J = UpgradeJob.State
URGENT = (J.HALTED, J.MISSED)


@dataclass(frozen=True)
class Line:
    """`until`: the last day of maintenance without a break from today's contract on, None without
    one; `urgent`: its upgrades that are halted or missed."""

    customer: Customer
    sites: int
    open_jobs: int
    urgent: int
    until: date | None


@dataclass(frozen=True)
class Figures:
    sites: int
    appliances: int
    open_jobs: int
    open_returns: int
    people: int
    contacts: int
    next_window: Booking | None


def customers(query: str, today: date, *, after: int = 0) -> tuple[list[Line], bool]:
    """A page of customers by name, from `after` on, whose name or short name holds `query`, and
    whether there are more. For staff: over all customers, sandboxes left out by the database."""
    rows = Customer.across.filter(closed_at=None, rehearses=False).select_related("account_manager")
    if query:
        rows = rows.filter(Q(name__icontains=query) | Q(slug__icontains=query))
    found = list(rows.order_by("name", "pk")[after : after + PAGE + 1])
    here = found[:PAGE]
    return _lines(here, today), len(found) > PAGE


def _lines(here: Sequence[Customer], today: date) -> list[Line]:
    ids = [each.pk for each in here]
    sites = _counted(Site.across.filter(closed_at=None, customer_id__in=ids))
    jobs = UpgradeJob.across.filter(customer_id__in=ids)
    open_jobs = _counted(jobs.filter(state__in=[*BEFORE_RUNNING, *UNDER_WAY]))
    urgent = _counted(jobs.filter(state__in=URGENT))
    covering = Contract.across.filter(customer_id__in=ids, starts_on__lte=today, ends_on__gte=today)
    ends = covering.order_by().values("customer_id").annotate(until=Max("ends_on"))
    until: dict[uuid.UUID, date] = {row["customer_id"]: row["until"] for row in ends}
    return [
        Line(each, sites.get(each.pk, 0), open_jobs.get(each.pk, 0), urgent.get(each.pk, 0),
             until.get(each.pk))
        for each in here
    ]  # fmt: skip


def _counted(rows: object) -> dict[uuid.UUID, int]:
    counted = rows.order_by().values("customer_id").annotate(number=Count("pk"))  # type: ignore[attr-defined]
    return {row["customer_id"]: row["number"] for row in counted}


def figures(at: object) -> Figures:
    """Of the current customer."""
    ahead = Booking.objects.filter(
        state__in=[Booking.State.BOOKED, Booking.State.HELD], slot__startswith__gte=at
    )
    open_jobs = UpgradeJob.objects.filter(state__in=[*BEFORE_RUNNING, *UNDER_WAY])
    return Figures(
        sites=Site.objects.filter(closed_at=None).count(),
        appliances=Appliance.objects.filter(place=Appliance.Place.IN_PLACE).count(),
        open_jobs=open_jobs.count(),
        open_returns=HardwareReturn.objects.exclude(state__in=OVER).count(),
        people=Membership.objects.count(),
        contacts=Contact.objects.filter(ended_at=None).count(),
        next_window=ahead.select_related("site").order_by("slot", "pk").first(),
    )
