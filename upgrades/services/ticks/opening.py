"""What is asked right before a window's first change: is the site ready now, not twelve hours ago?

A bad check that blocks holds the step with its sentence; whoever sets it right, or answers for it
with a waiver, tries the step again. What the site is like then is kept as the state before.
"""

import logging
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_noop as _

from appliances import actions as do
from appliances.models import ReadinessCheck
from appliances.services import readiness
from appliances.services.checks import Question
from appliances.services.readiness import Answers, Finding
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
    asked = looks.question(work.site, work.job, window=step.window)
    work.left_alone = left_alone(step, asked)
    return asked


def left_alone(step: JobStep, asked: Question) -> frozenset[Any]:
    """Traffic nodes that no step of the window is on or about."""
    named: set[str] = set()
    piece = JobStep.objects.filter(job=step.job_id, window=step.window)
    for appliance_id, about in piece.values_list("appliance_id", "about_ids"):
        named |= {str(appliance_id), *map(str, about)}
    nodes = [box for box in asked.appliances if box.cluster_role == box.ClusterRole.TRAFFIC]
    return frozenset(box.pk for box in nodes if str(box.pk) not in named)


def changes(work: Work) -> bool:
    """Whether the step does something to the site, by whoever."""
    return work.action.changes or work.step.effect in (do.OBSERVED, do.CALLABLE, do.ONE_WAY)


def ask(work: Work, asked: Question) -> Outcome:
    """Measure and judge the whole site. Whatever goes wrong here changed nothing."""
    try:
        # One try each: who is not reached is asked again by the next tick, and so is everybody.
        measured = readiness.look(asked, progress=renewing(work), tries=1)
    except InterruptedError:
        return NotYet(work.at, LOST_LEASE, observed=UNTOUCHED)  # the record finds that it is lost
    except Exception as bug:
        log.exception("a window could not be opened", extra={"step": str(work.step.pk)})
        return Trouble(f"{FAULT} ({type(bug).__name__})", observed=UNTOUCHED)
    answers = readiness.judge(asked, measured, job_id=work.job.pk)
    return judged(work, answers)


def judged(work: Work, answers: Answers) -> Outcome:
    """Go on, ask again (unreachable is not failed), or hold with the first sentence."""
    findings = [one for one in answers.findings if concerns(work, one)]
    stopping, away = [one for one in findings if one.stops], away_of(findings)
    waits = away or [one for one in findings if one.waits]
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


def concerns(work: Work, one: Finding) -> bool:
    """A node that the window leaves alone holds nobody up: it is asked when its own turn comes.
    What is of the site, of its masters or of the window's nodes counts; but not who is connected
    to a node: its own step asks that again, and waits for them before it holds."""
    if one.name == ReadinessCheck.Name.DRAINED:
        return False
    return one.appliance_id is None or one.appliance_id not in work.left_alone


def away_of(findings: Iterable[Finding]) -> list[Finding]:
    """What stops only because an appliance was not reached just now."""
    return [
        one for one in findings
        if one.stops and one.seen is not None and one.seen.kind == "unreachable"
    ]  # fmt: skip


def renewing(work: Work) -> readiness.Progress:
    """Keep the lease while a whole site is asked. Raises InterruptedError once it was lost."""

    def progress(_number: int) -> None:
        if not claims.renew(work.claim):
            raise InterruptedError(LOST_LEASE)

    return progress
