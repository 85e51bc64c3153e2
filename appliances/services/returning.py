"""The moves of a return once the replacement is confirmed: wiped, shut down, packed, handed over.

While a hardware job leads it, its steps make these moves (led_returns), and the return's own page
refuses them with a sentence that names the job: what a person did is told and proven once.
"""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from appliances.events import Event
from appliances.models import HardwareReturn
from appliances.services import boxes
from appliances.services.returns import moved, needs_reason, not_led
from portal import audit
from portal.errors import Refused

S = HardwareReturn.State


class WipeTooEarly(Refused):
    """Nothing is wiped before production is confirmed on what replaces it (rule 10)."""

    code = "wipe-too-early"


class WrongKind(Refused):
    """A box is sent back; a virtual appliance is deleted."""

    code = "wrong-kind"


class NeedsTwo(Refused):
    code = "needs-two-people"


class NotLabelled(Refused):
    """No carrier is called before the label is outside on the box (G-RMA-4)."""

    code = "not-labelled"


def retain_drives(
    row: HardwareReturn, *, where: str, reference: str, by: Any, at: datetime
) -> HardwareReturn:
    """The drives stay in the house: where, and under which certificate they were destroyed."""
    if not where.strip():
        raise Refused(_("Write where the drives went."), fields={"where": _("Where are they now?")})
    row.retain_drives(where=where.strip()[:200], reference=reference.strip()[:120])
    return moved(row, "retain_drives", by=by, at=at, where=row.drives_where)


def wipe(
    row: HardwareReturn, *, serial: str, witness: str = "", by: Any, at: datetime, job: Any = None
) -> HardwareReturn:
    """The factory reset has ended (G-RMA-1). `serial` as read on the box that was reset; `witness`
    who was there."""
    _box(row, job)
    _demand_confirmed(row)
    boxes.demand(row, serial)
    row.wipe(by=_person(by), at=at)
    row.wipe_witness = witness.strip()[:120] or row.wipe_witness
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


def pack(
    row: HardwareReturn, *, contents: str = "", antistatic_bag: bool = False,
    original_box: bool = False, copy_inside: bool = False, by: Any, at: datetime, job: Any = None,
) -> HardwareReturn:  # fmt: skip
    """Packed (G-RMA-3), with what is in it; what was written down before stays."""
    _box(row, job)
    row.pack()
    row.contents = contents.strip()[:1000] or row.contents
    row.antistatic_bag = row.antistatic_bag or antistatic_bag
    row.original_box = row.original_box or original_box
    row.copy_inside = row.copy_inside or copy_inside
    return moved(row, "pack", by=by, at=at, job=job)


def label(
    row: HardwareReturn, *, label_id: str, label_expires_on: date | None = None, by: Any,
    at: datetime, job: Any = None,
) -> HardwareReturn:  # fmt: skip
    """The carrier's label and the RMA number stand outside on the box (G-RMA-4)."""
    _box(row, job, led=False)
    row.label(
        label_id=label_id.strip()[:80] or row.label_id,
        expires_on=label_expires_on or row.label_expires_on,
    )
    return moved(row, "label", by=by, at=at, job=job, label=row.label_id)


def book_pickup(
    row: HardwareReturn, *, carrier: str, pickup_number: str, by: Any, at: datetime,
    pickup_from: datetime | None = None, pickup_until: datetime | None = None, job: Any = None,
) -> HardwareReturn:  # fmt: skip
    """The carrier is to collect it (G-RMA-4), from when until when."""
    _box(row, job, led=False)
    if row.state == S.PACKED and not row.label_outside:
        raise NotLabelled(
            _("The label is not outside on the box yet."),
            remedy=_("Put it on, and say so; if there is none, ask support for it."),
        )
    if pickup_from and pickup_until and pickup_until <= pickup_from:
        raise Refused(
            _("The carrier comes from a time until a later one."),
            fields={"pickup_until": _("This is before its begin.")},
        )
    if not carrier.strip():
        raise Refused(_("Name the carrier."), fields={"carrier": _("Who collects it?")})
    row.book_pickup()
    row.carrier, row.pickup_number = carrier.strip()[:80], pickup_number.strip()[:80]
    row.pickup_from = pickup_from or row.pickup_from
    row.pickup_until = pickup_until or row.pickup_until
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
