"""What the files say of one customer, brought into its record by the doors that people use.

Runs inside the customer's transaction. Whoever only wants to see takes it back afterwards: what
is shown is what happens.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from appliances.models import Appliance, Site
from appliances.services import sites, versions
from appliances.services.importing.columns import NEEDED, Kind, column_of
from appliances.services.importing.gathering import Group, Thing
from appliances.services.importing.reading import Problem
from portal.errors import Refused
from portal.models import Contact, Contract
from portal.services import contacts, contracts, customers

NEW, CHANGED, SAME = "new", "changed", "same"
# Read from the appliance, or proven by steps: a file that is older must not set them back.
OURS = frozenset({"product_version", "base_version", "cluster_role", "failover_role"})


@dataclass(frozen=True)
class Change:
    """What would become (or became) of one thing. `differences`: column → before, after; `kept`:
    column → what we have and keep, what the file says."""

    kind: str
    what: str
    label: str
    file: str
    line: int
    differences: dict[str, tuple[str, str]] = field(default_factory=dict)
    kept: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Bringing:
    """One customer's turn: `changes` and `problems` grow as its things are brought in."""

    group: Group
    by: Any
    at: datetime
    is_new: bool
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    hits: list[Any] = field(default_factory=list)  # what it displaces

    def all(self) -> None:
        self.customer()
        known = {row.number: row for row in Contract.objects.order_by("starts_on")}
        for thing in self.group.of(Kind.CONTRACT):
            self.one(thing, known.get(thing.values["number"]), contracts.make, contracts.change)
        people = list(Contact.objects.told().in_order())
        for thing in self.group.of(Kind.CONTACT):
            self.one(thing, _contact_of(thing, people), self.make_contact, contacts.change)
        self.sites()

    def customer(self) -> None:
        thing, known = self.group.of(Kind.CUSTOMER)[0], customers.current()
        if self.is_new:
            self.note(thing, NEW)
        else:
            self.one(thing, known, None, customers.change)

    def sites(self) -> None:
        known = {row.public_name: row for row in Site.objects.all()}
        boxes = {(box.site_id, box.letter): box for box in
                 Appliance.objects.select_related("site").order_by("letter")}  # fmt: skip
        for thing in self.group.of(Kind.SITE):
            site = known.get(thing.key[0])
            appliances = self.group.appliances_of(thing)
            if site is None:
                self.new_site(thing, appliances)
            elif site.closed_at:
                self.problems.append(thing.problem("site", _("This site is closed.")))
            else:
                self.one(thing, site, None, self.change_site, fixed="shape")
                for box in appliances:
                    self.appliance(box, boxes.get((site.pk, box.key[1])))

    def new_site(self, thing: Thing, appliances: list[Thing]) -> None:
        if not self.has_what_it_needs(thing, *appliances):
            return
        values = {"zone": customers.current().zone, **thing.values}
        values["simulated"] = values["public_name"].endswith(".sim") and not settings.PRODUCTION
        given = [{"name": "", **box.values} for box in appliances]
        if self.did(thing, lambda: sites.register(
            by=self.by, at=self.at, appliances=given, **values
        )):  # fmt: skip
            for made in (thing, *appliances):
                self.note(made, NEW)

    def appliance(self, thing: Thing, box: Appliance | None) -> None:
        if box is None:
            sentence = _(
                "The site has no such appliance: one comes with its site, or as new hardware."
            )
            self.problems.append(thing.problem("appliance", sentence))
        else:
            self.one(thing, box, None, self.change_appliance)

    def one(
        self, thing: Thing, known: Any, make: Callable[..., Any] | None,
        change: Callable[..., Any], *, fixed: str = "",
    ) -> None:  # fmt: skip
        """Make it, change what is different, or leave it."""
        if known is None and make is not None:
            made = make
            if self.has_what_it_needs(thing) and self.did(
                thing, lambda: made(by=self.by, at=self.at, **thing.values)
            ):
                self.note(thing, NEW)
            return
        different = {
            name: value for name, value in thing.values.items() if _differs(known, name, value)
        }
        if fixed in different:
            sentence = _("It is “%(known)s”, and an import does not change that.")
            self.problems.append(thing.problem(fixed, sentence % {"known": getattr(known, fixed)}))
            return
        kept = {name: different.pop(name) for name in OURS & set(different)}
        changed = _differences(thing, known, different)
        unchanged = _differences(thing, known, kept)
        if not different or self.did(
            thing, lambda: change(known, by=self.by, at=self.at, **different)
        ):
            self.note(thing, CHANGED if different else SAME, changed, unchanged)

    def make_contact(self, **values: Any) -> Contact:
        """In the customer's own language and zone, unless the file says another."""
        customer = customers.current()
        return contacts.make(
            **{"name": "", "language": customer.language, "zone": customer.zone, **values}
        )

    def change_site(self, site: Site, *, by: Any, at: datetime, **values: Any) -> Site:
        return sites.change(site, by=by, **values)

    def change_appliance(
        self, box: Appliance, *, by: Any, at: datetime, **values: Any
    ) -> Appliance:
        return sites.change_appliance(box, by=by, **values)

    def has_what_it_needs(self, *things: Thing) -> bool:
        missing = [
            (thing, column)
            for thing in things
            for column in NEEDED[thing.kind]
            if all(name != column for _row, name in thing.places.values())
        ]
        for thing, column in missing:
            if column in thing.row.cells:  # not understood, and said so at the cell
                continue
            sentence = _("This is new, and needs “%(column)s”.") % {"column": column}
            self.problems.append(thing.problem(column, sentence))
        return not missing

    def did(self, thing: Thing, act: Callable[[], Any]) -> bool:
        """Whether a door let it through; else its sentence stands at the cell that is meant."""
        try:
            with transaction.atomic():
                act()
        except Refused as refusal:
            told: Mapping[str, object] = refusal.fields or {"": refusal.sentence}
            for name, sentence in told.items():
                self.problems.append(thing.problem(column_of(thing.kind, name), sentence))
            return False
        return True

    def note(self, thing: Thing, what: str, differences: Any = None, kept: Any = None) -> None:
        label = " ".join((self.group.slug, *(thing.key if thing.kind != Kind.CUSTOMER else ())))
        self.changes.append(
            Change(
                thing.kind, what, label, thing.row.file, thing.row.line,
                differences or {}, kept or {},
            )
        )  # fmt: skip


def _contact_of(thing: Thing, people: list[Contact]) -> Contact | None:
    """By address; one without is known by its name."""
    email, name = thing.values.get("email", ""), thing.values.get("name", "").casefold()
    by_address = (one for one in people if email and one.email == email)
    by_name = (one for one in people if not one.email and one.name.casefold() == name)
    return next(by_address, None) or next(by_name, None)


def _differs(known: Any, name: str, value: Any) -> bool:
    before = getattr(known, name)
    if name in ("product_version", "base_version"):
        return not before or not versions.same(before, value)
    return bool(before != value)


def _differences(thing: Thing, known: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        column_of(thing.kind, name): (shown(getattr(known, name)), shown(value))
        for name, value in values.items()
    }


def shown(value: Any) -> str:
    """A value as it stands in a cell."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
