"""What workers do for a change for every customer: look at each, and later treat each.

The work of a worker, outside any transaction but those of each customer: what is done to one and
that it is done are kept together. Killed anywhere, the sweep finds the rest; a customer that is
done is never done again.
"""

import logging
import uuid
from collections.abc import Generator
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import OperationalError
from django.utils import translation
from django.utils.translation import gettext_noop
from django_fsm import ConcurrentTransition

from portal import audit, rehearsing, tenancy
from upgrades.events import SettlementEvent
from upgrades.models import Settlement, SettlementPart
from upgrades.services import sentences
from upgrades.services.alone import SETTLEMENTS, alone
from upgrades.services.sentences import Told
from upgrades.services.whatif import everywhere
from upgrades.services.whatif.outcomes import Strategy
from upgrades.services.whatif.preview import (
    ChangedMeanwhile,
    LookFirst,
    NotSettled,
    apply,
    preview,
)

log = logging.getLogger(__name__)
S = Settlement.State
MANY = 500  # customers of one turn: a worker has other work too
TRIES = 3  # of one customer, before a person is asked
FAILED = gettext_noop("The portal failed here. Nothing of it was changed.")
NEW_HITS = gettext_noop("Upgrades that it did not hit when it was looked at: %(count)d.")
WHY = SettlementPart._meta.get_field("why").max_length


def due() -> list[Any]:
    """What is to be worked at, longest waiting first. A rehearsal works at none."""
    if rehearsing.twin():
        return []
    rows = Settlement.objects.filter(state__in=[S.LOOKING, S.SETTLING]).order_by("asked_at")
    return list(rows.values_list("pk", flat=True))


def turn(at: datetime, *, most: int = MANY) -> None:
    """Work at what is due, at most so many customers of it; the next turn goes on."""
    for pk in due():
        with closing(steps(pk, at=at)) as walk:
            for _customer in walk:
                most -= 1
                if most <= 0:
                    return


def steps(settlement_id: Any, *, at: datetime) -> Generator[uuid.UUID, None, None]:
    """Customer by customer, each kept before the next; by one worker at a time."""
    with alone(settlement_id, SETTLEMENTS) as free:
        if not free:
            return
        found = Settlement.objects.select_related("release", "asked_by", "confirmed_by")
        settlement = found.get(pk=settlement_id)
        work = {S.LOOKING: _look, S.SETTLING: _treat}.get(settlement.state)
        if work is None:
            return
        failed = False
        for customer_id in _left(settlement, at):
            state = Settlement.objects.filter(pk=settlement_id).values_list("state", flat=True)
            if state.get() != settlement.state:
                return  # dropped meanwhile
            try:
                with (
                    translation.override(settlement.asked_by.language),
                    tenancy.transaction(customer_id),
                ):
                    work(settlement, at=at)
            except OperationalError:
                raise  # the database is away: for everybody
            except Exception:  # one customer must not stop all others
                log.exception("a customer could not be settled", extra={"customer": customer_id})
                failed = not _give_up(settlement, customer_id, at) or failed
                continue
            yield customer_id
        if not failed:
            _end(settlement, at)


def progress(settlement: Settlement) -> tuple[int, int]:
    """How many of how many customers are looked at; later: treated."""
    rows = SettlementPart.across.filter(settlement=settlement)
    if settlement.state == S.LOOKING:
        return rows.filter(tries=0).count(), settlement.of_all
    hit = rows.filter(hits__gt=0)
    return hit.exclude(settled_at=None).count(), hit.count()


def _left(settlement: Settlement, at: datetime) -> list[uuid.UUID]:
    """Those still to be looked at; later all that it may hit and that are not treated, also those
    that it did not hit when they were looked at."""
    rows = SettlementPart.across.filter(settlement=settlement)
    if settlement.retried_at is not None:
        rows = rows.exclude(failed_at__lt=settlement.retried_at)
    ahead = set(everywhere.customers_ahead(settlement, at))
    if settlement.state == S.LOOKING:
        return sorted(ahead - set(rows.filter(tries=0).values_list("customer_id", flat=True)))
    done = rows.exclude(settled_at=None).values_list("customer_id", flat=True)
    hit = rows.filter(hits__gt=0).values_list("customer_id", flat=True)
    return sorted((ahead | set(hit)) - set(done))


