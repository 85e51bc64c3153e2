"""Reports of rollouts are made by a worker: read, typeset, kept, noted in the platform's trail."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal import audit, clock
from portal.services import leased
from upgrades.events import RolloutEvent
from upgrades.models import Rollout, RolloutReport
from upgrades.reports import rollout_report

READ, TYPESET = 40, 90  # per cent


def make_due(*, most: int = 5) -> int:
    """Make what is to be made; how many were."""
    return REPORTS.turn(most=most)


def _make(row: RolloutReport) -> None:
    """One that an erasure takes meanwhile is lost, and made anew without its customer."""
    at = clock.now()
    rollout = Rollout.objects.select_related("release", "made_by").get(pk=row.rollout_id)
    paper = rollout_report.paper(
        rollout, language=row.language, size=row.paper, at=at, by=row.by, zone=row.by.zone
    )
    leased.hold(row, percent=READ, facts=paper.digest, read_at=at)
    content = paper.pdf()
    leased.hold(row, percent=TYPESET)
    stored_as = default_storage.save(row.file(row.tries), ContentFile(content))
    sha256 = hashlib.sha256(content).hexdigest()
    with leased.ending(row) as found:
        found.finish(sha256=sha256, size=len(content), stored_as=stored_as, at=clock.now())
        data = {"sha256": sha256, "facts": paper.digest, "language": row.language}
        audit.record_platform(
            RolloutEvent.REPORT_MADE, rollout, by=row.by, at=found.made_at, data=data
        )


REPORTS = leased.Work(RolloutReport, do=_make)
