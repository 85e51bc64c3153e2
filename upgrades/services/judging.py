"""What a person's word must agree with before it ends a step: what was written down earlier in the
job, and what was seen of the clients."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from appliances import actions as do
from portal.errors import Refused
from upgrades.models import JobStep
from upgrades.services.clients import counting, looks

S = JobStep.State
Json = dict[str, Any]


class OtherLimit(Refused):
    """The limit of Jump Client upgrades is not the one of before, or was not lowered."""

    code = "other-limit"


class ClientsToCome(Refused):
    """Clients that can be reached have not followed, and nobody has decided about them."""

    code = "clients-to-come"


class StayedAway(Refused):
    """Jumpoints that were connected before have not come back, and nobody says why."""

    code = "jumpoints-away"


class OneMachine(Refused):
    """The same machine is named twice: a session from it to itself proves nothing."""

    code = "one-machine"


def judge(step: JobStep, evidence: Json) -> Json:
    """The evidence with what the portal adds to it. Raises the refusals of this module."""
    judging = JUDGES.get(step.action)
    return evidence | judging(step, evidence) if judging else evidence


def limit_before(step: JobStep) -> int | None:
    """The limit as somebody wrote it down before it was lowered (G-CLIENT-4): by this job, or by
    the one whose traces this job puts right."""
    lowered = JobStep.objects.filter(
        action=do.LOWER_JUMP_LIMIT.name, state=S.DONE, job__site_id=step.job.site_id
    )
    own = lowered.filter(job_id=step.job_id)
    found = (own if own.exists() else lowered).order_by("-ended_at")
    evidence = found.values_list("evidence", flat=True).first() or {}
    return evidence.get("before")


def _lowered(step: JobStep, evidence: Json) -> Json:
    if evidence["after"] > evidence["before"]:
        sentence = _("It was %(before)s and is %(after)s now: that is not lower.") % evidence
        raise OtherLimit(
            sentence, remedy=_("Lower it, or put the two numbers right."),
            fields={"after": sentence},
        )  # fmt: skip
    return {}


def _restored(step: JobStep, evidence: Json) -> Json:
    """The value of before; another one only with a reason, in the remark."""
    before = limit_before(step)
    if before is None or evidence["after"] == before or evidence.get("remark"):
        return {} if before is None else {"before": before}
    values = {"before": before, "after": evidence["after"]}
    sentence = _("It was %(before)s before this job, and you typed %(after)s.") % values
    raise OtherLimit(
        sentence,
        remedy=_("Set it back to %(before)s, or write in the remark why it is another one.")
        % values,
        fields={"after": sentence},
    )


def _followed(step: JobStep, evidence: Json) -> Json:
    """With a list: nobody on it is still open. Without one: what happens with those to come."""
    look = looks.latest(step.job_id, step.hop)
    if look is None:
        if evidence["pending"] and not evidence.get("decision"):
            sentence = _("Write what happens with the clients that are still to come.")
            raise ClientsToCome(sentence, fields={"decision": sentence})
        return {}
    found = counting.figures(look)
    if found["undecided"]:
        raise ClientsToCome(
            _("%(number)s clients can be reached and have not followed.")
            % {"number": found["undecided"]},
            remedy=_("On the page of the clients, decide for each of them, or wait."),
        )
    return found | {"followed": found["updated"], "pending": found["to_come"]}


def _came_back(step: JobStep, evidence: Json) -> Json:
    """As many as before, or what is missing and why."""
    noted = step.job.steps.filter(action=do.NOTE_JUMPOINTS.name, state=S.DONE)
    before = (noted.values_list("evidence", flat=True).first() or {}).get("connected", 0)
    if evidence["connected"] < before and not evidence.get("missing"):
        values = {"before": before, "now": evidence["connected"]}
        sentence = _("%(before)s were connected before the upgrade, %(now)s are now.") % values
        raise StayedAway(
            sentence,
            remedy=_("Write what has not come back, and why it need not."),
            fields={"missing": sentence},
        )
    return {}


def _two_machines(step: JobStep, evidence: Json) -> Json:
    """G-ASYNC-3: at least two local machines, however their names are written."""
    first, second = (" ".join(evidence[name].split()).casefold()
                     for name in ("machine", "other_machine"))  # fmt: skip
    if first == second:
        raise OneMachine(
            _("This is the same machine twice."),
            remedy=_("Try it from a second machine, and name both."),
            fields={"other_machine": _("Name another machine than the first.")},
        )
    return {}


JUDGES: dict[str, Callable[[JobStep, Json], Json]] = {
    do.LOWER_JUMP_LIMIT.name: _lowered,
    do.RESTORE_JUMP_LIMIT.name: _restored,
    do.CHECK_CLIENTS.name: _followed,
    do.CHECK_OTHERS.name: _came_back,
    do.VERIFY_BY_HOSTS_FILE.name: _two_machines,
}
