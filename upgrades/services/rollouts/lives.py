"""A rollout's own life: opened, paused, resumed, closed, cancelled; and its waves by hand.

Each door moves the one row; what it means for thousands of sites is the sweep's work.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.background import enqueue
from portal.errors import NotNow, Refused
from upgrades.events import RolloutEvent
from upgrades.models import Enrolment, Rollout, Wave
from upgrades.services.jobnotes import reason_given
from upgrades.services.rollouts.drafts import locked

R, E = Rollout.State, Enrolment.State


class NotDrawn(NotNow):
    """It is still being drawn: nobody knows yet who would be in it."""

    code = "rollout-not-drawn"


class NobodyInIt(Refused):
    code = "nobody-in-rollout"


class OneRollout(Refused):
    """Another rollout of this release is open."""

    code = "one-rollout-a-release"


class Withdrawn(Refused):
    code = "release-withdrawn"


def open_it(rollout: Rollout, *, by: Any, at: datetime) -> Rollout:
    """Its first wave is open, and its sites are told as they are ready. Raises NotDrawn,
    NobodyInIt, OneRollout or Withdrawn."""
    inside = Enrolment.across.filter(rollout=rollout).exclude(state=E.EXCLUDED).exists()
    try:
        with transaction.atomic():
            row = locked(rollout, R.DRAFT)
            demand_release(row)
            if row.drawn_at is None:
                raise NotDrawn(
                    _("It is still being worked out who would be in it."),
                    remedy=_("Wait until the preview is complete, then open it."),
                )
            if not inside:
                raise NobodyInIt(
                    _("No site would be in this rollout."),
                    remedy=_("Look at the reasons of those left out, or name others."),
                )
            row.open(at=at)
            row.save()
            audit.record_platform(RolloutEvent.OPENED, row, by=by, at=at)
            open_wave(row, row.waves.get(number=1), by=by, at=at)
            enqueue("upgrades.roll_out")
    except IntegrityError as error:
        raise OneRollout(
            _("Another rollout of this release is open."),
            remedy=_("Close that one first, or widen its audience."),
        ) from error
    return row


def demand_release(rollout: Rollout) -> None:
    if rollout.release.withdrawn_at is not None:
        raise Withdrawn(
            _("The release was withdrawn."), remedy=_("Choose another release, or close it.")
        )


def open_wave(rollout: Rollout, wave: Wave, *, by: Any, at: datetime) -> None:
    """Inside the transaction that locks the rollout."""
    wave.opened_at = at
    wave.save()
    audit.record_platform(
        RolloutEvent.WAVE_OPENED, rollout, by=by, at=at, data={"wave": wave.number}
    )


@transaction.atomic
def open_next_wave(rollout: Rollout, *, by: Any, at: datetime) -> Rollout:
    """By a person, before its thresholds would. Raises NotNow if there is none."""
    row = locked(rollout, R.OPEN)
    wave = row.waves.filter(opened_at=None).order_by("number").first()
    if wave is None:
        raise NotNow(_("Every wave is open."))
    open_wave(row, wave, by=by, at=at)
    enqueue("upgrades.roll_out")
    return row


@transaction.atomic
def pause(rollout: Rollout, *, reason: str, by: Any, at: datetime) -> Rollout:
    """No new alerts or bookings; jobs run on."""
    row = locked(rollout, R.OPEN)
    row.pause(reason=reason_given(reason))
    row.save()
    audit.record_platform(RolloutEvent.PAUSED, row, by=by, at=at, data={"reason": row.reason})
    return row


@transaction.atomic
def resume(rollout: Rollout, *, by: Any, at: datetime) -> Rollout:
    row = locked(rollout, R.PAUSED)
    demand_release(row)
    row.resume()
    row.save()
    audit.record_platform(RolloutEvent.RESUMED, row, by=by, at=at)
    enqueue("upgrades.roll_out")
    return row


@transaction.atomic
def cancel(rollout: Rollout, *, by: Any, at: datetime) -> Rollout:
    """A draft that is not wanted; nobody was told of it."""
    row = locked(rollout, R.DRAFT)
    row.cancel(at=at)
    row.save()
    audit.record_platform(RolloutEvent.CANCELLED, row, by=by, at=at)
    return row


@transaction.atomic
def close(rollout: Rollout, *, by: Any, at: datetime) -> Rollout:
    """Nobody new: offers not answered are taken back, what is booked or upgrades goes on as any
    upgrade does. What a stopped line held is given up."""
    row = locked(rollout, R.OPEN, R.PAUSED, R.STOPPED)
    row.close(at=at)
    row.save()
    audit.record_platform(RolloutEvent.CLOSED, row, by=by, at=at)
    enqueue("upgrades.roll_out")
    return row
