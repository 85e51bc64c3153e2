"""Which message goes to whom, and when. Written in the transaction that causes it."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from appliances import actions as do
from portal import times
from portal.models import User
from portal.services import letters
from upgrades.models import Booking, Interim, JobStep, UpgradeJob
from upgrades.services import aftermath, audience, invitations, nodes, windows
from upgrades.services.telling import about, address_of, tell

__all__ = ["address_of"]
Json = dict[str, Any]


def of_step(step: JobStep) -> Json:
    """What every mail about a step tells, in the language that is active."""
    return {
        "step": f"{step.seq}. {gettext(step.text)}",
        "appliance": step.appliance.name if step.appliance else "",
        "deadline": step.deadline_at,
        "who": str(step.holder or ""),
        "reason": gettext(step.reason) if step.reason else "",
        "consequence": gettext(unless) if (unless := do.find(step.action).what_if_not) else "",
        "lines": [gettext(line) for line in do.find(step.action).how],
    }


def proposed(job: UpgradeJob, *, at: datetime, key: str = "") -> None:
    """To be decided: for the first time, or again since a window was moved."""

    def more() -> Json:
        return {
            "moved": [_said_of_a_move(job, move) for move in job.moves],
            "answer_by": about(job)["begins"],
            "dark": nodes.dark(job.plan),
            "consequence": gettext(
                "Without an approval nothing is done, and the windows are given back."
            ),
        }

    key = key or _once(f"proposed:{job.plan.get('digest', '')}", at)
    tell("upgrade_proposed", job, audience.approvers(job), key=key, at=at, more=more)


def unanswered(job: UpgradeJob, first: Booking, *, rung: str, at: datetime) -> None:
    """The same once more, since nobody has answered while its first window comes near."""
    proposed(job, at=at, key=f"unanswered:{first.uid}:{first.revision}:{rung}")


def approved(job: UpgradeJob, *, at: datetime) -> None:
    """With an invitation for each window, to everybody around the job."""
    nights = list(job.bookings.filter(state=Booking.State.BOOKED).order_by("slot"))
    for night in nights:
        night.job, night.site = job, job.site
    tell("upgrade_approved", job, audience.everybody(job), key=_once("approved", at), at=at,
          entries=lambda person: invitations.requests(nights, person, at=at))  # fmt: skip


def rejected(job: UpgradeJob, *, at: datetime) -> None:
    """To whoever asked for it, and to those in whose calendars it stood."""
    people = _with_invited(job, audience.holders(job))
    tell("upgrade_rejected", job, people, key=_once("rejected", at), at=at,
          more=lambda: {"reason": job.why},
          entries=lambda person: invitations.cancels(job, person, at=at))  # fmt: skip


def cancelled(job: UpgradeJob, *, by: Any, at: datetime) -> None:
    """To those in whose calendars it stood; and to whoever asked for it, where somebody of the
    customer said no."""
    declined = by is not None and not getattr(by, "is_staff", False)
    people = _with_invited(job, audience.holders(job) if declined else [])
    tell("upgrade_cancelled", job, people, key=_once("cancelled", at), at=at,
          more=lambda: {"reason": job.why, "by": str(by or ""), "lines": []},
          entries=lambda person: invitations.cancels(job, person, at=at))  # fmt: skip


def _with_invited(job: UpgradeJob, people: list[User]) -> list[User]:
    known = {person.pk for person in people}
    return [*people, *User.objects.filter(pk__in=invitations.invited(job).keys() - known)]


def window_moved(
    job: UpgradeJob, booking: Booking, before: datetime, *, by: Any, at: datetime
) -> None:
    """To everybody around the job, whoever moved it too: where a window lies now."""
    key = f"moved:{booking.uid}:{booking.revision}"
    again = job.state == job.State.PROPOSED and bool(job.moves)
    tell("window_moved", job, audience.everybody(job), key=key, at=at, more=lambda: {
        "window": booking.window, "was": before, "begins": booking.starts_at,
        "ends": booking.ends_at, "by": str(by), "again": again, "lines": [],
    }, entries=lambda person: _moved_entry(job, booking, person, at))  # fmt: skip


def clocks_changed(job: UpgradeJob, booking: Booking, was: str, *, at: datetime) -> None:
    """To everybody around the job: the window keeps its instant, the site's clocks show another
    time then. `was`: the offset that they were told, such as +03:00."""
    key = f"clocks:{booking.uid}:{booking.revision}:{was}"
    told = booking.starts_at.astimezone(datetime.strptime(was, "%z").tzinfo)
    tell("window_clocks", job, audience.everybody(job), key=key, at=at, more=lambda: {
        "window": booking.window, "begins": booking.starts_at, "ends": booking.ends_at, "lines": [],
        "told": f"{times.day_label(told.date())}, {times.clock_label(told)} UTC{was}",
        "fits": not any(row.pk == booking.pk for row in windows.stranded(job.site, at=at)),
    }, entries=lambda person: _moved_entry(job, booking, person, at))  # fmt: skip


def _moved_entry(job: UpgradeJob, booking: Booking, person: User, at: datetime) -> list[str]:
    """The same entry at its new time; for whoever has it, or once the job is approved."""
    booking.job, booking.site = job, job.site
    known = booking.uid in invitations.invited(job).get(person.pk, set())
    stands = booking.state == Booking.State.BOOKED
    return invitations.requests([booking], person, at=at) if known or stands else []


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
    asks = booking.pk, str(booking.revision)
    tell("upgrade_before", job, audience.everybody(job), key=key, at=at, asks=asks, more=lambda: {
        "begins": booking.starts_at, "ends": booking.ends_at,
        "left": max(booking.starts_at - at, timedelta()),
    })  # fmt: skip


def _of_a_step(job: UpgradeJob, step: JobStep, people: list[User], *, key: str, at: datetime,
               more: Callable[[], Json] = dict) -> None:  # fmt: skip
    tell("step_asks", job, people, key=key, at=at, asks=(step.pk, ""),
         more=lambda: {**of_step(step), **more()})  # fmt: skip


def step_asks(job: UpgradeJob, step: JobStep, *, at: datetime) -> None:
    _of_a_step(job, step, audience.holders(job), key=f"asks:{step.pk}:{step.token}", at=at)


def step_handed_over(
    job: UpgradeJob, step: JobStep, to: User, *, note: str, by: Any, at: datetime
) -> None:
    key = f"handed:{step.pk}:{step.token}"
    tell("step_handed_over", job, [to], key=key, at=at, asks=(step.pk, ""), more=lambda: {
        **of_step(step), "by": str(by), "note_said": note,
    })  # fmt: skip


def step_overdue(job: UpgradeJob, step: JobStep, *, at: datetime) -> None:
    """A person has not acted in time: everybody around the job is told once."""
    key = f"overdue:{step.pk}:{step.deadline_at}"
    _of_a_step(job, step, audience.everybody(job), key=key, at=at)


def step_held(job: UpgradeJob, step: JobStep, *, at: datetime) -> None:
    """A step cannot go on without a person; its reason stands in place of the instructions."""
    key, people = f"held:{step.pk}:{step.token}", audience.everybody(job)
    _of_a_step(job, step, people, key=key, at=at, more=lambda: {
        "lines": [gettext(step.reason)] if step.reason else [],
    })  # fmt: skip


def dwell_over(job: UpgradeJob, step: JobStep, *, at: datetime) -> None:
    left = step.evidence.get("to_come")
    people, key = audience.everybody(job), f"dwell:{step.pk}"
    known = {"since": at, "clients_left": "" if left is None else str(left), "lines": []}
    tell("dwell_over", job, people, key=key, at=at, more=lambda: known)  # fmt: skip


def halted(job: UpgradeJob, step: JobStep | None = None, *, at: datetime) -> None:
    """The same sentence for everybody; after a base problem: do not restart (G-PREP-12)."""
    people, key = audience.everybody(job), _once("halted", at)
    tell("upgrade_halted", job, people, key=key, at=at, more=lambda: {
        "base": job.base_problem,
        "appliance": step.appliance.name if step and step.appliance else job.site.name,
        "step": f"{step.seq}. {gettext(step.text)}" if step else "",
        "reason": job.why,
        "left": aftermath.told(step) if step and job.base_problem else "",
        "since": at, "contact": settings.SUPPORT_CONTACT, "lines": [],
    })  # fmt: skip


def window_missed(job: UpgradeJob, step: JobStep | None, *, at: datetime) -> None:
    key = _once(f"missed:{step.pk if step else 'job'}", at)
    tell("window_missed", job, audience.everybody(job), key=key, at=at, more=lambda: {
        "window": about(job)["begins"],
        "reason": gettext(step.reason) if step and step.reason else "",
        "lines": [],
    })  # fmt: skip


def window_kept(job: UpgradeJob, booking: Booking, *, by: Any, at: datetime) -> None:
    """To everybody who was told that it was missed: it was kept, only the portal did not hear."""
    key = f"kept:{booking.uid}:{booking.revision}"
    known = {"window": booking.starts_at, "by": str(by), "lines": []}
    tell("window_kept", job, audience.everybody(job), key=key, at=at, more=lambda: known)


def not_ready(job: UpgradeJob, booking: Booking, bad: Iterable[Any], *, at: datetime) -> None:
    """The day before: what would hold the window as it stands. `bad` are findings."""
    key, found = f"not-ready:{booking.uid}:{booking.revision}", list(bad)
    asks = booking.pk, str(booking.revision)
    tell("not_ready", job, audience.everybody(job), key=key, at=at, asks=asks, more=lambda: {
        "window": booking.starts_at,
        "lines": [f"{one.letter} {gettext(one.reason)} {one.observed}".strip() for one in found],
    })  # fmt: skip


def differs(job: UpgradeJob, window: int, number: int, *, at: datetime) -> None:
    """After a window: values that changed beyond what was expected wait for a person."""
    key, known = f"differs:{window}", {"window": window, "number": number, "lines": []}
    tell("window_differs", job, audience.everybody(job), key=key, at=at, more=lambda: known)


def done(job: UpgradeJob, *, at: datetime) -> None:
    tell("upgrade_done", job, audience.everybody(job), key="done", at=at,
          more=lambda: {"finished": at})  # fmt: skip


def interim_too_long(interim: Interim, *, at: datetime) -> None:
    """A site has been without failover for longer than it allows: once an interim (G-PAIR-4)."""
    job, key = interim.job, f"interim:{interim.pk}"
    tell("interim_too_long", job, audience.everybody(job), key=key, at=at, more=lambda: {
        "since": interim.began_at, "limit": timedelta(days=interim.site.interim_days),
        "lines": [],
    })  # fmt: skip


def silent(
    job: UpgradeJob, to: User, *, answer_by: datetime | None, told: list[str], at: datetime
) -> None:
    """To the vendor's person for a customer who does not answer a readiness alert."""
    tell("customer_silent", job, [to], key="silent", at=at, more=lambda: {
        "answer_by": answer_by, "told": told, "lines": [], "customer_rule":
        job.customer.get_silent_rule_display(),
    })  # fmt: skip


def _once(word: str, at: datetime) -> str:
    return f"{word}:{at.isoformat()}"
