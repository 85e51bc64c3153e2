"""What is asked right before a window's first change: is the site ready now, not twelve hours ago?

A bad check that blocks holds the step with its sentence; whoever sets it right, or answers for it
with a waiver, tries the step again. What the site is like then is kept as the state before.
"""

import logging

from django.utils.translation import gettext_noop as _

from appliances import actions as do
from appliances.services import readiness
from appliances.services.checks import Question
from appliances.services.readiness import Answers
from upgrades.models import JobStep
from upgrades.services import looks
from upgrades.services.ticks import claims
from upgrades.services.ticks.outcomes import NotYet, Opened, Outcome, Trouble
from upgrades.services.ticks.work import Work

log = logging.getLogger("upgrades.ticks")
S = JobStep.State
AGAIN_SECONDS = 30
UNTOUCHED = {"touched": False}  # nothing was done to the appliance: this is no base problem
FAULT = _("The portal could not check the site: a fault of the portal. Support has been told.")
LOST_LEASE = "another worker has the step"


def question(work: Work) -> Question | None:
    """What to ask before this step; None: it changes nothing, or its window is open already.
    In the transaction that read the step."""
    step = work.step
    if work.claim.was != S.READY or not step.window or not changes(work):
        return None
    if work.attempt is not None or looks.passed(work.job, step.window):
        return None
    return looks.question(work.site, work.job, window=step.window)


def changes(work: Work) -> bool:
    """Whether the step does something to the site, by whoever."""
    return work.action.changes or work.step.effect in (do.OBSERVED, do.CALLABLE, do.ONE_WAY)


def ask(work: Work, asked: Question) -> Outcome:
    """Measure and judge the whole site. Whatever goes wrong here changed nothing."""
    try:
        measured = readiness.look(asked, progress=renewing(work))
    except InterruptedError:
        return NotYet(work.at, LOST_LEASE, observed=UNTOUCHED)  # the record finds that it is lost
    except Exception as bug:
        log.exception("a window could not be opened", extra={"step": str(work.step.pk)})
        return Trouble(f"{FAULT} ({type(bug).__name__})", observed=UNTOUCHED)
    answers = readiness.judge(asked, measured, job_id=work.job.pk)
    return judged(work, answers)


def judged(work: Work, answers: Answers) -> Outcome:
    """Go on, ask again (unreachable is not failed), or hold with the first sentence."""
    stopping, away = answers.stopping, away_of(answers)
    waits = away or [one for one in answers.findings if one.waits]
    bad = [one for one in stopping if one not in away]
    if not stopping and not waits:
        seen = {"touched": True}
        return Opened(work.at, "", answers=answers, window=work.step.window, ok=True, observed=seen)
    why = bad[0].reason if bad and not away else waits[0].reason
    at = work.later(AGAIN_SECONDS)
    return Opened(
        at, why, answers=answers, window=work.step.window, ok=False,
        holds=bool(bad) and not away, observed=UNTOUCHED,
    )  # fmt: skip


def away_of(answers: Answers) -> list[readiness.Finding]:
    """What stops only because an appliance was not reached just now."""
    return [
        one for one in answers.stopping if one.seen is not None and one.seen.kind == "unreachable"
    ]


def renewing(work: Work) -> readiness.Progress:
    """Keep the lease while a whole site is asked. Raises InterruptedError once it was lost."""

    def progress(_number: int) -> None:
        if not claims.renew(work.claim):
            raise InterruptedError(LOST_LEASE)

    return progress
