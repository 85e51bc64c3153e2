"""An old appliance on its way back to the vendor: opened, and what begins it (G-RMA, rule 10).

Its moves after that are in `returning`.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from appliances.events import Event
from appliances.models import Appliance, HardwareReturn
from appliances.services import licences, parties, replacements
from portal import audit
from portal.errors import Refused

Place = Appliance.Place
FACTS = frozenset({
    "kind", "case_number", "rma_number", "severity", "due_back_on", "exposure", "currency",
    "asset_tag", "mac", "new_serial", "new_delivered_on", "new_seal_intact", "backup_verified",
    "certificate_moved", "contract_moved", "left_pair", "wipe_witness", "contents",
    "accessories_kept", "antistatic_bag", "original_box", "weight_kg", "size_cm", "label_outside",
    "rma_outside", "copy_inside", "carrier", "label_id", "label_expires_on", "pickup_number",
    "pickup_from", "pickup_until", "tracking", "ship_from", "ship_to", "customs",
})  # fmt: skip

NAMED = {"ship_from": parties.PARTY, "ship_to": parties.PARTY, "customs": parties.CUSTOMS}


class NotConfirmed(Refused):
    """Production is not confirmed on what replaces it."""

    code = "replacement-not-confirmed"


class AlreadyOpen(Refused):
    code = "return-open"


class NeedsReason(Refused):
    code = "needs-reason"


class LedByJob(Refused):
    """A step of a job asks for this: told there, it is told once."""

    code = "led-by-job"


def open_for_job(
    new: Appliance, *, job: Any, requested_by: Any, authorised_by: Any, by: Any, at: datetime
) -> HardwareReturn:
    """Production was confirmed on `new` by a hardware job: the old one may go. The job's approval
    stands for the request and the vendor's word; its steps lead the return from here on.

    Raises NotConfirmed unless `new` has taken the place of the old one. Done twice it is done once.
    """
    old = new.replaces
    if old is None or new.place != Place.IN_PLACE or old.place != Place.LEFT:
        raise NotConfirmed(
            _("A return is opened once production is confirmed on the replacement."),
            remedy=_("Confirm the replacement in its job first."),
        )
    known = HardwareReturn.objects.filter(appliance=old, job_id=job.pk).first()
    if known is not None:
        return known
    row = _new(old, by=requested_by, at=at, reason="", replacement=new)
    row.job_id, row.job_label, row.led_by_job = job.pk, job.label, True
    row.left_pair = row.certificate_moved = row.backup_verified = True  # its steps proved it
    row.request()
    row.authorise(at=at)
    row.confirm_replacement(by=by, at=at)
    row.due_back_on = due_back(at)
    row.save(force_insert=True)
    data = {"job": job.label, "serial": row.serial, "authorised_by": str(authorised_by or "")}
    audit.record(Event.RETURN_OPENED, row, by=by, data=data, at=at, job=job)
    return row


def open_failed(
    appliance: Appliance, *, reason: str, kind: str, by: Any, at: datetime
) -> HardwareReturn:
    """By itself, for a box that failed or is not needed: a draft, with the reason.

    Nothing happens to the appliance yet: its place is taken only when the replacement is
    confirmed. Raises NeedsReason, AlreadyOpen.
    """
    if not reason.strip():
        raise NeedsReason(
            _("Write what happened to the appliance."), fields={"reason": _("A reason is needed.")}
        )
    if appliance.place == Place.WAITING:
        raise Refused(
            _("A replacement that waits is not returned."), remedy=_("Withdraw it at its site.")
        )
    if any(not one.is_over for one in HardwareReturn.objects.filter(appliance=appliance)):
        raise AlreadyOpen(_("A return of this appliance is open already."))
    row = _new(appliance, by=by, at=at, reason=reason.strip()[:400], replacement=None)
    row.kind = kind
    row.save(force_insert=True)
    data = {"serial": row.serial, "reason": row.reason}
    audit.record(Event.RETURN_OPENED, row, by=by, data=data, at=at)
    return row


def _new(
    old: Appliance, *, by: Any, at: datetime, reason: str, replacement: Appliance | None
) -> HardwareReturn:
    """The old unit as it is now; what is known of the new one."""
    licence = licences.newest(old.site)
    return HardwareReturn(
        customer_id=old.customer_id, site_id=old.site_id, appliance=old, physical=old.physical,
        replacement=replacement, reason=reason, opened_by=_person(by), opened_at=at,
        model=old.model, serial=old.serial, guid=old.guid, host=old.host,
        base_version=old.base_version, product_version=old.product_version,
        licences=licence.number if licence else None,
        new_serial=replacement.serial if replacement else "",
    )  # fmt: skip


def due_back(at: datetime) -> date:
    """When the box must be back, if nothing else is agreed (vendor.md §8.3)."""
    return (at + timedelta(days=settings.RETURN_DAYS)).date()


def describe(row: HardwareReturn, *, by: Any, at: datetime, **facts: Any) -> HardwareReturn:
    """Write down numbers, parcel, carrier and dates as they become known. Until it is over."""
    if strange := set(facts) - FACTS:
        raise TypeError(f"not to be described here: {sorted(strange)}")
    if row.is_over:
        raise Refused(_("This return is over: what is written stays."))
    for name, lines in NAMED.items():
        if name in facts:
            facts[name] = parties.clean(facts[name], lines)
    changed = {name: value for name, value in facts.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.save(update_fields=sorted(changed))
        audit.record(Event.RETURN_DESCRIBED, row, by=by, at=at, data={"facts": sorted(changed)})
    return row


def request(row: HardwareReturn, *, by: Any, at: datetime) -> HardwareReturn:
    """Ask the vendor whether the box may come back."""
    row.request()
    return moved(row, "request", by=by, at=at)


def authorise(row: HardwareReturn, *, rma_number: str, by: Any, at: datetime) -> HardwareReturn:
    """The vendor's word. A box goes back under an RMA number; a virtual one needs none."""
    if row.physical and not rma_number.strip():
        raise Refused(
            _("A box comes back under an RMA number."),
            fields={"rma_number": _("Write the number that stands on the label.")},
        )
    row.authorise(at=at)
    row.rma_number = rma_number.strip()[:60]
    return moved(row, "authorise", by=by, at=at, rma=row.rma_number)


