"""What time and thresholds bring: waves pass and open, a rollout stops, each site goes on.

Found in PostgreSQL by any number of processes, doubled or late: every site in its own customer's
transaction, in the fair order; a second pass finds what is left.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext, gettext_noop
from django_fsm import ConcurrentTransition, TransitionNotAllowed

from portal import audit, rehearsing, tenancy, times
from portal.errors import Refused
from upgrades.events import EnrolmentEvent, RolloutEvent
from upgrades.models import Enrolment, Rollout
from upgrades.services import alerts, enrolled, sentences
from upgrades.services.rollouts import holding, lives, standings, stopping
from upgrades.services.rollouts.drafts import locked
from upgrades.services.rollouts.standings import NOBODY, Standing

E, R = Enrolment.State, Rollout.State
DUE = "SELECT customer_id, enrolment_id FROM door_enrolments_due(%s, %s)"
MOST = 200
AGAIN = timedelta(hours=1)  # when what waits is looked at again
# Facts of the site: asking again in an hour helps nobody. All else waits.
LEAVES_OUT = frozenset({
    "not-newer", "unreachable", "withdrawn-target", "not-level", "cannot-plan",
    "version-not-known", "left-behind", "window-too-short", "outside-rollout", "contract-ended",
    "no-contract", "interim-too-long", "site-closed",
})  # fmt: skip


def pending(at: datetime) -> bool:
    """Whether a rollout is under way at all. A rehearsal has none."""
    if rehearsing.twin():
        return False
    return Rollout.objects.filter(state__in=(R.OPEN, R.PAUSED)).exists() or bool(_due(at, 1))


def turn(at: datetime, *, most: int = MOST) -> int:
    """One pass; how many sites went on."""
    if not pending(at):
        return 0
    for rollout in Rollout.objects.filter(state__in=(R.OPEN, R.PAUSED)).select_related("release"):
        judge(rollout, at=at)
    return sum(_go_on(customer, enrolment, at) for customer, enrolment in _due(at, most))


def judge(rollout: Rollout, *, at: datetime) -> None:
    """Its waves against their thresholds: the whole stops, or the next one opens."""
    if rollout.release.withdrawn_at is not None:
        _stop(rollout, gettext("The release was withdrawn."), at=at)
        return
    counted = standings.of(rollout)
    waves = list(rollout.waves.order_by("number"))
    for wave in (each for each in waves if each.opened_at is not None):
        now = counted.get(wave.pk, NOBODY)
        if now.trouble > max(wave.failures_answered, now.stops_above(wave.stops_at)):
            said = gettext("Wave %(wave)s: %(failed)s of %(sites)s sites failed.") % {
                "wave": wave.number, "failed": now.trouble, "sites": now.taking_part,
            }  # fmt: skip
            _stop(rollout, said, at=at)
            return
    if rollout.state == R.OPEN and rollout.drawn_at is not None:
        _open_next(rollout, counted, at=at)


def _stop(rollout: Rollout, reason: str, *, at: datetime) -> None:
    try:
        stopping.stop(rollout, reason=reason, by=None, at=at)
    except Refused:
        return  # somebody was first


def _open_next(rollout: Rollout, counted: dict[Any, Standing], *, at: datetime) -> None:
    with transaction.atomic():
        try:
            row = locked(rollout, R.OPEN)
        except Refused:
            return
        for wave in row.waves.order_by("number"):
            if wave.opened_at is None:
                lives.open_wave(row, wave, by=None, at=at)
                return  # what it brings is judged in the next pass
            if wave.passed_at is None:
                if not counted.get(wave.pk, NOBODY).reaches(wave.opens_next_at):
                    return
                wave.passed_at = at
                wave.save()
                data = {"wave": wave.number}
                audit.record_platform(RolloutEvent.WAVE_PASSED, row, at=at, data=data)
            if wave.passed_at + timedelta(days=wave.soak_days) > at:
                return


def _due(at: datetime, most: int) -> list[tuple[Any, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(DUE, [at, most])
        return list(cursor.fetchall())


def _go_on(customer_id: Any, enrolment_id: Any, at: datetime) -> bool:
    """One site. What refuses it is kept with it, and looked at again, or leaves it out."""
    try:
        with tenancy.transaction(customer_id):
            enrolment = _read(enrolment_id)
            what = _next(enrolment, at) if enrolment else None
            if enrolment is None or what is None:
                return False
            what(enrolment)
            return True
    except (ConcurrentTransition, TransitionNotAllowed):
        return False  # a person, or another process, was first
    except Refused as refusal:
        _refused(customer_id, enrolment_id, refusal, at)
        return False


def _read(enrolment_id: Any) -> Enrolment | None:
    rows = Enrolment.objects.select_related(
        "rollout__release", "rollout__made_by", "site__customer", "wave", "job"
    )
    return rows.filter(pk=enrolment_id).first()


def _next(enrolment: Enrolment, at: datetime) -> Callable[[Enrolment], None] | None:
    """What is to be done about it as it is now; None: nothing any more."""
    rollout, state, held = enrolment.rollout, enrolment.state, enrolment.held_at is not None
    if rollout.state == R.STOPPED:
        if not held and state in stopping.CONCERNED:
            return lambda one: holding.hold(one, at=at)
        if held and _is_untold(enrolment):
            return lambda one: holding.tell(one, at=at)
        return None
    if rollout.state == R.CLOSED:
        said = gettext_noop("The rollout is closed.")
        return lambda one: holding.leave(one, said=said, at=at)
    if held and rollout.state in (R.OPEN, R.PAUSED):
        return lambda one: holding.release(one, at=at)
    opened = enrolment.wave is not None and enrolment.wave.opened_at is not None
    if rollout.state == R.OPEN and opened and state in (E.WAITING, E.READY):
        return lambda one: _offer(one, at=at)
    return None


def _is_untold(enrolment: Enrolment) -> bool:
    sent, told = enrolment.rollout.told_at, enrolment.told_at
    return sent is not None and (told is None or told < sent)


def _offer(enrolment: Enrolment, *, at: datetime) -> None:
    """One process at a time: what another is just offering is passed over."""
    mine = Enrolment.objects.select_for_update(of=("self",), skip_locked=True)
    if not mine.filter(pk=enrolment.pk, state=enrolment.state).exists():
        return
    enrolment.because("")
    enrolment.look_at = None
    if enrolment.state == E.WAITING:
        enrolment.ready()
        enrolled.keep(EnrolmentEvent.READY, enrolment, by=None, at=at)
    alerts.alert(enrolment, at=at)


def _refused(customer_id: Any, enrolment_id: Any, refusal: Refused, at: datetime) -> None:
    try:
        with tenancy.transaction(customer_id):
            enrolment = _read(enrolment_id)
            if enrolment is None:
                return
            over = times.in_zone(at, enrolment.site.zone).date() > enrolled.last_day(enrolment)
            waits = enrolment.state in (E.WAITING, E.READY)
            if waits and (over or refusal.code in LEAVES_OUT):
                code = "already-there" if refusal.code == "not-newer" else refusal.code
                enrolment.exclude(code=code, reason=sentences.of(refusal))
                enrolled.keep(EnrolmentEvent.EXCLUDED, enrolment, by=None, at=at)
                return
            code = refusal.code if waits else enrolment.code
            enrolment.because(code, sentences.of(refusal))
            enrolment.look_at = at + AGAIN
            enrolment.save()
    except ConcurrentTransition:
        return
