"""The clients of a look as a list: found, sorted, a page at a time, and as CSV."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from portal import tenancy
from portal.services.spreadsheets import line
from upgrades.models import ClientDecision, ClientLook, ClientRow
from upgrades.models.clients import TO_COME, ClientKind

PAGE = 50
PIECE = 1000
SORTS = {"name": ("name", "pk"), "seen": (F("seen_at").asc(nulls_first=True), "name", "pk"),
         "group": ("jump_group", "name", "pk"), "kind": ("kind", "name", "pk")}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What part of a look is wanted, as an address says it."""

    kind: str = ""
    words: str = ""
    sort: str = "name"
    after: int = 0


def wish_of(given: Any) -> Wish:
    """From an address's parameters; what cannot be right is as if it was not said."""
    kind, sort, after = (given.get(name, "") for name in ("kind", "sort", "after"))
    return Wish(
        kind=kind if kind in ClientKind.values or kind == "TO_COME" else "",
        words=given.get("q", "").replace("\x00", "").strip()[:100],
        sort=sort if sort in SORTS else "name",
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 7 else 0,
    )


def found(look: ClientLook, wish: Wish) -> QuerySet[ClientRow]:
    """The rows of a look that a wish names, in no order."""
    rows = ClientRow.objects.filter(look=look)
    if wish.kind:
        rows = rows.filter(kind__in=TO_COME if wish.kind == "TO_COME" else [wish.kind])
    if wish.words:
        places = ("name", "hostname", "jump_group", "status")
        rows = rows.filter(
            Q(*((f"{place}__icontains", wish.words) for place in places), _connector=Q.OR)
        )
    return rows


def page(look: ClientLook, wish: Wish) -> tuple[list[ClientRow], bool]:
    """A page of rows, each with its `decision` or None, and whether more follow."""
    rows = list(found(look, wish).order_by(*SORTS[wish.sort])[wish.after : wish.after + PAGE + 1])
    decided(look, rows[:PAGE])
    return rows[:PAGE], len(rows) > PAGE


def decided(look: ClientLook, rows: Iterable[ClientRow]) -> None:
    """Put what was decided beside each row."""
    rows = list(rows)
    made = ClientDecision.objects.filter(
        job_id=look.job_id, hop=look.hop, key__in=[row.key for row in rows]
    ).select_related("by")
    by_key = {one.key: one for one in made}
    for row in rows:
        row.decision = by_key.get(row.key)  # type: ignore[attr-defined]


def as_csv(customer_id: uuid.UUID, look_id: uuid.UUID) -> Iterator[str]:
    """What is still to come, as lines of CSV: a thousand clients a transaction, so that it may
    stream. A cell that a spreadsheet would calculate is made a text."""
    yield "\ufeff" + line(_heads())
    last: tuple[str, Any] = ("", uuid.UUID(int=0))
    while True:
        with tenancy.transaction(customer_id):
            look = ClientLook.objects.filter(pk=look_id).first()
            rows = _after(look, last) if look else []
            if look:
                decided(look, rows)
        yield from (line(_cells(row)) for row in rows)
        if len(rows) < PIECE:
            return
        last = (rows[-1].name, rows[-1].pk)


def _after(look: ClientLook, last: tuple[str, Any]) -> list[ClientRow]:
    name, pk = last
    rows = ClientRow.objects.filter(look=look, kind__in=TO_COME)
    beyond = Q(name__gt=name) | Q(name=name, pk__gt=pk)
    return list(rows.filter(beyond).order_by("name", "pk")[:PIECE])


def _heads() -> list[str]:
    return [_("Name"), _("Host name"), _("Group"), _("State"), _("Last seen"), _("Status"),
            _("Decision"), _("Reason")]  # fmt: skip


def _cells(row: ClientRow) -> list[str]:
    decision = row.decision  # type: ignore[attr-defined]
    return [
        row.name, row.hostname, row.jump_group, str(row.get_kind_display()),
        row.seen_at.isoformat() if row.seen_at else "", row.status,
        str(decision.get_choice_display()) if decision else "", decision.reason if decision else "",
    ]  # fmt: skip
