"""Stop the line, and lift it. The stop counts at once, for everything that would begin; the sweep
then holds each site by itself. Letters to everybody concerned are drafted, and go when sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.background import enqueue
from portal.errors import NotNow
from portal.services import letters
from upgrades.events import RolloutEvent
from upgrades.models import Enrolment, Rollout
from upgrades.services.jobnotes import reason_given
from upgrades.services.rollouts import lettering, standings
from upgrades.services.rollouts.drafts import locked
from upgrades.services.rollouts.lives import demand_release

R, E = Rollout.State, Enrolment.State
CONCERNED = (E.ALERTED, E.BOOKED, E.UPGRADING)


@dataclass(frozen=True)
class Stops:
    """Whom a stop hits: sites by what becomes of them, and their customers."""

    offered: int
    booked: int
    running: int
    customers: int


@dataclass(frozen=True)
class Drafted:
    """The letter as one language's readers would get it; site and names are the reader's own."""

    language: str
    subject: str
    text: str


def hits(rollout: Rollout) -> Stops:
    rows = Enrolment.across.filter(rollout=rollout, state__in=CONCERNED).order_by()
    by_state = dict(rows.values_list("state").annotate(Count("pk")))
    whose = rows.values("customer_id").distinct().count()
    return Stops(*(by_state.get(state, 0) for state in CONCERNED), whose)


def stop(rollout: Rollout, *, reason: str, by: Any, at: datetime) -> Rollout:
    """Running jobs pause at their next safe point, bookings are held. By a person, or by the
    thresholds (`by` None)."""
    with transaction.atomic():
        row = locked(rollout, R.OPEN, R.PAUSED)
        row.stop(reason=reason_given(reason), at=at)
        row.save()
        data = {"reason": row.reason}
        audit.record_platform(RolloutEvent.STOPPED, row, by=by, at=at, data=data)
        enqueue("upgrades.roll_out")
    return row


def lift(rollout: Rollout, *, by: Any, at: datetime) -> Rollout:
    """It goes on: in the fair order each site has its nights again, else the next that are free;
    every last possible date moves by the days lost. Failures that were known count no more."""
    failing = standings.failures(rollout)
    with transaction.atomic():
        row = locked(rollout, R.STOPPED)
        demand_release(row)
        for wave in row.waves.all():
            wave.failures_answered = failing.get(wave.pk, 0)
            wave.save()
        row.lift(at=at)
        row.save()
        data = {"days": row.stopped_days}
        audit.record_platform(RolloutEvent.LIFTED, row, by=by, at=at, data=data)
        enqueue("upgrades.roll_out")
    return row


def tell(rollout: Rollout, *, by: Any, at: datetime) -> Rollout:
    """Send the drafted letters. Once a stop."""
    with transaction.atomic():
        row = locked(rollout, R.STOPPED)
        if row.told_at is not None:
            raise NotNow(_("The letters are on their way already."))
        row.told_at = at
        row.save()
        audit.record_platform(RolloutEvent.TOLD, row, by=by, at=at, data={"letters": row.letters})
        enqueue("upgrades.roll_out")
    return row


def drafted(
    rollout: Rollout, *, reason: str = "", languages: Iterable[str] = ("en", "fr", "tr")
) -> list[Drafted]:
    """The letters that would go, in every language, before they go."""
    found = []
    for language in languages:
        letter = letters.render(
            "line_stopped", language=language, zone="UTC", site_zone="UTC",
            context=said(rollout, reason or rollout.reason) | lettering.own(rollout, language) | {
                "name": "…", "site": "…", "job": "", "link": settings.PUBLIC_URL, "customer": "…",
                "staff": False,
            },
        )  # fmt: skip
        found.append(Drafted(language, letter.subject, letter.text))
    return found


def said(rollout: Rollout, reason: str) -> dict[str, Any]:
    return {
        "rollout": rollout.name, "to_version": rollout.release.version, "reason": reason,
        "lines": [],
    }  # fmt: skip
