"""The moves of a return that a hardware job leads: each is made by the step that was proven."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from appliances.models import Appliance, HardwareReturn
from appliances.services import returning
from appliances.services.returning import WipeTooEarly

S = HardwareReturn.State
Json = dict[str, Any]


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
    if row.state == S.PACKED:  # the step asks for the label and the carrier in one
        returning.label(row, label_id="", by=by, at=at, job=job)
        returning.book_pickup(row, carrier=carrier, pickup_number="", by=by, at=at, job=job)
    returning.hand_over(row, by_name="", tracking=tracking, by=by, at=at, job=job)


Move = Callable[[HardwareReturn, Json, Any, Any, datetime], object]
ORDER = (S.REPLACED, S.WIPED, S.POWERED_OFF, S.PACKED, S.PICKUP_BOOKED, S.IN_TRANSIT, S.RECEIVED,
         S.LOST, S.CLOSED)  # fmt: skip
BY_ACTION: dict[str, tuple[tuple[str, ...], Move]] = {
    "factory_reset": ((S.REPLACED,), lambda row, told, job, by, at: returning.wipe(
        row, serial=str(told.get("serial", "")), by=by, at=at, job=job)),
    "shut_down": ((S.WIPED,), lambda row, told, job, by, at: returning.power_off(
        row, by=by, at=at, job=job)),
    "pack": ((S.POWERED_OFF,), lambda row, told, job, by, at: returning.pack(
        row, contents=str(told.get("contents", "")), by=by, at=at, job=job)),
    "hand_over": ((S.PACKED, S.PICKUP_BOOKED), _handed_over),
    "delete_virtual": ((S.REPLACED,), lambda row, told, job, by, at: returning.delete(
        row, evidence=f"{job.label}, {told.get('done_at', '')}", by=by, at=at, job=job)),
}  # fmt: skip
AFTER: dict[str, tuple[str, ...]] = {
    "factory_reset": ORDER[1:], "shut_down": ORDER[2:], "pack": ORDER[3:], "hand_over": ORDER[5:],
    "delete_virtual": (S.DELETED, S.CLOSED),
}  # fmt: skip
