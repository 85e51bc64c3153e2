"""What counts as good: data, not code. Built in, outranked by the installation's own values, which
a customer's own outrank. Whole numbers only; a yes or no is 1 or 0."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _, gettext_noop

from appliances.events import Event
from appliances.models import InstallationThreshold, ReadinessCheck, Threshold
from portal import audit, once
from portal.errors import Refused
from portal.services import customers

Name = ReadinessCheck.Name
BLOCKS = "blocks"


class BadThreshold(Refused):
    code = "bad-threshold"


@dataclass(frozen=True)
class Parameter:
    """One number that may be set. `of` is a check's name, or TOLERANCE, ANSWER, WAIVER."""

    of: str
    name: str
    default: int
    low: int
    high: int
    label: str  # msgid

    @property
    def key(self) -> str:
        return f"{self.of}.{self.name}"

    @property
    def is_severity(self) -> bool:
        return self.name == BLOCKS


# Whether a bad answer keeps a job or a window from starting (vendor.md §9.1).
BLOCKING = frozenset({
    Name.REACHABILITY, Name.HEALTH, Name.CLOCK, Name.BASE_VERSION, Name.PAIR_ROLES,
    Name.PAIR_VERSIONS, Name.SYNC_FRESH, Name.CLUSTER_FLAGS, Name.DRAINED, Name.JUMP_CLIENTS,
    Name.PATH, Name.TESTED, Name.CONTRACT,
})  # fmt: skip
# These block whatever anybody sets: another appliance, a base problem, a fact nobody accepted.
ALWAYS = frozenset({Name.IDENTITY, Name.BASE_HOLD, Name.DRIFT})

# Answered by a step of the procedure, never measured: there is nothing to weigh or to waive.
BY_STEP = frozenset({Name.KEYS})

_NUMBERS = (
    Parameter("ANSWER", "minutes", 60, 5, 1440, gettext_noop("An answer counts for, minutes")),
    Parameter("WAIVER", "days", 30, 1, 365, gettext_noop("A waiver counts at most, days")),
    Parameter(Name.REACHABILITY, "tries", 3, 1, 5, gettext_noop("Tries")),
    Parameter(Name.CLOCK, "warns_seconds", 120, 1, 3600, gettext_noop("To watch from, seconds")),
    Parameter(Name.CLOCK, "bad_seconds", 3600, 60, 86400, gettext_noop("Bad from, seconds")),
    Parameter(Name.BASE_VERSION, "days", 30, 1, 365, gettext_noop("Read again after, days")),
    Parameter(Name.RETIRED_VERSION, "months", 24, 6, 120, gettext_noop("Retired after, months")),
    Parameter(Name.BACKUP, "hours", 24, 1, 168, gettext_noop("Fresh for, hours")),
    Parameter(Name.BACKUP_SANE, "smallest", 50, 1, 100, gettext_noop("Smallest, per cent")),
    Parameter(Name.BACKUP_SANE, "largest", 200, 100, 1000, gettext_noop("Largest, per cent")),
    Parameter(Name.CERTIFICATE_SAVED, "hours", 24, 1, 168, gettext_noop("Fresh for, hours")),
    Parameter(Name.CERTIFICATE_ENDS, "days", 90, 1, 365, gettext_noop("To watch, days before")),
    Parameter(Name.SYNC_FRESH, "hours", 24, 1, 168, gettext_noop("Fresh for, hours")),
    Parameter(Name.INTERIM, "days", 7, 1, 60, gettext_noop("Too long after, days")),
    Parameter(Name.DRAINED, "clients", 0, 0, 1000, gettext_noop("Clients allowed")),
    Parameter(Name.JUMP_CLIENTS, "reachable", 0, 0, 100000, gettext_noop("Waiting ones allowed")),
    Parameter(Name.JUMPOINTS, "away", 0, 0, 1000, gettext_noop("Away allowed")),
    Parameter(Name.REPS, "signed_in", 0, 0, 10000, gettext_noop("Signed in allowed")),
    Parameter(Name.WINDOW_FITS, "percent", 100, 10, 100, gettext_noop("Of the window, per cent")),
    Parameter(Name.LICENCE, "days", 90, 1, 365, gettext_noop("To watch, days before")),
    Parameter("TOLERANCE", "clients", 25, 0, 100, gettext_noop("Connected clients, per cent")),
    Parameter("TOLERANCE", "reps", 100, 0, 100, gettext_noop("Representatives, per cent")),
    Parameter("TOLERANCE", "jump_clients", 5, 0, 100, gettext_noop("Jump Clients, per cent")),
    Parameter("TOLERANCE", "users", 0, 0, 100, gettext_noop("Users, per cent")),
    Parameter("TOLERANCE", "teams", 0, 0, 100, gettext_noop("Teams, per cent")),
)  # fmt: skip
_SEVERITIES = tuple(
    Parameter(name, BLOCKS, int(name in BLOCKING), 0, 1, gettext_noop("It blocks when bad"))
    for name in Name
    if name not in ALWAYS | BY_STEP
)
PARAMETERS: Mapping[str, Parameter] = {one.key: one for one in (*_NUMBERS, *_SEVERITIES)}


