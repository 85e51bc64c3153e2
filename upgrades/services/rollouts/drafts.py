"""A rollout is drafted and edited: its words, its days, its waves. Who is in it is drawn later, by
a worker, in steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appliances.models import Package
from appliances.services.filtering import FIELDS
from portal import audit
from portal.background import enqueue
from portal.errors import NotNow, Refused
from portal.filtering import parse
from upgrades.events import RolloutEvent
from upgrades.models import Rollout, Wave

R = Rollout.State
EDITABLE = (R.DRAFT, R.OPEN, R.PAUSED)
LONGEST = timedelta(days=180)  # as far as paths are booked
MOST_WAVES = 20
MOST_SITES = 1_000_000


class BadRollout(Refused):
    """What was written cannot be a rollout; `fields` says where."""

    code = "rollout-not-possible"


@dataclass(frozen=True)
class WaveWish:
    """A wave as somebody wants it: `size` or `share` (percent), or neither: all that is left."""

    title: str = ""
    by_likeness: bool = False
    size: int | None = None
    share: int | None = None
    opens_next_at: int = 100
    soak_days: int = 0
    stops_at: int = 10


@dataclass(frozen=True)
class Wish:
    """A rollout as somebody wants it."""

    name: str
    release: Package
    starts_on: date
    ends_on: date
    waves: Sequence[WaveWish]
    audience: str = ""
    notices: str = ""


@transaction.atomic
def draft(wish: Wish, *, by: Any, at: datetime) -> Rollout:
    """Write it down; a worker draws who would be in it. Raises BadRollout, BadFilter."""
    demand(wish, None)
    rollout = Rollout.objects.create(
        name=wish.name.strip(), release=wish.release, audience=wish.audience.strip(),
        starts_on=wish.starts_on, ends_on=wish.ends_on, notices=wish.notices.strip(),
        made_by=by, made_at=at, draw_asked_at=at,
    )  # fmt: skip
    _keep_waves(rollout, wish.waves)
    audit.record_platform(RolloutEvent.DRAFTED, rollout, by=by, at=at, data=facts(rollout))
    enqueue("upgrades.draw_rollouts")
    return rollout


@transaction.atomic
def edit(rollout: Rollout, wish: Wish, *, by: Any, at: datetime) -> Rollout:
    """Change it while it is drafted or runs; then it is drawn anew. Sites that upgrade or are done
    are never touched, nor is the share of a wave that is open. Raises BadRollout, BadFilter."""
    rollout = locked(rollout, *EDITABLE)
    demand(wish, rollout)
    before = facts(rollout)
    rollout.name, rollout.audience = wish.name.strip(), wish.audience.strip()
    rollout.release = wish.release
    rollout.starts_on, rollout.ends_on = wish.starts_on, wish.ends_on
    rollout.notices = wish.notices.strip()
    rollout.draw_asked_at, rollout.drawn_at = at, None
    rollout.save()
    _keep_waves(rollout, wish.waves)
    data = {"before": before, **facts(rollout)}
    audit.record_platform(RolloutEvent.EDITED, rollout, by=by, at=at, data=data)
    enqueue("upgrades.draw_rollouts")
    return rollout


@transaction.atomic
def draw_again(rollout: Rollout, *, by: Any, at: datetime) -> Rollout:
    """Ask again who is in it, and what stands against the others, as things are now."""
    rollout = locked(rollout, *EDITABLE)
    rollout.draw_asked_at, rollout.drawn_at = at, None
    rollout.save()
    enqueue("upgrades.draw_rollouts")
    return rollout


def locked(rollout: Rollout, *states: str) -> Rollout:
    """The row as it is now, for whoever moves it, one at a time. Raises NotNow in another state."""
    found = Rollout.objects.select_for_update(of=("self",)).select_related("release")
    row = found.get(pk=rollout.pk)
    if row.state not in states:
        raise NotNow(
            _("The rollout is not in a state that allows this."),
            remedy=_("Look at the page as it is now, then decide again."),
        )
    return row


def wish_of(rollout: Rollout) -> Wish:
    """It as it stands, in the words in which it is edited."""
    waves = [
        WaveWish(
            row.title, row.by_likeness, row.size, row.share, row.opens_next_at, row.soak_days,
            row.stops_at,
        )
        for row in rollout.waves.all()
    ]  # fmt: skip
    return Wish(
        rollout.name, rollout.release, rollout.starts_on, rollout.ends_on, waves,
        rollout.audience, rollout.notices,
    )  # fmt: skip


def facts(rollout: Rollout) -> dict[str, Any]:
    return {
        "name": rollout.name, "release": rollout.release.version, "audience": rollout.audience,
        "starts_on": rollout.starts_on, "ends_on": rollout.ends_on,
        "waves": [
            [row.size, row.share, row.by_likeness, row.opens_next_at, row.soak_days, row.stops_at]
            for row in rollout.waves.all()
        ],
    }  # fmt: skip


def _keep_waves(rollout: Rollout, wishes: Sequence[WaveWish]) -> None:
    rows = {row.number: row for row in rollout.waves.all()}
    for number, wish in enumerate(wishes, start=1):
        row = rows.get(number) or Wave(rollout=rollout, number=number)
        row.title = wish.title.strip()
        if row.opened_at is None:
            row.by_likeness, row.size, row.share = wish.by_likeness, wish.size, wish.share
        row.opens_next_at, row.soak_days = wish.opens_next_at, wish.soak_days
        row.stops_at = wish.stops_at
        row.save()


def demand(wish: Wish, standing: Rollout | None) -> None:
    parse(wish.audience, FIELDS)
    wrong = {**_wrong_words(wish, standing), **_wrong_waves(wish, standing)}
    if wrong:
        raise BadRollout(" ".join(map(str, wrong.values())), fields=wrong)


def _wrong_words(wish: Wish, standing: Rollout | None) -> dict[str, object]:
    found: dict[str, object] = {}
    if not 0 < len(wish.name.strip()) <= 120:
        found["name"] = _("A name has 1 to 120 characters.")
    if len(wish.notices) > 2000:
        found["notices"] = _("At most 2000 characters.")
    if wish.release.kind != Package.Kind.PRODUCT or wish.release.withdrawn_at:
        found["release"] = _("Choose a product release that is not withdrawn.")
    elif standing and standing.state != R.DRAFT and standing.release_id != wish.release.pk:
        found["release"] = _("The release of a rollout that is open stays: make another rollout.")
    if wish.ends_on < wish.starts_on:
        found["ends_on"] = _("The last day is not before the first.")
    elif wish.ends_on - wish.starts_on > LONGEST:
        found["ends_on"] = _("A rollout has at most 180 days.")
    return found


def _wrong_waves(wish: Wish, standing: Rollout | None) -> dict[str, object]:
    said: object = ""
    if not 1 <= len(wish.waves) <= MOST_WAVES:
        said = _("A rollout has 1 to 20 waves.")
    elif standing and len(wish.waves) < standing.waves.count():
        said = _("A wave cannot be taken away again: give it the size 0.")
    elif any(wave.size is not None and wave.share is not None for wave in wish.waves):
        said = _("A wave has a size or a share, not both.")
    elif not all(map(_possible, wish.waves)):
        said = _("Shares are from 0 to 100 percent, sizes from 0 up, and a soak 0 to 90 days.")
    return {"waves": said} if said else {}


def _possible(wave: WaveWish) -> bool:
    shares = (wave.opens_next_at, wave.stops_at, wave.share or 0)
    return (
        all(0 <= share <= 100 for share in shares)
        and 0 <= (wave.size or 0) <= MOST_SITES
        and 0 <= wave.soak_days <= 90
        and len(wave.title.strip()) <= 80
    )
