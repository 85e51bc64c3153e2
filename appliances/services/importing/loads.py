"""An import as a use case: seen first, then loaded whole; nothing of it if anything is bad."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from appliances.services.importing.bringing import SAME, Bringing, Change
from appliances.services.importing.cells import Options
from appliances.services.importing.columns import Kind
from appliances.services.importing.gathering import Group, gather
from appliances.services.importing.reading import (
    MOST_FILES,
    MOST_ROWS,
    Given,
    NoTable,
    Problem,
    Row,
    read,
)
from portal import audit, tenancy
from portal.errors import Refused
from portal.services import customers


class SeenOtherwise(Refused):
    """Between the preview and now something changed that the import would touch."""

    code = "import-seen-otherwise"


Progress = Callable[[int, int], None]  # customers done, of how many


def unseen(_done: int, _of: int) -> None:
    """Nobody looks how far it is."""


@dataclass(frozen=True)
class Hit:
    """An upgrade with a booked window that no longer fits once this is loaded, and why."""

    customer: str
    site: str
    job: str
    said: str
    link: str


# What does not fit in the current customer, by a key that stays: asked before a customer's things
# are brought in, and after. Whoever looks after upgrades gives it; here nothing is known of them.
Watch = Callable[[], Mapping[Any, Hit]]
# What becomes of those that are hit, in the transaction that brought the customer's things in;
# gives those that stay as they are, each with why.
Treat = Callable[[Mapping[Any, Hit]], list[Hit]]


def let_be(hits: Mapping[Any, Hit]) -> list[Hit]:
    """They keep their times, and are conflicts until somebody moves them."""
    return list(hits.values())


@dataclass(frozen=True)
class Report:
    """What an import would do, or did. `mark` names exactly these changes, and what they hit."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0
    loaded: bool = False
    hits: list[Hit] = field(default_factory=list)

    @property
    def mark(self) -> str:
        told = json.dumps([asdict(each) for each in (*self.changes, *self.hits)], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many are new, changed and the same, by kind."""
        found = Counter((change.kind, change.what) for change in self.changes)
        kinds = [kind for kind in Kind if any(of == kind for of, _what in found)]
        return {
            str(kind): {what: found[kind, what] for what in ("new", "changed", "same")}
            for kind in kinds
        }

    @property
    def to_do(self) -> list[Change]:
        return [change for change in self.changes if change.what != SAME]

    @property
    def kept(self) -> list[Change]:
        return [change for change in self.changes if change.kept]


def preview(
    files: Sequence[Given], *, options: Options, by: Any, at: datetime,
    progress: Progress = unseen, watch: Watch = dict,
) -> Report:  # fmt: skip
    """What would happen; nothing does. Raises NoTable."""
    rows, problems = _read(files)
    groups, bad = gather(rows, options)
    problems += bad
    changes, hits = list[Change](), list[Hit]()
    for number, group in enumerate(groups, start=1):
        turn = _turn(group, by=by, at=at, for_good=False, watch=watch)
        progress(number, len(groups))
        changes += turn.changes
        problems += turn.problems
        hits += turn.hits
    return Report(changes, _in_order(problems, files), len(rows), hits=hits)


def load(
    files: Sequence[Given], *, options: Options, by: Any, at: datetime, seen: str = "",
    progress: Progress = unseen, watch: Watch = dict, treat: Treat = let_be,
) -> Report:  # fmt: skip
    """Bring it all in, customer by customer, unless anything is bad: then nothing.

    `seen`: the mark of the preview that was agreed to; `treat`: what becomes of the upgrades that
    it hits (the report's `hits` are then those that stay as they are). Raises NoTable,
    SeenOtherwise. Should a customer be refused now, after all was well a moment ago, the others
    are in: the report says so, and the same import again brings the rest.
    """
    before = preview(
        files, options=options, by=by, at=at, progress=progress, watch=watch
    )  # fmt: skip
    if before.problems or not before.to_do:
        return before
    if seen and seen != before.mark:
        raise SeenOtherwise(
            _("The record has changed since this preview was made."),
            remedy=_("Look at the preview again."),
        )
    about = {
        "files": [{"name": f.name, "sha256": hashlib.sha256(f.data).hexdigest()} for f in files],
        "counts": before.counts,
        "hits": len(before.hits),
    }
    with transaction.atomic():
        audit.record_platform("fleet.import_begun", by=by, at=at, data=about)
    groups, _bad = gather(_read(files)[0], options)
    turns = []
    for number, group in enumerate(groups, start=1):
        turns.append(_turn(group, by=by, at=at, for_good=True, watch=watch, treat=treat))
        progress(number, len(groups))
    problems = [problem for turn in turns for problem in turn.problems]
    changes = [change for turn in turns if not turn.problems for change in turn.changes]
    left = [hit for turn in turns for hit in turn.hits]
    done = Report(changes, _in_order(problems, files), before.rows, loaded=True, hits=left)
    refused = [turn.group.slug for turn in turns if turn.problems]
    with transaction.atomic():
        audit.record_platform(
            "fleet.imported", by=by, at=at,
            data={**about, "counts": done.counts, "refused": refused},
        )  # fmt: skip
    return done


def _read(files: Sequence[Given]) -> tuple[list[Row], list[Problem]]:
    if not files or len(files) > MOST_FILES:
        raise NoTable(_("Give one to %(most)d files.") % {"most": MOST_FILES})
    rows, problems = list[Row](), list[Problem]()
    for file in files:
        more, bad = read(file)
        rows += more
        problems += bad
    if len(rows) > MOST_ROWS:
        raise NoTable(_("An import has at most %(most)d lines.") % {"most": MOST_ROWS})
    return rows, problems


def _turn(
    group: Group, *, by: Any, at: datetime, for_good: bool, watch: Watch = dict,
    treat: Treat = let_be,
) -> Bringing:  # fmt: skip
    """One customer in a transaction of its own; taken back unless it is for good and all well."""
    known = customers.id_of_slug(group.slug)
    turn = Bringing(group, by, at, is_new=known is None)
    try:
        with transaction.atomic():
            if known is None:
                known = _opened(turn)
            if known is not None:
                with tenancy.transaction(known):
                    if for_good:
                        customers.lock()
                    before = watch()
                    turn.all()
                    hits = {key: hit for key, hit in watch().items() if key not in before}
                    taken_back = turn.problems or not for_good
                    turn.hits = let_be(hits) if taken_back else treat(hits)
                    transaction.set_rollback(bool(taken_back))
            transaction.set_rollback(bool(turn.problems) or not for_good)
    except IntegrityError:
        first = group.of(Kind.CUSTOMER)[0]
        turn.problems.append(
            first.problem("customer", _("Somebody else has just changed this. Import it again."))
        )
    return turn


def _opened(turn: Bringing) -> Any:
    """A new customer; None where it cannot be one."""
    thing = turn.group.of(Kind.CUSTOMER)[0]
    if not turn.has_what_it_needs(thing):
        return None
    customer = customers.open_customer(at=turn.at, by=turn.by, **thing.values)
    return customer.pk


def _in_order(problems: Iterable[Problem], files: Sequence[Given]) -> list[Problem]:
    places = {file.name: number for number, file in enumerate(files)}
    return sorted(dict.fromkeys(problems), key=lambda one: (places[one.file], one.line))
