"""Which message goes to whom, and when. Written in the transaction that causes it."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from appliances import actions as do
from appliances.services import freezes
from portal.models import User
from portal.services import letters, messages
from upgrades.models import Booking, Interim, JobStep, UpgradeJob
from upgrades.services import aftermath, audience, nodes

Json = dict[str, Any]
STANDS = ["HELD", "BOOKED", "IN_USE"]


def address_of(job: UpgradeJob) -> str:
    """The job's page, for a mail or a code on paper."""
    return f"{settings.PUBLIC_URL}/c/{job.customer.slug}/jobs/{job.pk}/"


def _tell(
    kind: str, job: UpgradeJob, people: Iterable[User], *, key: str, at: datetime,
    more: Callable[[], Json] = dict,
) -> None:  # fmt: skip
    """One message a person, its words looked up in their language."""
    for person in people:
        with translation.override(person.language):
            context = {**_about(job), **more()}
        messages.write(kind, to=person, about=job, key=f"{job.pk}:{key}", context=context, at=at)


def _about(job: UpgradeJob) -> Json:
    first = job.bookings.filter(state__in=STANDS).order_by("slot").first()
    finish = job.plan.get("finish")
    return {
        "site": job.site.name,
        "site_zone": job.site.zone,
        "job": job.label,
        "kind": job.kind,
        "work": job.work,
        "whole_work": job.whole_work,
        "link": address_of(job),
        "from_version": ", ".join(job.plan.get("installed", [])) if job.is_upgrade else "",
        "to_version": job.target.version if job.is_upgrade else "",
        "requester": str(job.requested_by),
        "by": str(job.approved_by or ""),
        "begins": first.starts_at if first else None,
        "finish": datetime.fromisoformat(finish) if finish else None,
        "downtime": timedelta(minutes=job.downtime_expected),
        "downtime_worst": timedelta(minutes=job.downtime_worst),
        "windows": [
            booking.starts_at for booking in job.bookings.filter(state__in=STANDS).order_by("slot")
        ],
        "lines": [line["name"] for line in job.plan.get("packages", [])],
        "frozen": [str(each.appliance) for each in freezes.standing(job.site_id)],
    }


def _of_step(step: JobStep) -> Json:
    return {
        "step": f"{step.seq}. {gettext(step.text)}",
        "appliance": step.appliance.name if step.appliance else "",
        "deadline": step.deadline_at,
        "who": str(step.holder or ""),
        "reason": gettext(step.reason) if step.reason else "",
        "consequence": gettext(unless) if (unless := do.find(step.action).what_if_not) else "",
        "lines": [gettext(line) for line in do.find(step.action).how],
    }


def proposed(job: UpgradeJob, *, at: datetime) -> None:
    """To be decided: for the first time, or again since a window was moved."""

    def more() -> Json:
        return {
            "moved": [_said_of_a_move(job, move) for move in job.moves],
            "answer_by": _about(job)["begins"],
            "dark": nodes.dark(job.plan),
            "consequence": gettext(
                "Without an approval nothing is done, and the windows are given back."
            ),
        }

    _tell(
        "upgrade_proposed",
        job,
        audience.approvers(job),
        key=_once(f"proposed:{job.plan.get('digest', '')}", at),
        at=at,
        more=more,
    )


def approved(job: UpgradeJob, *, at: datetime) -> None:
    _tell("upgrade_approved", job, audience.everybody(job), key=_once("approved", at), at=at)


def rejected(job: UpgradeJob, *, at: datetime) -> None:
    _tell("upgrade_rejected", job, audience.holders(job), key=_once("rejected", at), at=at,
          more=lambda: {"reason": job.reason})  # fmt: skip


def window_moved(
    job: UpgradeJob, booking: Booking, before: datetime, *, by: Any, at: datetime
) -> None:
    """To everybody around the job, whoever moved it too: where a window lies now."""
    key = f"moved:{booking.uid}:{booking.revision}"
    again = job.state == job.State.PROPOSED and bool(job.moves)
    _tell("window_moved", job, audience.everybody(job), key=key, at=at, more=lambda: {
        "window": booking.window, "was": before, "begins": booking.starts_at,
        "ends": booking.ends_at, "by": str(by), "again": again, "lines": [],
    })  # fmt: skip


def _said_of_a_move(job: UpgradeJob, move: Json) -> str:
    """In the language that is active, on the site's clocks."""
    zone = job.site.zone
    told = [letters.moment(move[end], zone, zone).site for end in ("was", "now")]
    return gettext("Window %(number)s: from %(before)s to %(after)s, by %(name)s") % {
        "number": move["window"], "before": told[0], "after": told[1], "name": move["name"],
    }  # fmt: skip


def before(job: UpgradeJob, booking: Booking, *, rung: str, at: datetime) -> None:
    """The ladder's rungs before a window: 7 days, 24 hours, 1 hour; and the step that announces."""
    key = f"before:{booking.uid}:{booking.revision}:{rung}"
    _tell("upgrade_before", job, audience.everybody(job), key=key, at=at, more=lambda: {
        "begins": booking.starts_at, "ends": booking.ends_at,
        "left": max(booking.starts_at - at, timedelta()),
    })  # fmt: skip


