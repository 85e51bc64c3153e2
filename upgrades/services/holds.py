"""Releasing a base hold: two people, with the vendor's ticket number (G-PREP-12, G-RULE-9)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from appliances.models import BaseHold
from portal import audit
from portal.errors import Refused
from upgrades.events import HoldEvent


class NeedsTicket(Refused):
    code = "needs-ticket"


class NeedsTwo(Refused):
    code = "needs-two-people"


def ask_release(hold: BaseHold, *, ticket: str, by: Any, at: datetime) -> BaseHold:
    """The first person says that the vendor has solved it, and under which ticket."""
    _demand_open(hold)
    if len(ticket.strip()) < 3:
        raise NeedsTicket(
            _("The vendor's ticket number is needed."),
            remedy=_("Contact the vendor's support; they give you the number."),
            fields={"ticket": _("Write the ticket number.")},
        )
    hold.ticket, hold.asked_by, hold.asked_at = ticket.strip()[:60], by, at
    hold.save()
    audit.record(
        HoldEvent.RELEASE_ASKED, hold, by=by, job=hold.job_id, at=at, data={"ticket": hold.ticket}
    )
    return hold


def release(hold: BaseHold, *, by: Any, at: datetime) -> BaseHold:
    """The second person agrees: the appliance may be changed again."""
    _demand_open(hold)
    if hold.asked_by_id is None:
        raise NeedsTwo(_("First one person asks for the release, with the vendor's ticket number."))
    if hold.asked_by_id == by.pk:
        raise NeedsTwo(
            _("You asked for the release yourself: a second person must agree."),
            remedy=_("Ask a colleague."),
        )
    hold.released_by, hold.released_at = by, at
    hold.save()
    audit.record(
        HoldEvent.RELEASED, hold, by=by, job=hold.job_id, at=at, data={"ticket": hold.ticket}
    )
    return hold


def _demand_open(hold: BaseHold) -> None:
    if hold.released_at is not None:
        raise Refused(_("This hold was released already."))
