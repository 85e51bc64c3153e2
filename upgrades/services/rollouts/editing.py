"""What an edit changes for whom, shown before it counts. Reads; a digest ties what was seen to
what is then done."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.errors import Refused
from upgrades.models import Enrolment, Rollout
from upgrades.models.enrolment import BEFORE_UPGRADING
from upgrades.services.rollouts import drafts, pool
from upgrades.services.rollouts.drafts import Wish

E = Enrolment.State
MOST = 100
TOLD = (E.ALERTED, E.BOOKED)


@dataclass(frozen=True)
class Difference:
    """Sites that come and go; those that are told already and go lose their offer or booking; those
    that upgrade or did are not touched. `goes` names the first hundred."""

    comes: int
    going: int
    losing: int
    untouched: int
    goes: tuple[Enrolment, ...]
    days: bool  # the last possible date of all others moves
    digest: str


class ChangedMeanwhile(Refused):
    """It is not what was shown. Nothing was saved."""

    code = "changed-meanwhile"


def difference(rollout: Rollout, wish: Wish) -> Difference:
    """Raises BadRollout, BadFilter, as `drafts.edit` would."""
    drafts.demand(wish, rollout)
    wished = Rollout(audience=wish.audience.strip(), starts_on=wish.starts_on)
    named = set(pool.named(wished).values_list("pk", flat=True))
    rows = list(Enrolment.across.filter(rollout=rollout).values_list("site_id", "state", "pk"))
    inside = {site for site, state, _pk in rows if state != E.EXCLUDED}
    going = {
        pk: state
        for site, state, pk in rows
        if state in BEFORE_UPGRADING and site not in named
    }  # fmt: skip
    shown = Enrolment.across.filter(pk__in=list(going)).select_related("site", "customer")
    what = [sorted(map(str, named - inside)), sorted(map(str, going.items())), repr(wish)]
    return Difference(
        comes=len(named - {site for site, _state, _pk in rows}),
        going=len(going),
        losing=sum(state in TOLD for state in going.values()),
        untouched=sum(state not in (*BEFORE_UPGRADING, E.EXCLUDED) for _s, state, _pk in rows),
        goes=tuple(shown.order_by("customer__name", "site__name")[:MOST]),
        days=wish.ends_on != rollout.ends_on,
        digest=hashlib.sha256(repr(what).encode()).hexdigest()[:32],
    )


def apply(rollout: Rollout, wish: Wish, *, digest: str, by: Any, at: datetime) -> Rollout:
    """The edit that was seen. Raises ChangedMeanwhile if it would do something else now."""
    if difference(rollout, wish).digest != digest:
        raise ChangedMeanwhile(
            _("This was changed meanwhile. Nothing was saved."),
            remedy=_("Look at what it would do now, then save it again."),
        )
    return drafts.edit(rollout, wish, by=by, at=at)
