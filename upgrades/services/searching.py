"""Everything by one box: what a reader may see whose names hold some words, a few of each kind.

One statement a kind. A customer's people find rows of their customer and of the sites they see;
staff those of all customers, with customers, people and messages beside them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from appliances.models import Appliance, HardwareReturn, Package, Site
from portal.models import Contact, Customer, Membership, Message
from portal.services import contacts
from upgrades.models import UpgradeJob
from upgrades.models.purpose import WITH_PURPOSE
from upgrades.planning.guide import CHAPTERS
from upgrades.procedures import PROCEDURES
from upgrades.queries import Whose

MOST, LEAST, LONGEST = 8, 2, 100  # rows of a kind; characters of a query
REFERENCE = re.compile(r"(?:UJ-?)?([0-9]{1,9})", re.IGNORECASE)
May = Callable[[str], bool]


@dataclass(frozen=True)
class Found:
    """Rows of one kind, at most MOST; `more`: there are others. `exact` are those whose whole
    reference was asked for."""

    kind: str
    rows: list[Any]
    more: bool
    exact: list[Any]


def tidy(text: str) -> str:
    """A query as it is looked for: one line of printable characters, not too long."""
    signs = (" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text[:1000])
    return " ".join("".join(signs).split())[:LONGEST].strip()


def search(query: str, whose: Whose, *, may: May) -> list[Found]:
    """`query` is tidy; `may`: whether the reader has a right. Kinds without rows are left out."""
    if len(query) < LEAST:
        return []
    found = (_taken(kind, rows, query) for kind, rows in _asked(query, whose, may))
    return [each for each in found if each.rows]


def _asked(query: str, whose: Whose, may: May) -> Iterable[tuple[str, Iterable[Any]]]:
    """Each kind with its rows, which nobody has read yet."""
    if whose.across:
        yield "customer", _with(Customer.across.order_by("name"), query, "name", "slug")
    if may("site.view"):
        sites = whose.rows(Site, "pk").filter(closed_at=None).order_by("name", "pk")
        yield "site", _with(sites, query, "name", "public_name")
        boxes = whose.rows(Appliance).select_related("site", "customer").order_by("name", "pk")
        yield "appliance", _with(boxes, query, "name", "host", "serial")
    if may("job.view") and (number := REFERENCE.fullmatch(query)):
        jobs = whose.rows(UpgradeJob).filter(number=min(int(number[1]), 2**31 - 1))
        related = jobs.select_related("site", "customer", *WITH_PURPOSE)
        yield "job", related.order_by("-made_at", "pk")
    if may("return.view"):
        returns = whose.rows(HardwareReturn).select_related("site", "appliance", "customer")
        yield "return", _with(returns.order_by("-opened_at"), query, "rma_number", "serial", "host")
    if may("contact.view"):
        known = contacts.seen(
            Whose(across=whose.across).rows(Contact).filter(ended_at=None), _own(whose)
        )
        yield "contact", _with(known.order_by("name", "pk"), query, "name", "email", "phone")
    if may("member.view"):
        people = Whose(across=whose.across).rows(Membership).select_related("user", "customer")
        yield (
            "person",
            _with(people.order_by("user__name", "pk"), query, "user__name", "user__email"),
        )
    if whose.across and may("message.view"):
        yield "message", _with(whose.rows(Message).order_by("-written_at"), query, "subject")
    yield from _of_everybody(query, may)


def _of_everybody(query: str, may: May) -> Iterable[tuple[str, Iterable[Any]]]:
    """The catalogue, the guide's ids, and the pages of procedures by their titles."""
    if may("catalogue.view"):
        yield (
            "package",
            _with(Package.objects.order_by("kind", "-version"), query, "name", "version"),
        )
    if may("procedure.view"):
        asked = query.casefold()
        ids = (number for chapter in CHAPTERS for number in chapter.ids())
        begins = [number for number in ids if number.casefold().startswith(asked)]
        yield "guide", begins if asked.startswith("g-") else []
        titled = ((each, gettext(each.title)) for each in PROCEDURES.values())
        yield (
            "procedure",
            [each for each, title in titled if asked in title.casefold() or asked == each.name],
        )


def _own(whose: Whose) -> list[Any] | None:
    return None if whose.sites is None else list(whose.sites)


def _with(rows: QuerySet[Any], query: str, *columns: str) -> QuerySet[Any]:
    asked = Q()
    for column in columns:
        asked |= Q(**{f"{column}__icontains": query})
    # The few are found before anything is joined to them: PostgreSQL guesses how many rows hold a
    # word, and where it guessed five of fifty thousand it joined every customer to each of them.
    found = rows.filter(asked).values("pk")[: MOST + 1]
    return rows.filter(pk__in=found)


def _taken(kind: str, rows: Any, query: str) -> Found:
    found = list(rows[: MOST + 1])
    asked = query.casefold()
    exact = [row for row in found if asked in {ref.casefold() for ref in REFERENCES[kind](row)}]
    return Found(kind, found[:MOST], len(found) > MOST, exact)


def _nothing(row: Any) -> list[str]:
    return []


# What names one row and no other, as it is written on a box, a label or a page.
REFERENCES: Mapping[str, Callable[[Any], list[str]]] = {
    "customer": _nothing,
    "site": _nothing,
    "appliance": lambda row: [row.serial] if row.serial else [],
    "job": lambda row: [row.label],
    "return": lambda row: [row.rma_number] if row.rma_number else [],
    "contact": _nothing,
    "person": _nothing,
    "message": _nothing,
    "package": _nothing,
    "guide": lambda number: [number],
    "procedure": lambda page: [page.name],
}
