"""The table of a preview, and the whole of it applied in one transaction of the customer."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _, gettext_noop, ngettext

from portal import audit
from portal.errors import Refused
from portal.services import customers
from upgrades.models import Booking, UpgradeJob
from upgrades.planning.vocabulary import Sentence
from upgrades.services import misfits, sentences
from upgrades.services.misfits import Misfit
from upgrades.services.sentences import Told
from upgrades.services.whatif.edits import Edit
from upgrades.services.whatif.outcomes import Outcome, Strategy, imagining, settle

B = Booking.State


@dataclass(frozen=True)
class Row:
    """One job hit: where it lies, why it no longer fits, and what each strategy makes of it."""

    job_id: uuid.UUID
    label: str
    site: str
    zone: str
    state: str
    target: str
    starts: tuple[tuple[int, datetime, datetime], ...]  # window, start, end of what is hit
    why: tuple[Told, ...]
    outcomes: Mapping[Strategy, Outcome]


@dataclass(frozen=True)
class Preview:
    """`digest` is of all that was shown: the same digest later means the same world. `done`: the
    row that the edit made or changed, once it was applied."""

    rows: tuple[Row, ...]
    digest: str
    done: Any = None


class ChangedMeanwhile(Refused):
    """What was previewed is not what would happen now. Nothing was saved; look again."""

    code = "changed-meanwhile"

    def __init__(self, now: Preview) -> None:
        super().__init__(
            _("This was changed meanwhile. Nothing was saved."),
            remedy=_("Look at what it would do now, then save it again."),
        )
        self.now = now


class LookFirst(ChangedMeanwhile):
    """Upgrades are hit, and nobody has looked yet at what would become of them."""

    code = "upgrades-hit"

    def __init__(self, now: Preview) -> None:
        super().__init__(now)
        self.sentence = ngettext(
            "%(count)d upgrade no longer fits then. Nothing was saved.",
            "%(count)d upgrades no longer fit then. Nothing was saved.",
            len(now.rows),
        ) % {"count": len(now.rows)}
        self.remedy = _("Look at what would become of them, choose, then save it again.")


class NotSettled(Refused):
    """A job cannot be treated as was chosen. Nothing was saved."""

    code = "job-not-settled"

    def __init__(self, row: Row, outcome: Outcome, now: Preview) -> None:
        super().__init__(
            Told(
                gettext_noop("%(job)s cannot be treated like that: %(why)s"),
                {"job": row.label, "why": _sentence(outcome.refusal)},
            ),
            remedy=_("Choose another strategy for this job. Nothing was saved."),
        )
        self.now = now


def preview(edit: Edit, *, by: Any, at: datetime) -> Preview:
    """Who would be hit and what each strategy would make of it; nothing is changed. In the
    customer's transaction. Raises what the edit itself raises (BadFreeze, BadWindow …)."""
    before = misfits.standing(at=at, kinds=edit.kinds, site_id=edit.site_id)
    rows: list[Row] = []
    with imagining():
        edit.apply(by=by, at=at)
        after = misfits.standing(at=at, kinds=edit.kinds, site_id=edit.site_id)
        for job_id, hit in edit.hits(before, after).items():
            rows.append(_row(job_id, hit, by=by, at=at))
    rows.sort(key=lambda row: (row.starts[0][1] if row.starts else at, row.label))
    return Preview(tuple(rows), _digest(rows))


def apply(
    edit: Edit, *, strategy: Strategy, per_job: Mapping[uuid.UUID, Strategy], digest: str,
    by: Any, at: datetime,
) -> Preview:  # fmt: skip
    """The edit, and every job hit treated as chosen (`strategy`, but for those named in
    `per_job`): all of it in this transaction of the customer, or nothing.

    Raises LookFirst without a digest where jobs are hit, ChangedMeanwhile if the world is another
    than the one previewed, NotSettled if a job cannot be treated so.
    """
    customers.lock()  # one edit of a customer at a time: what is seen next, stays
    seen = preview(edit, by=by, at=at)
    if seen.rows and seen.digest != digest:
        raise ChangedMeanwhile(seen) if digest else LookFirst(seen)
    before = misfits.standing(at=at, kinds=edit.kinds, site_id=edit.site_id)
    done = edit.apply(by=by, at=at)
    after = misfits.standing(at=at, kinds=edit.kinds, site_id=edit.site_id)
    hits = edit.hits(before, after)
    for row in seen.rows:
        chosen = per_job.get(row.job_id, strategy)
        became = settle(
            row.job_id,
            chosen,
            hits.get(row.job_id, []),
            reason=sentences.joined(row.why),
            by=by,
            at=at,
        )
        if not became.possible:
            raise NotSettled(row, became, seen)
        if became.moves != row.outcomes[chosen].moves:  # one job took another's place
            raise ChangedMeanwhile(seen)
        audit.record("job.displaced", _job(row.job_id), by=by, at=at, job=row.job_id, data={
            "strategy": chosen, "why": _for_programs(row),
            "moves": [[one.window, one.was, one.now] for one in became.moves],
        })  # fmt: skip
    return replace(seen, done=done)


def keep(edit: Edit, *, digest: str, by: Any, at: datetime) -> Preview:
    """The edit alone: the jobs that were shown keep their times, although they no longer fit.
    Raises LookFirst and ChangedMeanwhile as `apply` does."""
    customers.lock()
    seen = preview(edit, by=by, at=at)
    if seen.rows and seen.digest != digest:
        raise ChangedMeanwhile(seen) if digest else LookFirst(seen)
    done = edit.apply(by=by, at=at)
    for row in seen.rows:
        data = {"strategy": "keep", "why": _for_programs(row), "moves": []}
        audit.record("job.displaced", _job(row.job_id), by=by, at=at, job=row.job_id, data=data)
    return replace(seen, done=done)


def _row(job_id: uuid.UUID, hit: list[Misfit], *, by: Any, at: datetime) -> Row:
    job = _job(job_id)
    ids = {one.booking_id for one in hit}
    rows = job.bookings.filter(state__in=[B.HELD, B.BOOKED]).order_by("window")
    met = [row for row in rows if row.pk in ids or None in ids]
    why = tuple(dict.fromkeys(one.told for one in hit))
    outcomes = {}
    for strategy in Strategy:
        with imagining():
            outcomes[strategy] = settle(
                job_id, strategy, hit, reason=sentences.joined(why), by=by, at=at
            )
    starts = tuple((one.window, one.starts_at, one.ends_at) for one in met)
    return Row(
        job_id, job.label, job.site.name, job.site.zone, job.state, job.target.version, starts,
        why, outcomes,
    )  # fmt: skip


def _sentence(said: Told | str) -> Sentence:
    return said.sentence if isinstance(said, Told) else sentences.as_it_is(said)


def _for_programs(row: Row) -> list[str]:
    """In English, as everything that the trail keeps."""
    return [str(one.sentence) for one in row.why]


def _job(job_id: uuid.UUID) -> UpgradeJob:
    return UpgradeJob.objects.with_site().get(pk=job_id)


def _digest(rows: list[Row]) -> str:
    """Of what happens, not of the words for it: those depend on the reader."""
    what = [
        [
            row.job_id, row.state, row.starts,
            [
                [one.strategy, one.state, [asdict(move) for move in one.moves], one.possible]
                for one in row.outcomes.values()
            ],
        ]
        for row in rows
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(what, default=str).encode()).hexdigest()[:32]
