"""What one strategy makes of one job: done for good, or inside `imagining`."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _, gettext_noop
from django_fsm import TransitionNotAllowed

from portal import tenancy, times
from portal.errors import Refused
from portal.models import Message, Promise
from upgrades.models import Booking, Enrolment, UpgradeJob
from upgrades.models.job import UNDER_WAY
from upgrades.planning.vocabulary import Sentence
from upgrades.planning.windows import Slot
from upgrades.services import bookings, freezes, jobs, misfits, rebooking, sentences
from upgrades.services.misfits import Kind, Misfit
from upgrades.services.sentences import Told

B, J = Booking.State, UpgradeJob.State
DAY = timedelta(days=1)
HORIZON = 60 * DAY  # beyond the time it has
MOST_TRIED = 16  # moves of one job, before it is said that there is no way


class Strategy(StrEnum):
    NEXT = "next"
    NEAREST = "nearest"
    PREVIOUS = "previous"
    HOLD = "hold"
    CANCEL = "cancel"


class NoPlace(Refused):
    code = "no-slot"


class NotPossible(Refused):
    code = "not-possible"


@dataclass(frozen=True)
class Moved:
    """One window's new time."""

    window: int
    was: datetime
    now: datetime


@dataclass(frozen=True)
class Outcome:
    """Plain values, so that they outlive what was only imagined. `refusal`: why this strategy is
    none here; `letters`: kind and reader of each message that goes; `broken`: promises."""

    strategy: Strategy
    state: str = ""
    moves: tuple[Moved, ...] = ()
    letters: tuple[tuple[str, str], ...] = ()
    broken: tuple[Told, ...] = ()
    refusal: Told | str = ""

    @property
    def possible(self) -> bool:
        return not self.refusal


class _Undone(Exception):
    pass


@contextmanager
def imagining() -> Iterator[None]:
    """What is done inside, to the current customer, never happened: rows, audit, mail, bells."""
    try:
        with tenancy.transaction(tenancy.current_customer_id()):
            yield
            raise _Undone
    except _Undone:
        return


def settle(
    job_id: uuid.UUID, strategy: Strategy, hit: Sequence[Misfit], *, reason: Sentence, by: Any,
    at: datetime,
) -> Outcome:  # fmt: skip
    """Do it to one job. A refusal is told in the outcome, and then nothing of it was done."""
    written = set(Message.objects.filter(written_at=at).values_list("pk", flat=True))
    before = _starts(job_id)
    try:
        with tenancy.transaction(tenancy.current_customer_id()):
            _do(job_id, strategy, hit, reason=reason, by=by, at=at)
    except (Refused, TransitionNotAllowed) as refusal:
        if isinstance(refusal, Refused):
            return Outcome(strategy, refusal=sentences.refusal(refusal))
        said = gettext_noop("Its state does not allow it.")
        return Outcome(strategy, refusal=Told(said))
    job = UpgradeJob.objects.with_site().get(pk=job_id)
    now = _starts(job_id)
    moves = tuple(
        Moved(window, was, now[window])
        for window, was in before.items()
        if window in now and now[window] != was
    )
    fresh = Message.objects.filter(written_at=at).exclude(pk__in=written)
    letters = sorted((one.kind, one.address) for one in fresh)
    return Outcome(strategy, job.state, moves, tuple(letters), tuple(_broken(job, moves, at)))


def _do(
    job_id: uuid.UUID, strategy: Strategy, hit: Sequence[Misfit], *, reason: Sentence, by: Any,
    at: datetime,
) -> None:  # fmt: skip
    job = UpgradeJob.objects.select_for_update(of=("self",)).with_site().get(pk=job_id)
    if strategy is Strategy.CANCEL:
        jobs.cancel(job, by=by, reason=reason, at=at)
    elif strategy is Strategy.HOLD:
        _hold(job, by=by, reason=reason, at=at)
    else:
        _move(job, strategy, hit, by=by, at=at)


def _hold(job: UpgradeJob, *, by: Any, reason: Sentence, at: datetime) -> None:
    """Its times are given back and it is a draft again, to be planned anew. A job under way keeps
    its time: the window does not begin while it does not fit, and is missed if that lasts."""
    if job.state in UNDER_WAY:
        return
    if job.state == J.PROPOSED:
        jobs.reject(job, by=by, reason=reason, at=at)
    else:
        jobs.revise(job, by=by, reason=reason, at=at)