def refuse(row: HardwareReturn, *, reason: str, by: Any, at: datetime) -> HardwareReturn:
    row.refuse(reason=needs_reason(reason), at=at)
    return moved(row, "refuse", by=by, at=at, reason=row.reason)


def confirm_replacement(
    row: HardwareReturn, *, replacement: Appliance | None, by: Any, at: datetime
) -> HardwareReturn:
    """Production runs on something else, in this person's own name. A replacement that waits for
    this appliance takes its place by that; else the appliance must have left its site already, or
    `replacement` is the one that serves there.

    Raises NotConfirmed: nothing is wiped while people may still work on it.
    """
    old = row.appliance
    if replacement is not None and replacement.place == Place.WAITING:
        if replacement.replaces_id != old.pk:
            raise NotConfirmed(_("This replacement is for another appliance."))
        replacements.take_over(replacement, by=by, at=at)
        old.refresh_from_db()
    if old.place != Place.LEFT:
        raise NotConfirmed(
            _("%(name)s still has its place at the site.") % {"name": old.name},
            remedy=_("Register its replacement and plan it, or name the replacement here."),
        )
    row.confirm_replacement(by=_person(by), at=at)
    row.replacement = replacement or row.replacement
    row.new_serial = row.new_serial or (replacement.serial if replacement else "")
    row.due_back_on = row.due_back_on or due_back(at)
    return moved(row, "confirm_replacement", by=by, at=at)


def cancel(row: HardwareReturn, *, reason: str, by: Any, at: datetime) -> HardwareReturn:
    """It stays after all. Never after the wipe; never while a job's steps lead it."""
    not_led(row)
    row.cancel(reason=needs_reason(reason), at=at)
    return moved(row, "cancel", by=by, at=at, reason=row.reason)


def let_go(job: Any, *, at: datetime) -> None:
    """The job is over: what is still to be done is done on the return's own page."""
    for row in HardwareReturn.objects.filter(job_id=job.pk, led_by_job=True):
        row.led_by_job = False
        row.save(update_fields=["led_by_job"])
        audit.record(Event.RETURN_LET_GO, row, at=at, job=job)


def not_led(row: HardwareReturn) -> None:
    if row.led_by_job:
        raise LedByJob(
            _("A step of %(job)s asks for this.") % {"job": row.job_label},
            remedy=_("Confirm the step there: that moves the return too."),
        )


def needs_reason(text: str) -> str:
    if not text.strip():
        raise NeedsReason(_("Write a reason."), fields={"reason": _("A reason is needed.")})
    return text.strip()[:400]


def moved(
    row: HardwareReturn, move: str, *, by: Any, at: datetime, job: Any = None, **data: Any
) -> HardwareReturn:
    """Save what a transition made of the row, and say so."""
    row.save()
    told = {"move": move, "state": str(row.state), **data}
    if move in row.said_at:  # sent later than made: by the device's word
        told["happened_at"] = row.said_at[move]["happened"]
    audit.record(Event.RETURN_MOVED, row, by=by, data=told, at=at, job=job)
    return row


def _person(by: Any) -> Any:
    return by if hasattr(by, "email") else None