@dataclass(frozen=True)
class Values:
    """Every value that counts for one customer."""

    of: Mapping[str, int]

    def __getitem__(self, key: str) -> int:
        return self.of[key]

    def blocks(self, name: str) -> bool:
        return name in ALWAYS or bool(self.of.get(f"{name}.{BLOCKS}"))


BUILT_IN = Values({key: one.default for key, one in PARAMETERS.items()})


def installation() -> dict[str, int]:
    """What this installation set otherwise than built in."""
    newest = _newest().values_list("key", "value")
    return {key: value for key, value in newest if value is not None and key in PARAMETERS}


def _newest() -> QuerySet[InstallationThreshold]:
    return InstallationThreshold.objects.order_by("key", "-set_at").distinct("key")


def own() -> dict[str, int]:
    """What the current customer set."""
    rows = Threshold.objects.values_list("key", "value")
    return {key: value for key, value in rows if key in PARAMETERS}


def counting(key: str, *, across: bool = False) -> Any:
    """The value that counts for the customer of each row, as a column beside it."""
    rows = Threshold.across if across else Threshold.objects
    its = rows.filter(customer=OuterRef("customer_id"), key=key).values("value")
    here = _newest().filter(key=key).values("value")
    return Coalesce(Subquery(its[:1]), Subquery(here[:1]), Value(BUILT_IN[key]))


def current() -> Values:
    """What counts for the current customer."""
    return once.read(("thresholds",), _current)


def _current() -> Values:
    """Both tables in one statement, since nearly every page about a site asks."""
    own = Threshold.objects.values_list("key", "value", Value(1))
    rows = _newest().values_list("key", "value", Value(0)).union(own, all=True)
    found = sorted(rows, key=lambda row: row[2])
    set_here = {key: value for key, value, _own in found if key in PARAMETERS and value is not None}
    return Values({**BUILT_IN.of, **set_here})


def table() -> list[dict[str, Any]]:
    """Every value as it counts for the current customer, and where it is from."""
    return _table({**BUILT_IN.of, **installation()}, own())


def _table(given: Mapping[str, int], mine: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "key": key, "label": one.label, "value": mine.get(key, given[key]),
            "own": mine.get(key), "given": given[key], "low": one.low, "high": one.high,
        }
        for key, one in PARAMETERS.items()
    ]  # fmt: skip


def table_of_installation() -> list[dict[str, Any]]:
    """Every value as it counts for customers who set nothing, and what is built in."""
    return _table(BUILT_IN.of, installation())


def parameters_of(values: Values, name: str) -> dict[str, int]:
    """What a check is measured by, by the names of its parameters; not whether it blocks."""
    found = [one for one in PARAMETERS.values() if one.of == name and not one.is_severity]
    return {one.name: values[one.key] for one in found}


def change(wanted: Mapping[str, int | None], *, by: Any) -> None:
    """A customer's own values; None: the installation's again. Raises BadThreshold."""
    checked, before = _checked(wanted), own()
    changed = {}
    for key, value in checked.items():
        if before.get(key) == value:
            continue
        changed[key] = [before.get(key), value]
        Threshold.objects.filter(key=key).delete()
        if value is not None:
            Threshold.objects.create(customer=customers.current(), key=key, value=value)
    if changed:
        audit.record(Event.THRESHOLDS_CHANGED, customers.current(), by=by, data={"values": changed})


def change_installation(wanted: Mapping[str, int | None], *, by: Any, at: datetime) -> None:
    """The installation's values; None: as built in. Each row says who and when: the history. Raises
    BadThreshold."""
    before = installation()
    new = {key: value for key, value in _checked(wanted).items() if before.get(key) != value}
    if not new:
        return
    changed = {key: [before.get(key), value] for key, value in new.items()}
    with transaction.atomic():
        InstallationThreshold.objects.bulk_create(
            InstallationThreshold(key=key, value=value, set_at=at, set_by=by)
            for key, value in new.items()
        )
        audit.record_platform(Event.THRESHOLDS_CHANGED, by=by, data={"values": changed}, at=at)


def _checked(wanted: Mapping[str, int | None]) -> dict[str, int | None]:
    wrong = {}
    for key, value in wanted.items():
        known = PARAMETERS.get(key)
        if known is None:
            wrong[key] = _("There is no such value.")
        elif value is not None and not known.low <= value <= known.high:
            bounds = {"low": known.low, "high": known.high}
            wrong[key] = _("A number from %(low)s to %(high)s.") % bounds
    if wrong:
        raise BadThreshold(_("Some of these values cannot be."), fields=wrong)
    return dict(wanted)
