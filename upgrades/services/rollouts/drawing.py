"""Drawing a rollout: its enrolments become what its words say, customer by customer.

The work of a worker, outside any transaction but those of each customer. Killed anywhere, it is
begun again and writes what is missing; done twice, it changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_noop as _
from django_fsm import ConcurrentTransition

from portal import audit, rehearsing, tenancy
from upgrades.events import EnrolmentEvent, RolloutEvent
from upgrades.models import Enrolment, Rollout
from upgrades.models.enrolment import BEFORE_UPGRADING
from upgrades.planning.vocabulary import Sentence
from upgrades.services import enrolled, enrolments
from upgrades.services.alone import ROLLOUTS, alone
from upgrades.services.rollouts import waving
from upgrades.services.rollouts.drafts import EDITABLE
from upgrades.services.rollouts.waving import BY_PEOPLE, Place

E, R = Enrolment.State, Rollout.State
# The last possible date follows the rollout's days until the upgrade begins.
MOVED = (E.READY, E.ALERTED, E.BOOKED, E.DECLINED, E.LAPSED)
NOT_NAMED = "not-in-audience"


def due() -> list[Any]:
    """The rollouts that are to be drawn, longest waiting first. A rehearsal draws none."""
    if rehearsing.twin():
        return []
    rows = Rollout.objects.filter(state__in=EDITABLE).filter(
        Q(drawn_at=None) | Q(drawn_at__lt=F("draw_asked_at"))
    )
    ordered = rows.exclude(draw_asked_at=None).order_by("draw_asked_at")
    return list(ordered.values_list("pk", flat=True))


def draw_due(at: datetime, *, most: int = 10) -> int:
    """Draw what is to be drawn; how many were."""
    return sum(draw(pk, at=at) for pk in due()[:most])


def draw(rollout_id: Any, *, at: datetime) -> bool:
    """One rollout, by one worker at a time; False if another has it or it was edited meanwhile."""
    for _customer in steps(rollout_id, at=at):
        pass
    return Rollout.objects.filter(pk=rollout_id, drawn_at__gte=F("draw_asked_at")).exists()


def steps(rollout_id: Any, *, at: datetime) -> Iterator[Any]:
    """The same customer by customer: each is kept before the next one is begun."""
    with alone(rollout_id, ROLLOUTS) as free:
        if not free:
            return
        rollout = Rollout.objects.select_related("release", "made_by").get(pk=rollout_id)
        asked, drawn = rollout.draw_asked_at, waving.work_out(rollout, at=at)
        mine = Rollout.objects.filter(pk=rollout_id, draw_asked_at=asked)
        mine.update(of_all=len(drawn.named), coverage=rollout.coverage | drawn.coverage)
        for customer_id, places in _by_customer(rollout, drawn).items():
            if not mine.exists():
                return  # edited meanwhile: the next drawing says it all
            with tenancy.transaction(customer_id):
                _write(rollout, places, drawn.named, asked, at=at)
            yield customer_id
        if mine.update(drawn_at=at if asked is None else max(at, asked)):
            data = {"named": len(drawn.named)}
            audit.record_platform(RolloutEvent.DRAWN, rollout, at=at, data=data)


def progress(rollout: Rollout) -> tuple[int, int]:
    """How many of how many sites are drawn."""
    since = rollout.draw_asked_at or rollout.made_at
    rows = Enrolment.across.filter(rollout=rollout, enrolled_at__gte=since)
    return rows.count(), rollout.of_all


def _by_customer(rollout: Rollout, drawn: waving.Drawn) -> dict[Any, list[Place]]:
    """Whoever has a place, and whoever had one."""
    found: dict[Any, list[Place]] = defaultdict(list)
    for place in drawn.places:
        found[place.customer_id].append(place)
    for customer_id in Enrolment.across.filter(rollout=rollout).values_list(
        "customer_id", flat=True
    ):
        found[customer_id] += []
    return dict(sorted(found.items()))


def _write(
    rollout: Rollout, places: Iterable[Place], named: frozenset[Any], asked: Any, *, at: datetime
) -> None:  # fmt: skip
    rows = Enrolment.objects.filter(rollout=rollout).select_related("rollout", "site", "wave")
    known = {row.site_id: row for row in rows}
    new = [_new(rollout, place, asked) for place in places if place.site_id not in known]
    Enrolment.objects.bulk_create(new, ignore_conflicts=True)
    for place in places:
        row = known.get(place.site_id)
        if row is not None and _is_drawn(row):
            _follow(rollout, row, place, at=at)
    for row in known.values():
        gone = row.site_id not in named and row.state in BEFORE_UPGRADING
        if gone:
            said = Sentence(_("The audience of the rollout names it no more."))
            enrolments.exclude(row, reason=said, code=NOT_NAMED, by=None, at=at)
    mine = Enrolment.objects.filter(rollout=rollout)
    last = rollout.ends_on + rollout.stopped_days * enrolled.DAY
    mine.filter(state__in=MOVED, last_possible_on__isnull=False).update(last_possible_on=last)
    mine.update(enrolled_at=asked)


def _new(rollout: Rollout, place: Place, asked: Any) -> Enrolment:
    made = Enrolment(
        customer_id=place.customer_id, rollout=rollout, site_id=place.site_id,
        wave_id=place.wave_id, place=place.turn, planned_on=place.planned_on,
        state=E.EXCLUDED if place.code else E.WAITING, enrolled_at=asked,
    )  # fmt: skip
    made.because(place.code, place.sentence)
    return made


def _is_drawn(row: Enrolment) -> bool:
    """Nothing has happened to it but drawings."""
    if row.state == E.EXCLUDED:
        return row.code not in BY_PEOPLE
    return row.state == E.WAITING and (row.wave is None or row.wave.opened_at is None)


def _follow(rollout: Rollout, row: Enrolment, place: Place, *, at: datetime) -> None:
    event = ""
    if place.code and row.state == E.WAITING:
        row.exclude(code=place.code, reason=place.sentence)
        event = EnrolmentEvent.EXCLUDED
    elif not place.code and row.state == E.EXCLUDED:
        row.include()
        event = EnrolmentEvent.INCLUDED
    row.because(place.code, place.sentence)
    row.wave_id, row.place, row.planned_on = place.wave_id, place.turn, place.planned_on
    row.look_at = None
    try:
        if event and rollout.state != R.DRAFT:
            enrolled.keep(event, row, by=None, at=at)
        else:
            row.save()
    except ConcurrentTransition:
        return  # a person, or the sweep, was first: what they did stands
