"""A printed record is noted in the audit trail, and kept once the job is over."""

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings

from portal import audit, tenancy
from portal.models import EvidenceFile
from portal.services import evidence
from upgrades.events import JobEvent
from upgrades.models import UpgradeJob
from upgrades.reports.paper import Paper

Kind = EvidenceFile.Kind


def note(
    job: UpgradeJob, paper: Paper, content: bytes, *, final: bool, by: Any, at: datetime
) -> EvidenceFile | None:
    """Write the file's SHA-256 into the job's log; of a job at its end, keep the file too, once.

    Opens its own transactions: typesetting came before, and storing needs none.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    with tenancy.transaction(job.customer_id):
        kept = EvidenceFile.objects.filter(subject_id=job.pk, sha256=sha256).first()
    stored = None
    if final and kept is None and len(content) <= settings.EVIDENCE_LIMIT:
        stored = evidence.store(
            [content], customer_id=job.customer_id, kind=Kind.DOCUMENT, name=f"{paper.name}.pdf"
        )
    with tenancy.transaction(job.customer_id):
        if stored is not None:
            kept = evidence.register(stored, subject=job, by=by, at=at, site_id=job.site_id)
        data = {"sha256": sha256, "facts": paper.digest, "language": paper.language}
        audit.record(JobEvent.RECORD_PRINTED, job, by=by, job=job, at=at, data=data)
    return kept
