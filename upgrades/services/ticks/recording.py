"""The second transaction of a tick: what was found out becomes the step's state, the event, the
messages, and the next steps' READY, all together or not at all."""

from datetime import timedelta
from functools import singledispatch

from django.utils.translation import gettext_noop

from appliances.services import hearing
from portal import audit
from upgrades.events import JobEvent, StepEvent
from upgrades.models import Attempt, JobStep
from upgrades.services import bookings, following, halting, looks, notices, proving
from upgrades.services.ticks import statements
from upgrades.services.ticks.faults import FAULTS
from upgrades.services.ticks.outcomes import (
    Ask,
    Doubt,
    Look,
    Lost,
    Missed,
    NotDone,
    NotYet,
    Opened,
    Outcome,
    Proven,
    Sent,
    Trouble,
    Wait,
)  # fmt: skip
from upgrades.services.ticks.work import Work

S = JobStep.State
LATE = gettext_noop("It is taking longer than it ever should. Look at the appliance, then decide.")

NOT_DONE = gettext_noop("It was sent twice and was not done. Look at the appliance, then decide.")


class LostIt(Exception):
    """Somebody else has the step now: what we found out is theirs to find."""


def record(work: Work, outcome: Outcome, *, goes_on: bool) -> None:
    """Write the outcome under our number. Raises LostIt if the step is no longer ours.

    `goes_on`: the caller turns another step at once, so it need not be called for one.
    """
    step = work.step
    if not statements.lock(step, work.claim.token):
        raise LostIt
    hearing.keep(work.heard)
    step.observed = {**step.observed, **outcome.observed}
    step.observed.pop(FAULTS, None)  # of turns before this one
    if step.began_at is None and not isinstance(outcome, NotYet | Missed):
        step.began_at = work.at
    if step.deadline_at is None and not isinstance(outcome, Missed):
        step.deadline_at = work.at + timedelta(minutes=work.action.deadline_minutes)
    if not isinstance(outcome, Lost):  # a worker lived to tell
        step.claims = 0
    write(outcome, work)
    statements.keep(step)
    if isinstance(outcome, Proven):
        following.go_on(work.job, after=step, at=work.at, taken=int(goes_on))


@singledispatch
def write(outcome: Outcome, work: Work) -> None:
    raise TypeError(outcome)


def _to_verifying(step: JobStep) -> None:
    if step.state != S.VERIFYING:
        step.verify()


def _note(work: Work, event: StepEvent, **data: object) -> None:
    audit.record(event, work.step, job=work.job, at=work.at, data={
        "seq": work.step.seq, "action": work.step.action, **data,
    })  # fmt: skip


@write.register
def _(outcome: Proven, work: Work) -> None:
    step = work.step
    _to_verifying(step)
    step.prove(at=work.at)
    step.evidence = {**step.evidence, **outcome.evidence}
    _close(work, Attempt.Outcome.DONE)
    proving.keep(step, work.appliance, outcome.evidence, carried=outcome.carried, at=work.at)
    _note(work, StepEvent.DONE, evidence=outcome.evidence)


@write.register
def _(outcome: Look, work: Work) -> None:
    step = work.step
    if work.past_deadline and step.state != S.CLAIMED:
        write(Trouble(LATE), work)
    elif step.state == S.CLAIMED:
        step.watch(next_at=outcome.at)
        _note(work, StepEvent.WATCHED)
    else:
        _to_verifying(step)
        step.again(next_at=outcome.at)


@write.register
def _(outcome: Wait, work: Work) -> None:
    step, again = work.step, outcome.look_at or outcome.until
    if step.state == S.CLAIMED:
        step.wait(until=again, reason=outcome.reason)
    else:
        _to_verifying(step)
        step.retry(at=again)
        step.reason = outcome.reason
    if step.observed.get("until") != outcome.until.isoformat():  # a look on the way is no news
        step.observed = {**step.observed, "until": outcome.until.isoformat()}
        _note(work, StepEvent.WAITED, until=outcome.until, reason=outcome.reason)


