"""An appliance's measured state, kept round a window to compare: what changed, what was expected
to, and what a person must look at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from appliances.events import Event
from appliances.models import Appliance, Difference, Snapshot
from appliances.services import thresholds
from appliances.services.measuring import Measured
from portal import audit
from portal.errors import NotNow

Data = dict[str, Any]
NO_ANSWER = "no_answer"
# These tell when, not what: they differ each time.
MOMENTS = frozenset({"last_sync_at"})


@dataclass(frozen=True)
class Foreseen:
    """What a window is to change on one appliance: the product it installs, and whole families of
    values (roles, clients) by the first part of their keys."""

    products: frozenset[str] = frozenset()
    families: frozenset[str] = field(default=frozenset())


def data_of(found: Measured) -> Data:
    """Flat, so that two can be compared key by key; what the appliance cannot tell is left out."""
    seen = found.seen
    if not seen.answered:
        return {NO_ANSWER: seen.detail or seen.kind}
    told: Data = {
        "health": seen.kind,
        "version": seen.version,
        "build": seen.build,
        "failover_role": seen.failover_role,
        "cluster_role": seen.cluster_role,
        "shared_ips": sorted(seen.shared_ips),
        "sync_status": seen.last_sync_status,
        "last_sync_at": seen.last_sync_at.isoformat() if seen.last_sync_at else None,
        "certificate_ends": _day(seen.certificate_ends_at),
        "reps": found.reps,
        "users": found.users,
        "teams": found.teams,
    }
    told |= _clients(found) | _flags(found)
    return {key: value for key, value in told.items() if value not in (None, "", [])}


def _day(at: datetime | None) -> str | None:
    return at.date().isoformat() if at else None


def _clients(found: Measured) -> Data:
    told: Data = {}
    if own := found.clients:
        told |= {f"clients.{kind}": number for kind, number in own.by_type.items()}
    if found.tally:
        told |= {"jump_clients.total": found.tally.total, "jump_clients.lost": found.tally.lost}
    return told | {f"jumpoint.{row.name}": row.connected for row in found.jumpoints or ()}


def _flags(found: Measured) -> Data:
    """The nodes' flags, in the list of a master."""
    rows = found.nodes or ()
    if len(rows) < 2:
        return {}
    return {f"accepting.{row.name}": row.accepting_connections for row in rows}


def keep(
    found: Measured, *, at: datetime, job: Any = None, window: int = 0, moment: str = ""
) -> Snapshot:
    """Write a measured state down, inside the customer's transaction. What did not answer is
    written down as that."""
    snapshot = Snapshot.objects.create(
        customer_id=found.box.customer_id, appliance_id=found.box.pk,
        job_id=getattr(job, "pk", job), window=window, moment=moment, taken_at=at,
        data=data_of(found),
    )  # fmt: skip
    data = {"window": window, "moment": moment, "answered": found.seen.answered}
    audit.record(Event.SNAPSHOT_TAKEN, found.box, job=job, at=at, data=data)
    return snapshot


@dataclass(frozen=True)
class Change:
    """One value that is another one now. `beyond`: a person must look at it."""

    key: str
    before: Any
    after: Any
    expected: bool
    tolerance: int | None
    beyond: bool


def compare(
    before: Data, after: Data, *, foreseen: Foreseen = Foreseen(),
    values: thresholds.Values = thresholds.BUILT_IN,
) -> list[Change]:  # fmt: skip
    """Every value that differs, judged; in the order of their keys. Where one of the two was not
    measured there is nothing to compare but that."""
    if NO_ANSWER in before or NO_ANSWER in after:
        return list(_unanswered(before, after))
    keys = sorted((before.keys() | after.keys()) - MOMENTS)
    pairs = ((key, before.get(key), after.get(key)) for key in keys)
    return [_judge(key, old, new, foreseen, values) for key, old, new in pairs if old != new]


def _unanswered(before: Data, after: Data) -> Iterator[Change]:
    """It answered before and does not now: that is for a person."""
    if NO_ANSWER in before and NO_ANSWER in after:
        return
    gone = NO_ANSWER in after
    yield Change("answers", not gone or NO_ANSWER not in before, not gone, False, None, gone)


def _judge(
    key: str, before: Any, after: Any, foreseen: Foreseen, values: thresholds.Values
) -> Change:
    tolerance = _tolerance(key, values)
    expected = _foreseen(key, before, after, foreseen)
    beyond = not expected and not _within(before, after, tolerance)
    return Change(key, before, after, expected, tolerance, beyond)


def _foreseen(key: str, before: Any, after: Any, foreseen: Foreseen) -> bool:
    if key == "version":
        return str(after) in foreseen.products
    if key == "build":
        return bool(foreseen.products)
    return key.partition(".")[0] in foreseen.families


TOLERANCES: Mapping[str, str] = {
    "clients": "TOLERANCE.clients",
    "reps": "TOLERANCE.reps",
    "jump_clients": "TOLERANCE.jump_clients",
    "users": "TOLERANCE.users",
    "teams": "TOLERANCE.teams",
}


def _tolerance(key: str, values: thresholds.Values) -> int | None:
    named = TOLERANCES.get(key.partition(".")[0])
    return values[named] if named else None


def _within(before: Any, after: Any, tolerance: int | None) -> bool:
    """Numbers may fall by so many per cent of what there was; more than before is no loss."""
    if tolerance is None or not _counts(before) or not _counts(after):
        return False
    return after >= before or (before - after) * 100 <= before * tolerance


def _counts(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def keep_differences(
    changes: Iterable[Change], box: Appliance, *, job: Any, window: int, at: datetime
) -> list[Difference]:
    """Write the changes of a window down, once: a second pass changes nothing."""
    rows = [
        Difference(
            customer_id=box.customer_id, appliance=box, job_id=job.pk, window=window,
            key=one.key[:120], before=one.before, after=one.after, expected=one.expected,
            tolerance=one.tolerance, beyond=one.beyond, found_at=at,
        )
        for one in changes
    ]  # fmt: skip
    Difference.objects.bulk_create(rows, ignore_conflicts=True)
    if beyond := [row.key for row in rows if row.beyond]:
        data = {"window": window, "values": beyond}
        audit.record(Event.DIFFERENCE_FOUND, box, job=job, at=at, data=data)
    return rows


def acknowledge(row: Difference, *, by: Any, at: datetime, remark: str = "") -> Difference:
    """Somebody looked at it and says that it is right so. Raises NotNow if it needs nobody."""
    row = Difference.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not row.is_open:
        raise NotNow(_("Somebody has looked at this already."))
    row.acknowledged_by, row.acknowledged_at, row.remark = by, at, remark.strip()[:400]
    row.save(update_fields=["acknowledged_by", "acknowledged_at", "remark"])
    data = {"window": row.window, "key": row.key, "reason": row.remark}
    audit.record(
        Event.DIFFERENCE_ACKNOWLEDGED, row.appliance, by=by, job=row.job_id, at=at, data=data
    )
    return row
