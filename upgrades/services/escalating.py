"""A step that gets no person in time: an offer that nobody accepts, or a case that nobody is at.

First the rest of the shift is told, then whoever leads it. Each once: the step is locked, and moved
on in the transaction that tells people, so that any number of sweeps may run, late or broken off.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Q

from portal import audit, own_clock, permissions, rehearsing, sweeps, tenancy
from portal.models import AuditEvent, User
from portal.services.messages import support_people
from upgrades.events import StepEvent
from upgrades.models import Escalation, JobStep, UpgradeJob
from upgrades.services import audience, notices
from upgrades.services.telling import tell

S, Why = JobStep.State, Escalation.Why
DAY = timedelta(days=1)
LAST = 2
# The facts with which a wait begins.
BEGINS = (StepEvent.ASKED, StepEvent.GIVEN_BACK, StepEvent.HANDED_OVER, StepEvent.HELD)


def look_after(at: datetime) -> None:
    """Begin, climb and end what is due, customer by customer. No shift attends a sandbox."""
    if rehearsing.twin():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT door_customers_with_escalations(%s)", [at])
        owners = [row[0] for row in cursor.fetchall() if not own_clock.may_differ(row[0])]

    def of_customer(customer_id: object) -> None:
        with tenancy.transaction(customer_id):
            _of_customer(at)

    sweeps.each(owners, of_customer)


def over(step: JobStep, *, at: datetime) -> None:
    """Somebody has it, or it is offered anew: in the transaction of that."""
    Escalation.objects.filter(step=step, ended_at=None).update(ended_at=at)


def is_for_all(step: JobStep) -> bool:
    """Whether an offer stayed unanswered for so long that anybody who may act may take it. Until
    somebody does, whoever offered it holds it."""
    if step.offered is None:
        return False
    rows = Escalation.objects.filter(step_id=step.pk, ended_at=None, why=Why.OFFERED, rung__gt=0)
    return rows.exists()


def why_of(step: JobStep) -> str:
    """Why a step waits for a person, or nothing."""
    if step.state == S.ASKING and step.offered is not None and not step.is_lapsed:
        return Why.OFFERED
    if step.state in (S.ASKING, S.HELD) and (step.holder_id is None or step.is_lapsed):
        return Why.UNHELD
    return ""


def due(step: JobStep, since: datetime) -> datetime:
    """When the next are told: the sooner, the less time there is. In minutes by the setting: in a
    window, within a day of the step's deadline, else."""
    window, day, else_ = (timedelta(minutes=int(each)) for each in settings.ESCALATE_MINUTES)
    ends = [since + else_]
    if step.deadline_at is not None:
        ends.append(max(since, step.deadline_at - DAY) + day)
    if step.window:
        ends.append(since + window)
    return min(ends)


def _of_customer(at: datetime) -> None:
    waiting = Q(state__in=[S.ASKING, S.HELD]) & Q(job__state=UpgradeJob.State.RUNNING)
    told = Q(escalations__ended_at=None, escalations__isnull=False)
    ids = JobStep.objects.filter(waiting | told).values("pk")
    steps = JobStep.objects.filter(pk__in=ids).select_for_update(of=("self",), skip_locked=True)
    rows = steps.select_related("job__site", "job__customer", "holder", "appliance")
    sweeps.each(rows, lambda step: _look_at(step, at))


def _look_at(step: JobStep, at: datetime) -> None:
    """What the row says now, under its lock."""
    runs = step.job.state == UpgradeJob.State.RUNNING
    why = why_of(step) if runs else ""
    row = Escalation.objects.filter(step=step, ended_at=None).first()
    began = _began(step) if why else None
    if row is not None and (row.why != why or (began is not None and row.since < began)):
        over(step, at=at)  # it went on meanwhile, and waits anew
        row = None
    if not why:
        return
    if row is None:
        since = min(began or at, at)
        row = Escalation(
            customer_id=step.customer_id, step=step, why=why, since=since, due_at=due(step, since)
        )
        row.save()
    if row.due_at is not None and row.due_at <= at:
        _climb(row, step, at)


def _began(step: JobStep) -> datetime | None:
    """The fact with which the wait began. That a lease ran out is none: then it is first seen."""
    if step.holder_id is not None and step.offered is None:
        return None
    rows = AuditEvent.objects.filter(job_id=step.job_id, subject_id=step.pk, name__in=BEGINS)
    return rows.order_by("-number").values_list("at", flat=True).first()


def _climb(row: Escalation, step: JobStep, at: datetime) -> None:
    """The next rung; one that is taken late puts off the one after it."""
    row.rung += 1
    row.due_at = due(step, at) if row.rung < LAST else None
    row.save()
    people = _shift(step) if row.rung < LAST else _leads(step)
    _tell(row, step, people, at)
    audit.record(StepEvent.ESCALATED, step, job=step.job_id, at=at, data={
        "seq": step.seq, "action": step.action, "why": row.why, "rung": row.rung,
        "since": row.since, "told": len(people),
    })  # fmt: skip


def _tell(row: Escalation, step: JobStep, people: list[User], at: datetime) -> None:
    key, offered = f"waits:{row.pk}:{row.rung}", step.offered or {}
    tell("step_waits", step.job, people, key=key, at=at, asks=(row.pk, ""), more=lambda: {
        **notices.of_step(step), "since": row.since, "offered_to": offered.get("name", ""),
        "note_said": offered.get("note", ""), "lead": row.rung == LAST, "lines": [],
    })  # fmt: skip


def _shift(step: JobStep) -> list[User]:
    """Who could take it: the customer's people who act at the site, whoever is at the job; and the
    vendor's agents, where one of them is at it. Whom it was offered to knows it already."""
    found = audience.everybody(step.job)
    if step.holder is not None:
        found.append(step.holder)
    if any(person.is_staff for person in found):
        found += support_people([permissions.AGENT])
    offered = (step.offered or {}).get("id", "")
    return list({user.pk: user for user in found if str(user.pk) != offered}.values())


def _leads(step: JobStep) -> list[User]:
    """Who leads the shift, at the customer and at the vendor."""
    wanted = permissions.MAY["shift.lead"]
    staff = [role for role, name in permissions.STAFF.items() if name in wanted]
    found = [
        *audience.members(step.job, wanted & permissions.EVERY_MEMBER),
        *(support_people(staff) or support_people()),
    ]
    return list({user.pk: user for user in found}.values())
