"""The fleet in the columns of an import: what comes out may go in again, and changes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction

from appliances.models import Appliance, Site
from appliances.services.importing.bringing import shown
from appliances.services.importing.columns import COLUMNS, Kind
from portal import audit
from portal.models import Contact, Contract, Customer
from portal.services.spreadsheets import written

PIECE = 200  # customers read at a time


def export(sites: Any, *, by: Any, at: datetime) -> Iterator[str]:
    """These open sites (a queryset of staff's view) with everything of their customers, as lines
    of CSV; it streams. Noted in the platform's trail."""
    chosen = sites.filter(closed_at=None)
    with transaction.atomic():
        audit.record_platform("fleet.exported", by=by, at=at, data={"sites": chosen.count()})
    return written([column.name for column in COLUMNS], _lines(chosen))


def _lines(sites: Any) -> Iterator[list[str]]:
    owners = Customer.across.filter(pk__in=sites.order_by().values("customer_id"))
    each = owners.order_by("slug").iterator(chunk_size=PIECE)
    while piece := list(islice(each, PIECE)):
        yield from _of(piece, sites)


def _of(customers: Sequence[Customer], sites: Any) -> Iterator[list[str]]:
    ids = [customer.pk for customer in customers]
    contracts = _by(Contract.across.filter(customer__in=ids).order_by("starts_on", "number"))
    contacts = _by(
        Contact.across.filter(customer__in=ids, ended_at=None).order_by("rank", "name", "id")
    )
    places = _by(sites.filter(customer__in=ids).order_by("public_name"))
    boxes = _by(Appliance.across.filter(customer__in=ids).order_by("letter"), "site_id")
    for customer in customers:
        yield _line(customer, {Kind.CUSTOMER: customer})
        for kind, rows in ((Kind.CONTRACT, contracts), (Kind.CONTACT, contacts)):
            for row in rows[customer.pk]:
                yield _line(customer, {kind: row})
        for site in places[customer.pk]:
            yield from _site(customer, site, boxes[site.pk])


def _site(customer: Customer, site: Site, boxes: Iterable[Appliance]) -> Iterator[list[str]]:
    """What is the site's stands on the line of its first appliance."""
    yield from (
        _line(customer, {Kind.SITE: site, Kind.APPLIANCE: box}, brief=bool(number))
        for number, box in enumerate(boxes)
    )


def _line(customer: Customer, rows: dict[Kind, Any], *, brief: bool = False) -> list[str]:
    cells = []
    for column in COLUMNS:
        row, value = rows.get(column.kind), ""
        if column.name == "customer":
            value = customer.slug
        elif row is not None and (column.name == "site" or not brief or column.kind != Kind.SITE):
            value = shown(getattr(row, column.field))
        cells.append(value)
    return cells


def _by(rows: Iterable[Any], name: str = "customer_id") -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
