"""The changes that may displace bookings, each as one thing that can be imagined, then done."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from appliances.models import Package, Site
from appliances.services import catalogue as packages
from portal.models import Contract
from portal.services import contracts
from upgrades.models import Freeze, FreezeCalendar, MaintenanceWindow
from upgrades.services import calendars, freezing, windows
from upgrades.services.misfits import ALL, Kind, Misfit

Misfits = Mapping[uuid.UUID, list[Misfit]]


class Edit(Protocol):
    """`kinds` of misfit it can cause, and `site_id` if only one site can be hit. `apply` runs in
    the customer's transaction, on rows read in it, and gives the row that it made or changed."""

    kinds: frozenset[Kind]
    site_id: uuid.UUID | None

    def apply(self, *, by: Any, at: datetime) -> Any: ...

    def hits(self, before: Misfits, after: Misfits) -> dict[uuid.UUID, list[Misfit]]: ...


@dataclass(frozen=True)
class _New:
    """Hits are what fitted before and does not after."""

    kinds: frozenset[Kind] = field(default=frozenset({Kind.FREEZE}), init=False)
    site_id: uuid.UUID | None = field(default=None, init=False)

    def hits(self, before: Misfits, after: Misfits) -> dict[uuid.UUID, list[Misfit]]:
        found = {}
        for job_id, misfits in after.items():
            known = {(one.kind, one.cause, one.booking_id) for one in before.get(job_id, [])}
            if new := [
                one for one in misfits if (one.kind, one.cause, one.booking_id) not in known
            ]:
                found[job_id] = new
        return found


@dataclass(frozen=True)
class AddFreeze(_New):
    title: str
    begin: datetime
    end: datetime
    site: Site | None = None

    def apply(self, *, by: Any, at: datetime) -> Freeze:
        return freezing.add(
            title=self.title, begin=self.begin, end=self.end, site=self.site, by=by, at=at
        )


@dataclass(frozen=True)
class ChangeFreeze(_New):
    """`values`: those of title, begin and end that change."""

    freeze_id: uuid.UUID
    values: Mapping[str, Any] = field(hash=False)

    def apply(self, *, by: Any, at: datetime) -> Freeze:
        freeze = Freeze.objects.select_related("site").get(pk=self.freeze_id)
        return freezing.change(freeze, **self.values, by=by, at=at)


@dataclass(frozen=True)
class AddFreezeForAll(_New):
    """Imagined at each customer. In earnest it is saved once, by `whatif.everywhere`."""

    title: str
    begin: datetime
    end: datetime
    release: Package | None = None

    def apply(self, *, by: Any, at: datetime) -> None:
        freezing.add_for_all(
            title=self.title, begin=self.begin, end=self.end, release=self.release, by=by, at=at
        )


@dataclass(frozen=True)
class WithdrawPackage(_New):
    """As `AddFreezeForAll`: imagined at each customer, done once."""

    package_id: uuid.UUID
    kinds: frozenset[Kind] = field(default=frozenset({Kind.PACKAGE}), init=False)

    def apply(self, *, by: Any, at: datetime) -> None:
        packages.withdraw(Package.objects.get(pk=self.package_id), by=by, at=at)


@dataclass(frozen=True)
class AcceptCalendar(_New):
    """What a refresh brought counts from now on."""

    calendar_id: uuid.UUID

    def apply(self, *, by: Any, at: datetime) -> None:
        calendars.accept(FreezeCalendar.objects.get(pk=self.calendar_id), by=by, at=at)


@dataclass(frozen=True)
class ChangeWindow(_New):
    window_id: uuid.UUID
    values: Mapping[str, Any] = field(hash=False)
    kinds: frozenset[Kind] = field(default=frozenset({Kind.WINDOW}), init=False)

    def apply(self, *, by: Any, at: datetime) -> MaintenanceWindow:
        window = MaintenanceWindow.objects.select_related("site").get(pk=self.window_id)
        return windows.change(window, **self.values, leave_outside=windows.ALL, by=by, at=at)


@dataclass(frozen=True)
class RemoveWindow(_New):
    window_id: uuid.UUID
    kinds: frozenset[Kind] = field(default=frozenset({Kind.WINDOW}), init=False)

    def apply(self, *, by: Any, at: datetime) -> None:
        window = MaintenanceWindow.objects.select_related("site").get(pk=self.window_id)
        windows.remove(window, by=by, at=at)


@dataclass(frozen=True)
class ChangeContract(_New):
    contract_id: uuid.UUID
    values: Mapping[str, Any] = field(hash=False)
    kinds: frozenset[Kind] = field(default=frozenset({Kind.CONTRACT}), init=False)

    def apply(self, *, by: Any, at: datetime) -> Contract:
        contract = Contract.objects.get(pk=self.contract_id)
        return contracts.change(contract, **self.values, by=by, at=at)


@dataclass(frozen=True)
class EndContract(_New):
    contract_id: uuid.UUID
    on: date
    kinds: frozenset[Kind] = field(default=frozenset({Kind.CONTRACT}), init=False)

    def apply(self, *, by: Any, at: datetime) -> Contract:
        contract = Contract.objects.get(pk=self.contract_id)
        return contracts.end(contract, on=self.on, by=by, at=at)


@dataclass(frozen=True)
class Settle:
    """Nothing is changed any more: what does not fit what stands already is put right. `kind` and
    `cause`: only what this one thing stands against."""

    kind: Kind | None = None
    cause: str = ""
    site_id: uuid.UUID | None = field(default=None, init=False)

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset({self.kind}) if self.kind else ALL

    def apply(self, *, by: Any, at: datetime) -> None:
        """It stands."""

    def hits(self, before: Misfits, after: Misfits) -> dict[uuid.UUID, list[Misfit]]:
        found = {}
        for job_id, misfits in after.items():
            if hit := [one for one in misfits if self.cause in ("", one.cause)]:
                found[job_id] = hit
        return found
