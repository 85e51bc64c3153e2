"""The kinds of clients as a page shows them: hue, word, how many, and what to do about each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from upgrades.models import ClientDecision, ClientLook
from upgrades.models.clients import TO_COME, ClientKind as K
from upgrades.services.clients.records import Recalled
from upgrades.views import proofs

FAMILY = {K.FOLLOWED: "good", K.PENDING: "wait", K.OFF_LINE: "asks", K.LOST: "stop"}
SYMBOL = {K.FOLLOWED: "done", K.PENDING: "waiting", K.OFF_LINE: "declined", K.LOST: "failed",
          K.GONE: "cancelled"}  # fmt: skip
WHAT_TO_DO = {
    K.FOLLOWED: gettext_lazy("Nothing: they carry the new release."),
    K.PENDING: gettext_lazy(
        "Wait: they update when they next check in, passive ones at least once in 24 hours. Who "
        "stays here has missed a release: redeploy by hand, or let it go with a reason. They hold "
        "the next product package."
    ),
    K.OFF_LINE: gettext_lazy(
        "Have the computer switched on: it updates by itself then. Another release meanwhile may "
        "leave it behind, so wait longer, or plan to redeploy by hand."
    ),
    K.LOST: gettext_lazy(
        "Not seen for so long that the appliance calls it lost. Find out whether the computer "
        "still exists: redeploy by hand with an installer made after the upgrade, or let it go."
    ),
    K.GONE: gettext_lazy("Nothing: they were uninstalled, and are counted nowhere."),
}
ORDER = (K.PENDING, K.OFF_LINE, K.LOST, K.FOLLOWED, K.GONE)


@dataclass(frozen=True)
class Kind:
    code: str
    family: str
    symbol: str
    word: str
    number: int
    todo: str


def of_look(look: ClientLook) -> list[Kind]:
    """Every kind with its number; those of which there are none only if they matter."""
    return [
        Kind(kind.value, FAMILY.get(kind, "idle"), SYMBOL[kind], str(kind.label),
             look.count(kind), str(WHAT_TO_DO[kind]))
        for kind in ORDER
        if look.count(kind) or kind in (K.PENDING, K.FOLLOWED)
    ]  # fmt: skip


def shares(look: ClientLook) -> list[tuple[str, int]]:
    kinds = (K.FOLLOWED, K.PENDING, K.OFF_LINE, K.LOST)
    return [(FAMILY[kind], look.count(kind)) for kind in kinds]


def marked(row: Any) -> Any:
    """A row with its mark (family, symbol, word), and whether there is something to decide."""
    kind = K(row.kind)
    row.mark = (FAMILY.get(kind, "idle"), SYMBOL[kind], str(kind.label))
    row.open = kind in TO_COME
    return row


@dataclass(frozen=True)
class Kept:
    """One thing that was written down earlier, in the reader's language."""

    said: str
    value: str
    source: str


def kept(found: Iterable[Recalled]) -> list[Kept]:
    return [
        Kept(gettext(one.label), proofs.written(one.value), f"{one.step.job.label}, {_who(one)}")
        for one in found
    ]


def _who(one: Recalled) -> str:
    return str(one.step.confirmed_by or gettext("portal"))


def choices() -> list[dict[str, object]]:
    told = {
        "WAIT": gettext_lazy("It goes on holding the next product package."),
        "REDEPLOY": gettext_lazy(
            "Somebody installs it anew, by an installer of after the upgrade."
        ),
        "LET_GO": gettext_lazy("It is not needed any more; the reason stays on record."),
    }
    return [
        {"value": value, "title": label, "detail": told[value], "chosen": value == "WAIT"}
        for value, label in ClientDecision.Choice.choices
    ]


def sorts() -> list[tuple[str, str]]:
    return [
        ("name", gettext("Name")),
        ("seen", gettext("Longest unseen first")),
        ("group", gettext("Group")),
        ("kind", gettext("State")),
    ]
