"""Telephone calls that support is asked for, since no mail reaches a contact."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.errors import NotNow
from upgrades.events import AlertEvent
from upgrades.models import PhoneCall
from upgrades.services.jobnotes import reason_given


def open_calls() -> QuerySet[PhoneCall]:
    """Of all customers, oldest first: for the start page of staff."""
    rows = PhoneCall.across.filter(done_at=None, enrolment__state="ALERTED")
    related = ("customer", "contact", "enrolment__site", "enrolment__rollout")
    return rows.select_related(*related).order_by("asked_at")


def done(call: PhoneCall, *, said: str, by: Any, at: datetime) -> PhoneCall:
    """Somebody telephoned, and this was said: support's own note, so the customer's trail knows of
    the call alone. Raises NotNow for one that was made already."""
    row = PhoneCall.objects.select_for_update().get(pk=call.pk)
    if row.done_at is not None:
        raise NotNow(_("Somebody has telephoned already."))
    row.said, row.done_at, row.done_by = reason_given(said), at, by
    row.save()
    data = {"who": str(row.contact)}
    audit.record(AlertEvent.CALLED, row, by=by, at=at, data=data, job=row.enrolment.job_id)
    return row
