"""Remarks on a job, for us or for the customer too."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.errors import Refused
from upgrades.events import JobEvent
from upgrades.models import JobNote, UpgradeJob
from upgrades.planning.vocabulary import Sentence


def note(job: UpgradeJob, *, text: str, audience: str, by: Any, at: datetime) -> JobNote:
    """Keep a remark: for us, or for the customer too."""
    written = JobNote.objects.create(
        customer_id=job.customer_id, job=job, text=reason_given(text), audience=audience,
        written_by=by, written_at=at,
    )  # fmt: skip
    audit.record(JobEvent.NOTED, job, by=by, job=job, at=at, data={"audience": audience})
    return written


def reason_of(said: str | Sentence) -> str | Sentence:
    """A sentence of the portal's as it is, a person's words as `reason_given`."""
    return said if isinstance(said, Sentence) else reason_given(said)


def reason_given(text: str) -> str:
    """The words of a person, cut to what is kept. Raises Refused if there are none."""
    if not text.strip():
        raise Refused(_("Write a reason."), fields={"reason": _("A reason is needed.")})
    return text.strip()[:400]
