"""Everything that is kept of a job, gathered once; and the digest of it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

from appliances.models import (
    Appliance,
    Backup,
    BaseHold,
    Difference,
    ReadinessCheck,
    VersionReading,
)
from portal.models import AuditEvent, EvidenceFile, Message
from upgrades import queries
from upgrades.events import JobEvent
from upgrades.models import Attempt, Booking, JobNote, JobStep, UpgradeJob

Json = dict[str, Any]


@dataclass(frozen=True)
class Story:
    """The rows of one job. Notes for the vendor's staff are not among them: the record may be
    handed to the customer."""

    job: UpgradeJob
    steps: Sequence[JobStep]
    bookings: Sequence[Booking]
    attempts: Sequence[Attempt]
    appliances: Sequence[Appliance]
    readings: Sequence[VersionReading]
    findings: Sequence[ReadinessCheck]
    differences: Sequence[Difference]
    holds: Sequence[BaseHold]
    backups: Sequence[Backup]
    files: Sequence[EvidenceFile]
    messages: Sequence[Message]
    notes: Sequence[JobNote]
    events: Sequence[AuditEvent]

    @property
    def digest(self) -> str:
        """SHA-256 of the facts in a canonical form: the same in every language, on every paper."""
        text = json.dumps(facts(self), sort_keys=True, cls=DjangoJSONEncoder)
        return hashlib.sha256(text.encode()).hexdigest()


def of(job: UpgradeJob) -> Story:
    """Inside the customer's transaction; a dozen reads, whatever the number of steps.

    That it was printed before is left out: the same history gives the same record.
    """
    steps = queries.steps_of(job)
    ids = [step.pk for step in steps]
    backups = list(Backup.objects.filter(step_id__in=ids).order_by("taken_at"))
    kept = Q(subject_id__in=ids) | Q(pk__in=[backup.file_id for backup in backups])
    return Story(
        job=job,
        steps=steps,
        bookings=list(Booking.objects.filter(job=job).order_by("window", "slot")),
        attempts=list(Attempt.objects.filter(step__job=job).order_by("intent_at", "token")
                      .select_related("step", "appliance")),
        appliances=queries.boxes_of(job),
        readings=list(VersionReading.objects.filter(appliance__site_id=job.site_id)
                      .order_by("read_at", "pk")),
        findings=list(ReadinessCheck.objects.filter(job_id=job.pk)
                      .order_by("taken_at", "name", "pk")
                      .select_related("appliance", "waiver__given_by")),
        differences=list(Difference.objects.filter(job_id=job.pk)
                         .order_by("window", "appliance__letter", "key")
                         .select_related("appliance", "acknowledged_by")),
        holds=list(BaseHold.objects.filter(job_id=job.pk).order_by("opened_at")
                   .select_related("appliance", "asked_by", "released_by")),
        backups=backups,
        files=list(EvidenceFile.objects.filter(kept).order_by("added_at", "pk")
                   .select_related("added_by")),
        messages=list(Message.objects.filter(about_id=job.pk).order_by("written_at", "pk")),
        notes=list(reversed(queries.notes_of(job, staff=False))),
        events=list(AuditEvent.objects.filter(job_id=job.pk).exclude(name=JobEvent.RECORD_PRINTED)
                    .order_by("number")),
    )  # fmt: skip


def facts(story: Story) -> Json:
    """What the record rests on, as plain values."""
    job = story.job
    return {
        "job": [job.pk, job.number, job.state, job.plan, job.started_at, job.ended_at, job.reason],
        "steps": [
            [s.seq, s.action, s.state, s.began_at, s.ended_at, s.evidence, s.reason,
             s.confirmed_by_id, s.second_by_id]
            for s in story.steps
        ],
        "bookings": [[b.window, b.state, b.starts_at, b.ends_at] for b in story.bookings],
        "attempts": [
            [a.pk, a.effect, a.intent_at, a.outcome, a.closed_at, a.detail] for a in story.attempts
        ],
        "files": [[f.pk, f.sha256, f.size] for f in story.files],
        "backups": [[b.pk, b.sha256, b.size] for b in story.backups],
        "findings": [
            [f.name, f.appliance_id, f.status, f.observed, f.taken_at, f.waiver_id]
            for f in story.findings
        ],
        "differences": [
            [d.window, d.appliance_id, d.key, d.before, d.after, d.beyond, d.acknowledged_by_id]
            for d in story.differences
        ],
        "messages": [[m.pk, m.state, m.sent_at] for m in story.messages],
        "notes": [[n.pk, n.text, n.written_at] for n in story.notes],
        "events": [[e.number, e.name, bytes(e.hash).hex()] for e in story.events],
    }  # fmt: skip


def number_of(files: Sequence[EvidenceFile]) -> dict[str, int]:
    """Files by their place in the record's list, as evidence refers to them."""
    return {str(file.pk): place for place, file in enumerate(files, start=1)}
