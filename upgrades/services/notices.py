"""Which message goes to whom, and when. Written in the transaction that causes it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from portal.models import User
from portal.services import messages
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.services import audience


def address_of(job: UpgradeJob) -> str:
    """The job's page, for a mail."""
    return f"{settings.PUBLIC_URL}/c/{job.customer.slug}/jobs/{job.pk}/"


def _tell(
    kind: str, job: UpgradeJob, people: Iterable[User], *, key: str, at: datetime, **more: Any
) -> None:
    for person in people:
        with translation.override(person.language):
            context = {**_about(job), **{name: _said(value) for name, value in more.items()}}
        messages.write(
            kind, to=person, about=job, key=f"{job.pk}:{key}:{person.pk}", context=context, at=at
        )


def _said(value: Any) -> Any:
    """Msgids are told in the reader's language; everything else as it is."""
    return gettext(value) if isinstance(value, str) and value else value


def _about(job: UpgradeJob) -> dict[str, Any]:
    plan = job.plan
    return {
        "site": job.site.name,
        "public_name": job.site.public_name,
        "site_zone": job.site.zone,
        "customer_name": job.customer.name,
        "job": job.label,
        "target": job.target.name,
        "link": address_of(job),
        "requested_by": str(job.requested_by),
        "expected_minutes": job.expected_minutes,
        "worst_minutes": job.worst_minutes,
        "downtime_expected": job.downtime_expected,
        "downtime_worst": job.downtime_worst,
        "packages": [line["name"] for line in plan.get("packages", [])],
        "windows": [
            {"starts_at": booking.starts_at, "ends_at": booking.ends_at}
            for booking in job.bookings.filter(state__in=["HELD", "BOOKED", "IN_USE"]).order_by(
                "slot"
            )
        ],
    }


def proposed(job: UpgradeJob, *, at: datetime) -> None:
    _tell("upgrade_proposed", job, audience.approvers(job), key=f"proposed:{at.isoformat()}", at=at)


def approved(job: UpgradeJob, *, at: datetime) -> None:
    people = audience.everybody(job)
    _tell("upgrade_approved", job, people, key=f"approved:{at.isoformat()}", at=at)


def rejected(job: UpgradeJob, *, at: datetime) -> None:
    key = f"rejected:{at.isoformat()}"
    _tell("upgrade_rejected", job, audience.holders(job), key=key, at=at, reason=job.reason)


def before(job: UpgradeJob, booking: Booking, *, rung: str, at: datetime) -> None:
    """The ladder's rungs before a window: 7 days, 24 hours, 1 hour; and the step that announces."""
    key = f"before:{booking.uid}:{booking.revision}:{rung}"
    _tell(
        "upgrade_before", job, audience.everybody(job), key=key, at=at,
        starts_at=booking.starts_at, ends_at=booking.ends_at,
    )  # fmt: skip


def step_asks(job: UpgradeJob, step: JobStep, *, at: datetime) -> None:
    key = f"asks:{step.pk}:{step.token}"
    _tell(
        "step_asks", job, audience.holders(job), key=key, at=at,
        step=step.text, deadline_at=step.deadline_at, seq=step.seq,
    )  # fmt: skip


def step_overdue(job: UpgradeJob, step: JobStep, *, at: datetime) -> None:
    """A person has not acted in time: everybody around the job is told once."""
    _tell(
        "step_asks", job, audience.everybody(job), key=f"overdue:{step.pk}:{step.token}", at=at,
        step=step.text, deadline_at=step.deadline_at, seq=step.seq, overdue=True,
    )  # fmt: skip


def step_held(job: UpgradeJob, step: JobStep, *, at: datetime) -> None:
    _tell(
        "step_asks", job, audience.everybody(job), key=f"held:{step.pk}:{step.token}", at=at,
        step=step.text, deadline_at=step.deadline_at, seq=step.seq, held=True, reason=step.reason,
    )  # fmt: skip


def dwell_over(job: UpgradeJob, step: JobStep, *, at: datetime) -> None:
    _tell("dwell_over", job, audience.everybody(job), key=f"dwell:{step.pk}", at=at, step=step.text)


def halted(job: UpgradeJob, *, at: datetime) -> None:
    _tell(
        "upgrade_halted", job, audience.everybody(job), key=f"halted:{at.isoformat()}", at=at,
        reason=job.reason, base_problem=job.base_problem,
    )  # fmt: skip


def window_missed(job: UpgradeJob, step: JobStep | None, *, at: datetime) -> None:
    key = f"missed:{step.pk if step else 'job'}:{at.isoformat()}"
    _tell("window_missed", job, audience.everybody(job), key=key, at=at, reason=job.reason)


def done(job: UpgradeJob, *, at: datetime) -> None:
    _tell("upgrade_done", job, audience.everybody(job), key="done", at=at)
