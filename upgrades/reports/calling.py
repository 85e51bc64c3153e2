"""What a run-book says of trouble: what is never done, whom to call, and about which boxes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _, gettext_noop, ngettext

from appliances.models import Appliance
from portal import times
from portal.services import customers
from upgrades.models import UpgradeJob

Json = dict[str, Any]
# Of all that may go wrong, this is what makes it worse (G-PREP-12).
NEVER = gettext_noop("If a base package fails or hangs: do not restart the appliance.")
MOST_SERIALS = 6  # on the head of each page; all stand on the first


def people(job: UpgradeJob, at: datetime) -> list[Json]:
    """Whom to call. What is not known stays a line to write on."""
    contract = customers.contract_for(times.in_zone(at, job.site.zone).date())
    known = [
        (_("Vendor's support"), settings.SUPPORT_CONTACT),
        (_("Maintenance contract"), contract.number if contract else ""),
        (_("In the portal"), _named(job.holder or job.requested_by)),
        (_("Approved by"), _named(job.approved_by)),
        (_("At the appliances: name, phone"), ""),
        (_("For the users: name, phone"), ""),
    ]
    return [{"label": label, "value": value} for label, value in known]


def every(boxes: Sequence[Appliance]) -> str:
    """What stands on every page: whatever page lies on top at the rack, it says what is never done
    (G-PREP-12), whom to call, and which boxes it is about."""
    serials = [f"{box.letter} {box.serial}" for box in boxes if box.serial]
    more = len(serials) - MOST_SERIALS
    if more > 0:
        rest = ngettext("and %(number)s more", "and %(number)s more", more) % {"number": more}
        serials = [*serials[:MOST_SERIALS], rest]
    call = _("Call %(who)s.") % {"who": _support()}
    # A line of their own: a serial that is broken in two is read wrong at a rack.
    return "\n".join(" · ".join(line) for line in ([_(NEVER), call], serials) if line)


def touch_nothing() -> str:
    """What stands under NEVER, with room for the ticket's number."""
    return _("Touch nothing more. Call %(who)s, and write the number of the ticket here.") % {
        "who": _support()
    }


def _support() -> str:
    return settings.SUPPORT_CONTACT or _("the vendor’s support")


def _named(user: Any) -> str:
    return f"{user}, {user.email}" if user else ""