@write.register
def _(outcome: Ask, work: Work) -> None:
    step = work.step
    if step.state == S.ASKING:
        step.next_at = outcome.look_at
        return
    if step.state != S.CLAIMED:  # somebody said it was done, and it is not: they are asked again
        _to_verifying(step)
        step.retry(at=work.at)
        step.reason = outcome.why
        return
    step.ask(look_at=outcome.look_at)
    _note(work, StepEvent.ASKED)
    notices.step_asks(work.job, step, at=work.at)


@write.register
def _(outcome: NotYet, work: Work) -> None:
    step = work.step
    if work.past_deadline:
        write(Trouble(outcome.why), work)
        return
    step.reason = outcome.why
    step.claims = 0
    _close(work, Attempt.Outcome.NOT_SENT)
    if step.state == S.CLAIMED:
        step.release(at=outcome.at)
    else:
        _to_verifying(step)
        step.again(next_at=outcome.at)
    if outcome.why and step.observed.get("told") != outcome.why:
        step.observed = {**step.observed, "told": outcome.why}
        _note(work, StepEvent.RELEASED, why=outcome.why)


@write.register
def _(outcome: Opened, work: Work) -> None:
    """What was found is kept; the step goes on from READY, waits, or is held."""
    if outcome.ok or outcome.holds:  # not each time that somebody is not reached
        looks.keep_start(work.job, outcome.window, outcome.answers, at=work.at, ok=outcome.ok)
    if outcome.holds:
        write(Trouble(outcome.why), work)
        return
    write(NotYet(outcome.at, outcome.why), work)
    if outcome.ok:  # what comes now has its own time
        work.step.deadline_at = None


@write.register
def _(outcome: NotDone, work: Work) -> None:
    """Proved not done: told once more, and only once (the class allows no third time)."""
    step = work.step
    if step.observed.get("told_again"):
        write(Trouble(NOT_DONE), work)
        return
    step.observed = {**step.observed, "told_again": True}
    _close(work, Attempt.Outcome.REFUSED)
    _to_verifying(step)
    step.retry(at=outcome.again_at)
    _note(work, StepEvent.RETRIED)


@write.register
def _(outcome: Sent, work: Work) -> None:
    work.step.watch(next_at=outcome.verify_at)
    _close(work, Attempt.Outcome.ACCEPTED, outcome.detail)
    _note(work, StepEvent.SENT, detail=outcome.detail)


@write.register
def _(outcome: Doubt, work: Work) -> None:
    """The attempt stays open: nothing else may be tried until the appliance has answered."""
    work.step.lose(at=outcome.verify_at)
    _note(work, StepEvent.LOST, detail=outcome.detail)


@write.register
def _(outcome: Lost, work: Work) -> None:
    if outcome.sent:
        work.step.lose(at=work.settled_at)
        _note(work, StepEvent.LOST)
    else:
        work.step.release(at=work.at)
        _note(work, StepEvent.RELEASED, why="")


@write.register
def _(outcome: Trouble, work: Work) -> None:
    step = work.step
    step.hold(reason=outcome.reason)
    _close(work, Attempt.Outcome.UNKNOWN, outcome.reason)
    _note(work, StepEvent.HELD, reason=outcome.reason)
    if step.halts and step.observed.get("touched", True):
        halting.base_problem(work.job, step, reason=outcome.reason, by=None, at=work.at)
    else:
        notices.step_held(work.job, step, at=work.at)


@write.register
def _(outcome: Missed, work: Work) -> None:
    """The window is lost: the booking says so, the step waits until another one is booked."""
    step, booking = work.step, work.booking
    if booking is not None and booking.state == booking.State.BOOKED:
        bookings.miss(booking, at=work.at)
    step.claims = 0
    step.wait(until=work.at + timedelta(days=3650), reason=outcome.reason)
    audit.record(JobEvent.MISSED, work.job, job=work.job, at=work.at, data={"window": step.window})
    notices.window_missed(work.job, step, at=work.at)


def _close(work: Work, outcome: str, detail: str = "") -> None:
    if work.attempt is not None and work.attempt.closed_at is None:
        statements.close(work.attempt, outcome, work.at, detail)
