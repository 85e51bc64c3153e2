"""Changes for every customer as staff see them: reads, across customers."""

from django.db.models import QuerySet

from upgrades.models import Settlement, SettlementPart

MOST = 200


def parts(settlement: Settlement) -> "QuerySet[SettlementPart]":
    """The customers that it hits, by name."""
    rows = SettlementPart.across.filter(settlement=settlement, hits__gt=0)
    return rows.select_related("customer").order_by("customer__name", "pk")


def left(settlement: Settlement) -> list[SettlementPart]:
    """Those that were left as they are."""
    return list(parts(settlement).exclude(why="")[:MOST])


def under_way() -> list[Settlement]:
    """What is looked at, to be decided or carried out, newest first."""
    over = [Settlement.State.DONE, Settlement.State.DROPPED]
    return list(Settlement.objects.exclude(state__in=over).order_by("-asked_at")[:MOST])
