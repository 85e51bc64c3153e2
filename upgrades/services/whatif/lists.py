"""Changes for every customer as staff see them: reads, across customers."""

from typing import Any

from django.db.models import QuerySet

from upgrades.models import Settlement, SettlementPart
from upgrades.services import sentences

MOST = 200


def parts(settlement: Settlement) -> "QuerySet[SettlementPart]":
    """The customers that it hits, by name."""
    rows = SettlementPart.across.filter(settlement=settlement, hits__gt=0)
    return rows.select_related("customer").order_by("customer__name", "pk")


def concerned(settlement: Settlement) -> "QuerySet[SettlementPart]":
    """The same, and those that the portal failed at."""
    rows = SettlementPart.across.filter(settlement=settlement).exclude(hits=0, why="")
    return rows.select_related("customer")


def left(settlement: Settlement) -> list[SettlementPart]:
    """Those that were left as they are, and those that the portal failed at."""
    rows = SettlementPart.across.filter(settlement=settlement).exclude(why="")
    return list(rows.select_related("customer").order_by("customer__name", "pk")[:MOST])


def may_retry(settlement: Settlement) -> bool:
    """The portal failed at customers of it, and nobody works at it now."""
    if settlement.state not in (Settlement.State.SHOWN, Settlement.State.DONE):
        return False
    rows = SettlementPart.across.filter(settlement=settlement)
    return rows.exclude(failed_at=None).exists()


def why(part: SettlementPart) -> str:
    """Why it was left as it is, in the language that is active."""
    return sentences.kept(part.said) if part.said else part.why


def told(kept: dict[str, Any]) -> dict[str, Any]:
    """A kept row of a preview with its sentences in the language that is active."""
    outcomes = [
        {
            **one,
            "refusal": sentences.kept(one["refusal"]),
            "broken": [sentences.kept(said) for said in one["broken"]],
        }
        for one in kept["outcomes"]
    ]
    return {**kept, "why": [sentences.kept(one) for one in kept["why"]], "outcomes": outcomes}


def under_way() -> list[Settlement]:
    """What is looked at, to be decided or carried out, newest first."""
    over = [Settlement.State.DONE, Settlement.State.DROPPED]
    return list(Settlement.objects.exclude(state__in=over).order_by("-asked_at")[:MOST])
