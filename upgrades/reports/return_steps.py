"""The lines of a return's checklist: what is to be done, what is recorded, what is still written
by hand. In the order of the guide (G-RMA-1 to 4); of a virtual appliance, its deletion (G-HW-8)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from appliances.models import HardwareReturn
from appliances.services import late_ticks
from upgrades.reports import moments

Json = dict[str, Any]


def of(row: HardwareReturn) -> list[Json]:
    """Each with its number, words, guide ids, and either what is recorded or what to write."""
    lines = [_replaced(row), _moved(row), _compared(row)]
    lines += _of_box(row) if row.physical else [_deleted(row)]
    return [{"number": number, **line} for number, line in enumerate(lines, start=1)]


def _of_box(row: HardwareReturn) -> list[Json]:
    return [
        _wiped(row), _shut_down(row), _drives(row), _packed(row), _slip(row), _labelled(row),
        _handed_over(row),
    ]  # fmt: skip


def _line(what: str, how: str = "", *, guide: str = "", done: str = "", write: str = "") -> Json:
    """`done` is who or when, as recorded; without it there is room to `write`."""
    return {"what": what, "how": how, "guide": guide, "done": done, "write": write}


def _said(row: HardwareReturn, at: datetime | None, who: Any, move: str = "") -> str:
    """Recorded: who, and when on the site's clock; empty while it is not. What arrived later than
    it was done is told with both times."""
    if at is None:
        return ""
    when = _late(row, move) or moments.full(at, row.site.zone)
    return ", ".join(part for part in (str(who or ""), when) if part)


def _late(row: HardwareReturn, move: str) -> str:
    then, told = late_ticks.said(row, move), row.said_at.get(move, {})
    if then is None:
        return ""
    return _("%(happened)s as the device says; it arrived %(arrived)s") % {
        "happened": moments.full(then, row.site.zone),
        "arrived": moments.full(datetime.fromisoformat(told["arrived"]), row.site.zone),
    }


def _recorded(row: HardwareReturn, move: str) -> str:
    return _late(row, move) or _("recorded")


def _initials() -> str:
    return _("initials, time")


def _replaced(row: HardwareReturn) -> Json:
    done = _said(row, row.confirmed_at, row.confirmed_by)
    how = "" if done else _("Nothing is wiped before this is recorded in the portal.")
    return _line(_("The replacement is confirmed in production"), how, guide="G-HW-8",
                 done=done, write=_("not yet"))  # fmt: skip


def _moved(row: HardwareReturn) -> Json:
    gates = (row.backup_verified, row.certificate_moved, row.contract_moved, row.left_pair)
    how = _("Also: licence and contract moved, taken out of its pair or cluster.")
    done = _("recorded") if all(gates) else ""
    return _line(_("Backup checked, certificate moved"), how, guide="G-HW-2 G-HW-3 G-HW-9",
                 done=done, write=_initials())  # fmt: skip


def _compared(row: HardwareReturn) -> Json:
    if not row.physical:
        how = _("Another address? Stop and ask support.")
        return _line(_("Address compared with this paper"), how, write=_initials())
    call = settings.SUPPORT_CONTACT
    how = (
        _("Not the same? Stop, and call %(who)s.") % {"who": call}
        if call
        else _("Not the same? Stop, and call support.")
    )
    return _line(_("Serial number on the box compared with this paper"), how, write=_initials())


def _wiped(row: HardwareReturn) -> Json:
    if row.wiped_at and row.waiver_reason:
        return _line(_("The wipe is waived by two people"), row.waiver_reason, guide="G-RMA-1",
                     done=_said(row, row.wiped_at, row.wiped_by))  # fmt: skip
    how = _("/appliance > Status > Basics. Wait until it has ended.")
    write = _("initials, time, witness")
    return _line(_("Reset Appliance to Factory Defaults, ended"), how, guide="G-RMA-1",
                 done=_said(row, row.wiped_at, row.wiped_by, "wipe"), write=write)  # fmt: skip


def _shut_down(row: HardwareReturn) -> Json:
    how = _("Then pull both cords.")
    done = _said(row, row.powered_off_at, "", "power_off")
    return _line(_("Shut Down This Appliance"), how, guide="G-RMA-2", done=done,
                 write=_initials())  # fmt: skip


def _drives(row: HardwareReturn) -> Json:
    where = ", ".join(part for part in (row.drives_where, row.destruction_reference) if part)
    if row.drives_kept or row.waiver_reason:
        return _line(_("Drives are kept here"), where, done=_("recorded"))
    return _line(_("Drives: sent back inside"), _("If one is kept: write where it is now."),
                 write=_initials())  # fmt: skip


def _packed(row: HardwareReturn) -> Json:
    how = _("Rails, cords and other accessories stay with you.") if row.accessories_kept else ""
    packed = row.state in (
        row.State.PACKED, row.State.PICKUP_BOOKED, row.State.IN_TRANSIT, row.State.RECEIVED,
        row.State.CLOSED,
    )  # fmt: skip
    done = _recorded(row, "pack") if packed else ""
    return _line(_("Antistatic bag, original box or one as strong"), how, guide="G-RMA-3",
                 done=done, write=_initials())  # fmt: skip


def _slip(row: HardwareReturn) -> Json:
    done = _("recorded") if row.copy_inside else ""
    return _line(_("Packing slip laid inside"), done=done, guide="G-RMA-3", write=_initials())


def _labelled(row: HardwareReturn) -> Json:
    how = _("Old labels off the box. Photograph both. No label: ask support.")
    done = _recorded(row, "label") if row.label_outside and row.rma_outside else ""
    return _line(_("Carrier’s label and RMA number outside"), how, guide="G-RMA-4", done=done,
                 write=_initials())  # fmt: skip


def _handed_over(row: HardwareReturn) -> Json:
    how = _("Keep the receipt.") if not row.tracking else row.tracking
    return _line(_("Handed to the carrier"), how, guide="G-RMA-4",
                 done=_said(row, row.handed_over_at, row.handed_over_by, "hand_over"),
                 write=_("driver, time"))  # fmt: skip


def _deleted(row: HardwareReturn) -> Json:
    how = _("With its disks and snapshots. Note the task of the host that did it.")
    done = _said(row, row.wiped_at, row.wiped_by) if row.state != row.State.REPLACED else ""
    return _line(_("Virtual machine deleted"), how, guide="G-HW-8", done=done,
                 write=_("initials, time, task"))  # fmt: skip