def _look(settlement: Settlement, *, at: datetime) -> None:
    seen = preview(everywhere.edit_of(settlement), by=settlement.asked_by, at=at)
    part = _part(settlement, at)
    part.digest, part.hits, part.looked_at = seen.digest, len(seen.rows), at
    part.shown = [_kept(row) for row in seen.rows]
    _because(part, None)
    part.save()


def _treat(settlement: Settlement, *, at: datetime) -> None:
    """Everything that it hits here as was chosen, where it is still what was shown; else it is
    left, and why is kept."""
    customer_id = tenancy.current_customer_id()
    part = _part(settlement, at)
    _because(part, None)
    try:
        with tenancy.transaction(customer_id):
            apply(
                everywhere.edit_of(settlement), strategy=Strategy(settlement.strategy),
                per_job={}, digest=part.digest if part.hits else "", by=settlement.confirmed_by,
                at=at,
            )  # fmt: skip
    except LookFirst as refusal:
        part.hits = max(part.hits, len(refusal.now.rows))
        _because(part, Told(NEW_HITS, {"count": len(refusal.now.rows)}))
    except (ChangedMeanwhile, NotSettled) as refusal:
        part.hits = max(part.hits, len(refusal.now.rows))
        _because(part, sentences.refusal(refusal))
    part.settled_at = at
    part.save()


def _part(settlement: Settlement, at: datetime) -> SettlementPart:
    """The current customer's, locked, or a new one."""
    rows = SettlementPart.objects.filter(settlement=settlement).select_for_update()
    customer_id = tenancy.current_customer_id()
    return rows.first() or SettlementPart(
        customer_id=customer_id, settlement=settlement, looked_at=at
    )


def _because(part: SettlementPart, why: Told | None) -> None:
    """Why it is left as it is; None: it is not. Either way the portal did not fail at it."""
    part.why = str(why.sentence)[:WHY] if why else ""
    part.said = sentences.keep(why) if why else None
    part.tries, part.failed_at = 0, None


def _give_up(settlement: Settlement, customer_id: uuid.UUID, at: datetime) -> bool:
    """Count that the portal failed at a customer: too often, and it is named for a person instead
    of being tried again for ever. False: the next sweep tries again."""
    with tenancy.transaction(customer_id):
        part = _part(settlement, at)
        part.tries += 1
        given_up = part.tries >= TRIES
        if given_up:
            _because(part, Told(FAILED))
            part.failed_at = at
            part.settled_at = at if settlement.state == S.SETTLING else None
        part.save()
    return given_up


def _end(settlement: Settlement, at: datetime) -> None:
    rows = SettlementPart.across.filter(settlement=settlement)
    try:
        if settlement.state == S.SETTLING:
            settlement.finish(at=at)
            settlement.save()
            left = rows.exclude(why="").count()
            data = {"customers": rows.exclude(settled_at=None).count(), "left": left}
            audit.record_platform(SettlementEvent.DONE, settlement, at=at, data=data)
        elif rows.exclude(hits=0, why="").exists():
            settlement.show()
            settlement.save()
        else:
            everywhere.hits_nobody(settlement, at=at)
    except ConcurrentTransition:
        return  # a person dropped it just now


def _kept(row: Any) -> dict[str, Any]:
    """A row of a preview as plain values; instants become text, sentences can be told later."""
    told = {**vars(row), "why": [sentences.keep(one) for one in row.why]}
    told["outcomes"] = [
        {
            **vars(one),
            "moves": [asdict(move) for move in one.moves],
            "refusal": sentences.keep(one.refusal) if one.refusal else "",
            "broken": [sentences.keep(said) for said in one.broken],
        }
        for one in row.outcomes.values()
    ]
    return told
