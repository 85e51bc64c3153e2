"""Reports of rollouts are made by a worker: read, typeset, kept, and noted in the platform's trail.

Killed anywhere, it is begun again; files have the report's own name and the number of the try, so
that whoever goes on finds what others left.
"""

import hashlib
import logging
from datetime import UTC, datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from portal import audit, clock
from upgrades.events import RolloutEvent
from upgrades.models import Rollout, RolloutReport
from upgrades.models.rollout_report import LEASE
from upgrades.reports import rollout_report
from upgrades.services.rollouts import reports

log = logging.getLogger(__name__)
S = RolloutReport.State
MOST_TRIES = 3
READ, TYPESET = 40, 90  # per cent


def make_due(*, most: int = 5) -> int:
    """Make what is to be made; how many were."""
    return sum(make(pk) for pk in reports.due()[:most])


def make(report_id: Any) -> bool:
    """One report, by one worker; False if another has it, or it could not be made this time."""
    row = _claimed(report_id)
    if row is None:
        return False
    try:
        at = clock.now()
        paper = rollout_report.paper(
            row.rollout, language=row.language, size=row.paper, at=at, by=row.by, zone=row.by.zone
        )
        if not _on(row, percent=READ, facts=paper.digest, read_at=at):
            return False
        content = paper.pdf()
        if not _on(row, percent=TYPESET):
            return False
        return _keep(row, content, facts=paper.digest, at=at)
    except Exception:  # one report must not stop all others; it is tried again
        log.exception("a rollout's report could not be made", extra={"report": str(row.pk)})
        RolloutReport.objects.filter(pk=row.pk, tries=row.tries).update(lease_until=None)
        return False


def _claimed(report_id: Any) -> RolloutReport | None:
    """Ours until the lease ends. One that was tried too often is given up."""
    now = datetime.now(UTC)
    with transaction.atomic():
        rows = RolloutReport.objects.select_for_update(of=("self",), skip_locked=True)
        found = rows.select_related("by", "rollout__release", "rollout__made_by")
        row = found.filter(pk=report_id).first()
        if row is None or not row.is_open or (row.lease_until and row.lease_until > now):
            return None
        if row.tries >= MOST_TRIES:
            row.give_up()
            row.save()
            return None
        row.begin(until=now + LEASE)
        row.save()
    row.rollout = Rollout.objects.select_related("release", "made_by").get(pk=row.rollout_id)
    return row


def _on(row: RolloutReport, **values: Any) -> bool:
    """How far it is, and the lease lengthened; False: somebody else has it."""
    mine = RolloutReport.objects.filter(pk=row.pk, tries=row.tries, state=S.MAKING)
    return bool(mine.update(lease_until=datetime.now(UTC) + LEASE, **values))


def _keep(row: RolloutReport, content: bytes, *, facts: str, at: datetime) -> bool:
    stored_as = default_storage.save(_file(row.pk, row.tries), ContentFile(content))
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        rows = RolloutReport.objects.select_for_update()
        found = rows.filter(pk=row.pk, tries=row.tries, state=S.MAKING).first()
        if found is not None:  # else an erasure took it, or another worker has it
            found.finish(sha256=sha256, size=len(content), stored_as=stored_as, at=clock.now())
            found.save()
            data = {"sha256": sha256, "facts": facts, "language": row.language}
            audit.record_platform(
                RolloutEvent.REPORT_MADE, row.rollout, by=row.by, at=found.made_at, data=data
            )
    if found is None:
        default_storage.delete(stored_as)
    for number in range(1, row.tries):  # of workers that died before they said so
        default_storage.delete(_file(row.pk, number))
    return found is not None


def _file(pk: Any, number: int) -> str:
    return f"rollout-reports/{pk}-{number}.pdf"