def step_asks(job: UpgradeJob, step: JobStep, *, at: datetime) -> None:
    key = f"asks:{step.pk}:{step.token}"
    _tell("step_asks", job, audience.holders(job), key=key, at=at, more=lambda: _of_step(step))


def step_handed_over(
    job: UpgradeJob, step: JobStep, to: User, *, note: str, by: Any, at: datetime
) -> None:
    key = f"handed:{step.pk}:{step.token}"
    _tell("step_handed_over", job, [to], key=key, at=at, more=lambda: {
        **_of_step(step), "by": str(by), "note_said": note,
    })  # fmt: skip


def step_overdue(job: UpgradeJob, step: JobStep, *, at: datetime) -> None:
    """A person has not acted in time: everybody around the job is told once."""
    key = f"overdue:{step.pk}:{step.deadline_at}"
    _tell("step_asks", job, audience.everybody(job), key=key, at=at, more=lambda: _of_step(step))


def step_held(job: UpgradeJob, step: JobStep, *, at: datetime) -> None:
    """A step cannot go on without a person; its reason stands in place of the instructions."""
    key = f"held:{step.pk}:{step.token}"
    _tell("step_asks", job, audience.everybody(job), key=key, at=at, more=lambda: {
        **_of_step(step), "lines": [gettext(step.reason)] if step.reason else [],
    })  # fmt: skip


def dwell_over(job: UpgradeJob, step: JobStep, *, at: datetime) -> None:
    left = step.evidence.get("to_come")
    people, key = audience.everybody(job), f"dwell:{step.pk}"
    known = {"since": at, "clients_left": "" if left is None else str(left), "lines": []}
    _tell("dwell_over", job, people, key=key, at=at, more=lambda: known)  # fmt: skip


def halted(job: UpgradeJob, step: JobStep | None = None, *, at: datetime) -> None:
    """The same sentence for everybody; after a base problem: do not restart (G-PREP-12)."""
    people, key = audience.everybody(job), _once("halted", at)
    _tell("upgrade_halted", job, people, key=key, at=at, more=lambda: {
        "base": job.base_problem,
        "appliance": step.appliance.name if step and step.appliance else job.site.name,
        "step": f"{step.seq}. {gettext(step.text)}" if step else "",
        "reason": gettext(job.reason) if job.reason else "",
        "left": aftermath.told(step) if step and job.base_problem else "",
        "since": at, "contact": settings.SUPPORT_CONTACT, "lines": [],
    })  # fmt: skip


def window_missed(job: UpgradeJob, step: JobStep | None, *, at: datetime) -> None:
    key = _once(f"missed:{step.pk if step else 'job'}", at)
    _tell("window_missed", job, audience.everybody(job), key=key, at=at, more=lambda: {
        "window": _about(job)["begins"],
        "reason": gettext(step.reason) if step and step.reason else "",
        "lines": [],
    })  # fmt: skip


def not_ready(job: UpgradeJob, booking: Booking, bad: Iterable[Any], *, at: datetime) -> None:
    """The day before: what would hold the window as it stands. `bad` are findings."""
    key, found = f"not-ready:{booking.uid}:{booking.revision}", list(bad)
    _tell("not_ready", job, audience.everybody(job), key=key, at=at, more=lambda: {
        "window": booking.starts_at,
        "lines": [f"{one.letter} {gettext(one.reason)} {one.observed}".strip() for one in found],
    })  # fmt: skip


def differs(job: UpgradeJob, window: int, number: int, *, at: datetime) -> None:
    """After a window: values that changed beyond what was expected wait for a person."""
    key, known = f"differs:{window}", {"window": window, "number": number, "lines": []}
    _tell("window_differs", job, audience.everybody(job), key=key, at=at, more=lambda: known)


def done(job: UpgradeJob, *, at: datetime) -> None:
    _tell("upgrade_done", job, audience.everybody(job), key="done", at=at,
          more=lambda: {"finished": at})  # fmt: skip


def interim_too_long(interim: Interim, *, at: datetime) -> None:
    """A site has been without failover for longer than it allows: once an interim (G-PAIR-4)."""
    job, key = interim.job, f"interim:{interim.pk}"
    _tell("interim_too_long", job, audience.everybody(job), key=key, at=at, more=lambda: {
        "since": interim.began_at, "limit": timedelta(days=interim.site.interim_days),
        "lines": [],
    })  # fmt: skip


def silent(
    job: UpgradeJob, to: User, *, answer_by: datetime | None, told: list[str], at: datetime
) -> None:
    """To the vendor's person for a customer who does not answer a readiness alert."""
    _tell("customer_silent", job, [to], key="silent", at=at, more=lambda: {
        "answer_by": answer_by, "told": told, "lines": [], "customer_rule":
        job.customer.get_silent_rule_display(),
    })  # fmt: skip


def _once(word: str, at: datetime) -> str:
    return f"{word}:{at.isoformat()}"
