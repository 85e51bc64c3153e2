"""Who is at a step: taken, given back, handed over to a named person who accepts it.

A person holds a step until they give it back or hand it over. A program (an API key) holds it for
a lease, in real time, which it renews by taking it again: one that died blocks nobody for long.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import permissions
from portal.errors import NotNow, Refused
from portal.models import ApiKey, User
from portal.services.messages import support_people
from upgrades.events import StepEvent
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import audience, escalating, notices, stepping

LEASE = timedelta(minutes=15)


class HeldBySomebody(Refused):
    code = "held-by-somebody"


class NobodyToHandTo(Refused):
    """The person may not act here, holds it already, or does not exist: one answer for all."""

    code = "cannot-take-over"


def take(step: JobStep, *, by: Any, at: datetime, key: ApiKey | None = None) -> JobStep:
    """I am at it: others see who. Taken from somebody else only by a handover, when the lease of
    a program is over, or once an offer of theirs escalated. Taken again by a program, the lease
    is renewed."""
    stepping.seize(step)
    demand_free(step, by)
    step.take(by=by, until=lease(key))
    step.save()
    escalating.over(step, at=at)
    stepping.note(StepEvent.TAKEN, step, key or by, at, until=step.holder_until)
    return step


def give_back(step: JobStep, *, by: Any, at: datetime) -> JobStep:
    """Nobody is at it any more. By its holder, or by somebody who may skip steps."""
    stepping.seize(step)
    _demand_holder(step, by)
    step.give_back()
    step.save()
    escalating.over(step, at=at)
    stepping.note(StepEvent.GIVEN_BACK, step, by, at)
    return step


def hand_over(
    step: JobStep, *, to: Any, note: str = "", by: Any, at: datetime, key: ApiKey | None = None
) -> JobStep:
    """Offer the step to a named person, who is told and becomes its holder by accepting.

    Until then whoever offers it holds it. By the holder, by anybody while nobody holds it, or by
    somebody who may skip steps (a holder may have gone home). Raises NobodyToHandTo.
    """
    stepping.seize(step)
    if step.holder_id is not None:
        _demand_holder(step, by)
    person = next((user for user in candidates(step.job, by=by) if user.pk == to), None)
    if person is None or person.pk == step.holder_id:
        raise NobodyToHandTo(
            _("The step cannot be handed over to this person."),
            remedy=_("Choose somebody who may act at this site."),
            fields={"to": _("Choose somebody who may act at this site.")},
        )
    step.hand_over(to=person, note=note.strip()[:400], by=by, until=lease(key))
    step.save()
    escalating.over(step, at=at)
    stepping.note(StepEvent.HANDED_OVER, step, by, at, to=str(person), note=note.strip()[:400])
    notices.step_handed_over(step.job, step, person, note=note.strip()[:400], by=by, at=at)
    return step


def accept_handover(step: JobStep, *, by: Any, at: datetime, key: ApiKey | None = None) -> JobStep:
    """The person it was offered to is at it now. Raises NotNow if it is not offered to them."""
    stepping.seize(step)
    if not step.is_offered_to(by):
        raise NotNow(
            _("This step is not offered to you any more."),
            remedy=_("Look at the page as it is now."),
        )
    before = step.holder
    step.accept_handover(by=by, until=lease(key))
    step.save()
    escalating.over(step, at=at)
    stepping.note(StepEvent.HANDOVER_ACCEPTED, step, key or by, at, before=str(before or ""))
    return step


def candidates(job: UpgradeJob, *, by: Any) -> list[User]:
    """Who could take a step of a job over: people who may act at its site. Support chooses among
    all of its own; a customer sees of support only who is at this job already."""
    members = audience.members(job, permissions.OPERATES, mail_only=False)
    if by.is_staff:
        staff = support_people()
    else:
        around = [job.holder, job.requested_by, job.approved_by]
        staff = [user for user in around if user and user.is_staff and user.is_active]
    found = {user.pk: user for user in [*members, *staff] if user.pk != by.pk}
    return sorted(found.values(), key=lambda user: str(user).casefold())


def demand_free(step: JobStep, by: Any) -> None:
    """Raise HeldBySomebody while another is at the step, and no offer of theirs escalated."""
    if is_free(step, by):
        return
    raise HeldBySomebody(
        _("%(name)s is at this step.") % {"name": step.holder},
        remedy=_("Ask them to hand it over or to give it back."),
    )


def is_free(step: JobStep, by: Any) -> bool:
    """Whether this person may take it: it is theirs, nobody's, or stayed unanswered too long."""
    return step.holder_id in (None, by.pk) or step.is_lapsed or escalating.is_for_all(step)


def _demand_holder(step: JobStep, by: Any) -> None:
    if step.holder_id == by.pk or step.is_lapsed:
        return
    if not permissions.may(by, "step.skip", site_id=step.job.site_id):
        demand_free(step, by)


def lease(key: ApiKey | None) -> datetime | None:
    return datetime.now(UTC) + LEASE if key else None
