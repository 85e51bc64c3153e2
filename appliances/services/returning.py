"""The moves of a return once the replacement is confirmed: wiped, shut down, packed, handed over.

While a hardware job leads it, its steps make these moves (`by_job`), and the return's own page
refuses them with a sentence that names the job: what a person did is told and proven once.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from appliances.events import Event
from appliances.models import Appliance, HardwareReturn
from appliances.services.returns import moved, needs_reason, not_led
from portal import audit
from portal.errors import Refused

S = HardwareReturn.State
Json = dict[str, Any]


class WipeTooEarly(Refused):
    """Nothing is wiped before production is confirmed on what replaces it (rule 10)."""

    code = "wipe-too-early"


class WrongKind(Refused):
    """A box is sent back; a virtual appliance is deleted."""

    code = "wrong-kind"


class NeedsTwo(Refused):
    code = "needs-two-people"


class WrongBox(Refused):
    """The serial number is not that of the appliance that goes back."""

    code = "wrong-appliance"


def retain_drives(
    row: HardwareReturn, *, where: str, reference: str, by: Any, at: datetime
) -> HardwareReturn:
    """The drives stay in the house: where, and under which certificate they were destroyed."""
    if not where.strip():
        raise Refused(_("Write where the drives went."), fields={"where": _("Where are they now?")})
    row.retain_drives(where=where.strip()[:200], reference=reference.strip()[:120])
    return moved(row, "retain_drives", by=by, at=at, where=row.drives_where)


def wipe(
    row: HardwareReturn, *, serial: str, by: Any, at: datetime, job: Any = None
) -> HardwareReturn:
    """The factory reset has ended (G-RMA-1). `serial` as read on the box that was reset."""
    _box(row, job)
    _demand_confirmed(row)
    if row.serial and serial.strip().casefold() != row.serial.casefold():
        raise WrongBox(
            _("The old appliance's serial number is %(serial)s.") % {"serial": row.serial},
            remedy=_("If another appliance was reset, call support at once."),
            fields={"serial": _("This is another appliance.")},
        )
    row.wipe(by=_person(by), at=at)
    return moved(row, "wipe", by=by, at=at, job=job, serial=serial)


def ask_waiver(
    row: HardwareReturn, *, reason: str, where: str, by: Any, at: datetime
) -> HardwareReturn:
    """The box is dead and cannot be reset: the first person says why, and where its drives went."""
    _box(row, None, led=False)
    _demand_confirmed(row)
    if not where.strip():
        raise Refused(_("Write where the drives went."), fields={"where": _("Where are they now?")})
    row.waiver_reason, row.drives_where = needs_reason(reason), where.strip()[:200]
    row.waiver_asked_by, row.waiver_asked_at = _person(by), at
    row.save()
    data = {"reason": row.waiver_reason, "drives": row.drives_where}
    audit.record(Event.RETURN_WAIVER_ASKED, row, by=by, data=data, at=at)
    return row


def waive_wipe(row: HardwareReturn, *, by: Any, at: datetime) -> HardwareReturn:
    """The second person agrees. Allowed beside a job too: its reset is then skipped there."""
    _demand_confirmed(row)
    if row.waiver_asked_by_id is None:
        raise NeedsTwo(_("First one person says why the box cannot be reset."))
    if row.waiver_asked_by_id == getattr(by, "pk", None):
        raise NeedsTwo(
            _("You asked for this yourself: a second person must agree."),
            remedy=_("Ask a colleague."),
        )
    row.waive_wipe(by=_person(by), at=at)
    data = {"reason": row.waiver_reason, "asked_by": str(row.waiver_asked_by)}
    return moved(row, "waive_wipe", by=by, at=at, **data)


def delete(
    row: HardwareReturn, *, evidence: str, by: Any, at: datetime, job: Any = None
) -> HardwareReturn:
    """A virtual appliance is deleted with its disks and snapshots (G-HW-8); `evidence` shows it."""
    if row.physical:
        raise WrongKind(_("This is a box: it is wiped and sent back, not deleted."))
    if job is None:
        not_led(row)
    _demand_confirmed(row)
    if not evidence.strip():
        raise Refused(
            _("Write what shows that it is deleted."),
            fields={"evidence": _("For instance the task of the virtual machine's host.")},
        )
    row.delete_virtual(by=_person(by), at=at)
    row.destruction_reference = evidence.strip()[:120]
    return moved(row, "delete", by=by, at=at, job=job, evidence=row.destruction_reference)


def power_off(row: HardwareReturn, *, by: Any, at: datetime, job: Any = None) -> HardwareReturn:
    """Shut down, once the reset has ended (G-RMA-2)."""
    _box(row, job)
    row.power_off(at=at)
    return moved(row, "power_off", by=by, at=at, job=job)


def pack(row: HardwareReturn, *, by: Any, at: datetime, job: Any = None) -> HardwareReturn:
    """G-RMA-3."""
    _box(row, job)
    row.pack()
    return moved(row, "pack", by=by, at=at, job=job)


def book_pickup(
    row: HardwareReturn, *, carrier: str, pickup_number: str, by: Any, at: datetime, job: Any = None
) -> HardwareReturn:
    """The carrier is to collect it (G-RMA-4)."""
    _box(row, job, led=False)
    if not carrier.strip():
        raise Refused(_("Name the carrier."), fields={"carrier": _("Who collects it?")})
    row.book_pickup()
    row.carrier, row.pickup_number = carrier.strip()[:80], pickup_number.strip()[:80]
    return moved(row, "book_pickup", by=by, at=at, job=job, carrier=row.carrier)


def hand_over(
    row: HardwareReturn, *, by_name: str, tracking: str, by: Any, at: datetime, job: Any = None
) -> HardwareReturn:
    """Collected: by whom it was handed over, and the number under which it travels."""
    _box(row, job)
    row.hand_over(by=by_name.strip()[:120] or str(by), at=at)
    row.tracking = tracking.strip()[:80]
    return moved(row, "hand_over", by=by, at=at, job=job, tracking=row.tracking)


def receive(row: HardwareReturn, *, on: date, by: Any, at: datetime) -> HardwareReturn:
    """The vendor has it."""
    row.receive(on=on)
    return moved(row, "receive", by=by, at=at, on=on)


def lose(row: HardwareReturn, *, reason: str, by: Any, at: datetime) -> HardwareReturn:
    row.lose(reason=needs_reason(reason))
    return moved(row, "lose", by=by, at=at, reason=row.reason)


def close(row: HardwareReturn, *, by: Any, at: datetime) -> HardwareReturn:
    row.close(at=at)
    return moved(row, "close", by=by, at=at)


def by_job(action: str, old: Appliance, evidence: Json, *, job: Any, by: Any, at: datetime) -> None:
    """A step of a hardware job was proven: its return moves along. Raises what the move raises;
    a move that was made already (a wipe that two people waived) is not made again."""
    row = HardwareReturn.objects.filter(appliance=old, job_id=job.pk).first()
    if row is None:
        raise WipeTooEarly(
            _("There is no return of this appliance yet."),
            remedy=_("Production must be confirmed on the replacement first."),
        )
    start, move = BY_ACTION[action]
    if row.state in start:
        move(row, evidence, job, by, at)
    elif row.state not in AFTER[action]:
        raise WipeTooEarly(
            _("The return of this appliance is not that far: it is %(state)s.")
            % {"state": row.get_state_display()},
            remedy=_("Take the steps in order; if the box is dead, have the wipe waived first."),
        )


def _handed_over(row: HardwareReturn, evidence: Json, job: Any, by: Any, at: datetime) -> None:
    carrier, tracking = str(evidence.get("carrier", "")), str(evidence.get("tracking", ""))
    if row.state == S.PACKED:
        book_pickup(row, carrier=carrier, pickup_number="", by=by, at=at, job=job)
    hand_over(row, by_name="", tracking=tracking, by=by, at=at, job=job)


Move = Callable[[HardwareReturn, Json, Any, Any, datetime], object]
ORDER = (S.REPLACED, S.WIPED, S.POWERED_OFF, S.PACKED, S.PICKUP_BOOKED, S.IN_TRANSIT, S.RECEIVED,
         S.LOST, S.CLOSED)  # fmt: skip
BY_ACTION: dict[str, tuple[tuple[str, ...], Move]] = {
    "factory_reset": ((S.REPLACED,), lambda row, told, job, by, at: wipe(
        row, serial=str(told.get("serial", "")), by=by, at=at, job=job)),
    "shut_down": ((S.WIPED,), lambda row, told, job, by, at: power_off(
        row, by=by, at=at, job=job)),
    "pack": ((S.POWERED_OFF,), lambda row, told, job, by, at: pack(row, by=by, at=at, job=job)),
    "hand_over": ((S.PACKED, S.PICKUP_BOOKED), _handed_over),
    "delete_virtual": ((S.REPLACED,), lambda row, told, job, by, at: delete(
        row, evidence=f"{job.label}, {told.get('done_at', '')}", by=by, at=at, job=job)),
}  # fmt: skip
AFTER: dict[str, tuple[str, ...]] = {
    "factory_reset": ORDER[1:], "shut_down": ORDER[2:], "pack": ORDER[3:], "hand_over": ORDER[5:],
    "delete_virtual": (S.DELETED, S.CLOSED),
}  # fmt: skip


def _box(row: HardwareReturn, job: Any, *, led: bool = True) -> None:
    if not row.physical:
        raise WrongKind(_("A virtual appliance is deleted, not sent back."))
    if job is None and led:
        not_led(row)


def _demand_confirmed(row: HardwareReturn) -> None:
    if row.state in (S.DRAFT, S.REQUESTED, S.AUTHORISED):
        raise WipeTooEarly(
            _("Production is not confirmed on a replacement yet: nothing is wiped or deleted."),
            remedy=_("Confirm the replacement first."),
        )


def _person(by: Any) -> Any:
    return by if hasattr(by, "email") else None
