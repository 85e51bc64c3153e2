"""A change for every customer: asked for, looked at by a worker, decided by a person, saved, and
carried out by a worker (`working`). These are the doors of people.

One transaction covers one customer: the jobs of it that were hit, treated as chosen, with messages
and audit. The change itself (the freeze, the withdrawal) is a transaction of its own before them,
so that nothing begins inside it meanwhile.
"""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from appliances.models import Package
from appliances.services import catalogue as packages
from portal import audit
from portal.background import enqueue
from portal.errors import Refused
from upgrades.events import SettlementEvent
from upgrades.models import Booking, PlatformFreeze, Settlement, SettlementPart
from upgrades.planning import floating
from upgrades.services import freezing, misfits
from upgrades.services.misfits import TO_COME
from upgrades.services.whatif.edits import AddFreezeForAll, Edit, Settle, WithdrawPackage
from upgrades.services.whatif.outcomes import Strategy

W, S = Settlement.What, Settlement.State


class Withdrawn(Refused):
    code = "package-withdrawn"


class NothingFailed(Refused):
    code = "nothing-failed"


def ask_freeze(
    *, title: str, begin: datetime, end: datetime, release: Package | None = None, by: Any,
    at: datetime,
) -> Settlement:  # fmt: skip
    """A freeze for everybody, or of one release, to be looked at first. It hits nobody at all:
    it stands at once. Raises BadFreeze."""
    title = freezing.demand_possible(title, begin, end, at=at)
    asked = Settlement(
        what=W.FREEZE, title=title, release=release, asked_by=by, asked_at=at,
        begin=begin.isoformat(timespec="minutes"), end=end.isoformat(timespec="minutes"),
    )  # fmt: skip
    return _begin(asked, at)


def ask_standing(freeze: PlatformFreeze, *, by: Any, at: datetime) -> Settlement:
    """What a freeze hits that stands already."""
    asked = Settlement(
        what=W.STANDING, title=freeze.title, freeze=freeze, release=freeze.release, asked_by=by,
        asked_at=at, begin=freeze.local_begin, end=freeze.local_end,
    )  # fmt: skip
    return _begin(asked, at)


def ask_withdrawal(package: Package, *, by: Any, at: datetime) -> Settlement:
    """A package that the vendor takes back, to be looked at first. Raises Withdrawn."""
    if package.withdrawn_at:
        raise Withdrawn(_("This package is withdrawn already."))
    asked = Settlement(
        what=W.PACKAGE, title=package.name, package=package, asked_by=by, asked_at=at
    )  # fmt: skip
    return _begin(asked, at)


@transaction.atomic
def confirm(settlement: Settlement, *, strategy: Strategy, by: Any, at: datetime) -> Settlement:
    """It counts from now on; a worker treats whoever it hits. Raises TransitionNotAllowed before
    everybody was looked at, and after it was decided."""
    settlement.confirm(strategy=strategy.value, by=by, at=at)
    _save(settlement, by=by, at=at)
    settlement.save()
    _note(SettlementEvent.CONFIRMED, settlement, by, at)
    enqueue("upgrades.settle")
    return settlement


@transaction.atomic
def drop(settlement: Settlement, *, by: Any, at: datetime) -> Settlement:
    """Nothing is changed."""
    settlement.drop(at=at)
    settlement.save()
    _note(SettlementEvent.DROPPED, settlement, by, at)
    return settlement


@transaction.atomic
def retry(settlement: Settlement, *, by: Any, at: datetime) -> Settlement:
    """Have the customers that the portal failed at worked at once more. Raises NothingFailed, and
    TransitionNotAllowed while it is worked at anyway or was dropped."""
    if not SettlementPart.across.filter(settlement=settlement).exclude(failed_at=None).exists():
        raise NothingFailed(_("The portal failed at no customer of this change."))
    if settlement.state == S.DONE:
        settlement.settle_again(at=at)
    else:
        settlement.look_again(at=at)
    settlement.save()
    _note(SettlementEvent.RETRIED, settlement, by, at)
    enqueue("upgrades.settle")
    return settlement


def edit_of(settlement: Settlement) -> Edit:
    """What is imagined at each customer before it counts, and put right afterwards."""
    if settlement.state == S.SETTLING:
        if settlement.what == W.PACKAGE:
            return Settle(misfits.Kind.PACKAGE)
        return Settle(misfits.Kind.FREEZE, str(settlement.freeze_id))
    if settlement.what == W.FREEZE:
        begin, end = map(datetime.fromisoformat, (settlement.begin, settlement.end))
        return AddFreezeForAll(settlement.title, begin, end, settlement.release)
    if settlement.what == W.PACKAGE:
        return WithdrawPackage(settlement.package_id)
    return Settle(misfits.Kind.FREEZE, str(settlement.freeze_id))


def customers_ahead(settlement: Settlement, at: datetime) -> list[uuid.UUID]:
    """Whom it may hit: customers with upgrades ahead, where it freezes those that lie in it. Read
    across customers, ids alone; whatever is done is done inside each."""
    ahead = Q(state__in=TO_COME, slot__endswith__gt=at)
    if settlement.begin:
        begin, end = map(datetime.fromisoformat, (settlement.begin, settlement.end))
        loose = floating.anywhere(begin, end)
        ahead &= Q(slot__overlap=(loose.start, loose.end))
    rows = Booking.across.filter(ahead).order_by()
    return sorted(rows.values_list("customer_id", flat=True).distinct())


def _begin(settlement: Settlement, at: datetime) -> Settlement:
    settlement.of_all = len(customers_ahead(settlement, at))
    with transaction.atomic():
        settlement.save(force_insert=True)
        _note(SettlementEvent.ASKED, settlement, settlement.asked_by, at)
        if not settlement.of_all:
            hits_nobody(settlement, at=at)
        enqueue("upgrades.settle")
    return settlement


@transaction.atomic
def hits_nobody(settlement: Settlement, *, at: datetime) -> None:
    """There is nothing to decide: it is done as it was asked for."""
    settlement.show()
    settlement.confirm(strategy=Strategy.NEXT.value, by=settlement.asked_by, at=at)
    _save(settlement, by=settlement.asked_by, at=at)
    settlement.finish(at=at)
    settlement.save()
    _note(SettlementEvent.DONE, settlement, None, at)


def _save(settlement: Settlement, *, by: Any, at: datetime) -> None:
    """The freeze stands, the package is withdrawn."""
    if settlement.what == W.FREEZE:
        begin, end = map(datetime.fromisoformat, (settlement.begin, settlement.end))
        settlement.freeze = freezing.add_for_all(
            title=settlement.title, begin=begin, end=end, release=settlement.release, by=by, at=at
        )
    elif settlement.what == W.PACKAGE:
        package = Package.objects.select_for_update().get(pk=settlement.package_id)
        packages.withdraw(package, by=by, at=at)


def _note(event: SettlementEvent, settlement: Settlement, by: Any, at: datetime) -> None:
    data = {"what": settlement.what, "title": settlement.title, "strategy": settlement.strategy}
    audit.record_platform(event, settlement, by=by, at=at, data=data)