def _move(
    job: UpgradeJob, strategy: Strategy, hit: Sequence[Misfit], *, by: Any, at: datetime
) -> None:  # fmt: skip
    if any(one.kind is Kind.PACKAGE for one in hit):
        raise NotPossible(_("Its plan needs what was withdrawn: another date does not help."))
    ids = {one.booking_id for one in hit}
    hit_rows = [row.pk for row in bookings.for_job(job) if row.pk in ids]
    _move_all(hit_rows, strategy, [MOST_TRIED], by=by, at=at)
    left = misfits.standing(at=at, site_id=job.site_id).get(job.pk, [])
    if any(one.booking_id in ids for one in left):
        raise NotPossible(left[0].told)


def _move_all(
    rows: list[uuid.UUID], strategy: Strategy, tries: list[int], *, by: Any, at: datetime
) -> None:  # fmt: skip
    """Every window hit, each to the first of the starts that do, in the strategy's order. What
    goes later goes from the last window on, what goes earlier from the first on, so that none
    stands in another's way; where one finds no place, the one before tries its next."""
    if not rows:
        return
    pk, *others = rows if strategy is Strategy.PREVIOUS else rows[::-1]
    others = others if strategy is Strategy.PREVIOUS else others[::-1]
    booking = Booking.objects.select_related("site", "job__site", "job__target").get(pk=pk)
    last: Refused = NoPlace(_("No window of the site has room for it then."))
    for slot in _in_order(strategy, booking, _open(booking, by=by, at=at)):
        if not tries[0]:
            break
        tries[0] -= 1
        try:
            with tenancy.transaction(booking.customer_id):
                rebooking.move(booking, slot.start, by=by, at=at)
                _move_all(others, strategy, tries, by=by, at=at)
            return
        except Refused as refusal:
            last = refusal
            booking.refresh_from_db()
    raise last


def _open(booking: Booking, *, by: Any, at: datetime) -> list[Slot]:
    """Where it could go, from now on to some weeks after its time: outside freezes, under
    contract."""
    days = (max(booking.starts_at, at) + HORIZON - at).days
    found = bookings.openings(booking, at=at, horizon_days=days, by=by)
    frozen = freezes.of(booking.site, booking.job.target, at, at + (days + 3) * DAY)
    needs = timedelta(minutes=booking.worst_minutes)
    found = [
        slot
        for slot in found
        if not any(one.meets(slot.start, slot.start + needs) for one in frozen)
    ]
    job = booking.job
    if not job.is_upgrade or job.target.is_security_fix:
        return found
    until = jobs.contract_until(booking.site, job.target, at)
    zone = booking.site.zone
    return [
        slot for slot in found if until is None or times.in_zone(slot.start, zone).date() <= until
    ]


def _in_order(strategy: Strategy, booking: Booking, found: Sequence[Slot]) -> list[Slot]:
    was = booking.starts_at
    if strategy is Strategy.NEXT:
        return [slot for slot in found if slot.start > was]
    if strategy is Strategy.PREVIOUS:
        return [slot for slot in reversed(found) if slot.start < was]
    return sorted(found, key=lambda slot: (abs(slot.start - was), slot.start))


def _starts(job_id: uuid.UUID) -> dict[int, datetime]:
    rows = Booking.objects.filter(job_id=job_id, state__in=[B.HELD, B.BOOKED, B.IN_USE])
    return {row.window: row.starts_at for row in rows.order_by("window")}


def _broken(job: UpgradeJob, moves: Sequence[Moved], at: datetime) -> Iterator[Told]:
    """Which promises the new times break: notice, and the last possible date of a rollout."""
    if not moves:
        return
    promise = Promise.objects.filter(kind=Promise.Kind.NOTICE).first()
    first = min(one.now for one in moves)
    if promise is not None and first < at + promise.days * DAY:
        said = gettext_noop("%(days)s days of notice were promised.")
        yield Told(said, {"days": promise.days})
    enrolment = Enrolment.objects.filter(job=job).exclude(last_possible_on=None).first()
    if enrolment is not None:
        last = max(times.in_zone(one.now, job.site.zone).date() for one in moves)
        if last > enrolment.last_possible_on:
            said = gettext_noop("The last possible date was %(day)s.")
            yield Told(said, {"day": sentences.day(enrolment.last_possible_on)})
