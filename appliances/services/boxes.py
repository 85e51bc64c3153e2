"""Whether the box in front of somebody is the one that goes back: by its serial number."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from appliances.events import Event
from appliances.models import Appliance, HardwareReturn
from portal import audit
from portal.errors import Refused


class WrongBox(Refused):
    """The serial number is not that of the appliance that goes back."""

    code = "wrong-appliance"


def demand(row: HardwareReturn, serial: str) -> None:
    """Raises WrongBox unless `serial` is that of the return's box. Where none was ever recorded it
    may be any that is not known of another appliance of the customer; it is then kept."""
    if not is_of(row, serial):
        raise WrongBox(
            _("The old appliance's serial number is %(serial)s.") % {"serial": row.serial or "–"},
            remedy=_("If another appliance was reset, call support at once."),
            fields={"serial": _("This is another appliance.")},
        )
    row.serial = row.serial or serial.strip()[:60]


def is_of(row: HardwareReturn, serial: str) -> bool:
    typed = serial.strip().casefold()
    if row.serial:
        return typed == row.serial.casefold()
    others = Appliance.known.filter(serial__iexact=serial.strip()).exclude(pk=row.appliance_id)
    return bool(typed) and not others.exists()


def recognise(row: HardwareReturn, *, serial: str, by: Any, at: datetime) -> HardwareReturn:
    """Somebody stands before a box and has read its serial number. Raises WrongBox, which does not
    tell what it should have been: that is read off the box, not off a screen."""
    if row.is_over:
        raise Refused(_("This return is over: what is written stays."))
    if not is_of(row, serial):
        raise WrongBox(
            _("This is another box: do nothing to it."),
            remedy=_("Look for the one whose serial number stands on the paper; else ask support."),
            fields={"serial": _("This is another box: do nothing to it.")},
        )
    if not row.serial:
        row.serial = serial.strip()[:60]
        row.save(update_fields=["serial"])
        audit.record(Event.RETURN_DESCRIBED, row, by=by, at=at, data={"facts": ["serial"]})
    return row
