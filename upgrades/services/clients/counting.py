"""How many clients of a look are what, and how many of them somebody still has to decide about."""

from upgrades.models import ClientDecision, ClientLook, ClientRow
from upgrades.models.clients import ClientKind

SETTLES = (ClientDecision.Choice.REDEPLOY, ClientDecision.Choice.LET_GO)  # waiting is what holds


def undecided(look: ClientLook) -> int:
    """How many of its clients can be reached, have not followed, and nobody has decided about."""
    settled = ClientDecision.objects.filter(
        job_id=look.job_id, hop=look.hop, choice__in=SETTLES
    ).values("key")
    pending = ClientRow.objects.filter(look=look, kind=ClientKind.PENDING)
    return pending.exclude(key__in=settled).count()


def figures(look: ClientLook) -> dict[str, int]:
    """What a step keeps of a look: the rows are in a table of their own."""
    pending, open_ = look.count(ClientKind.PENDING), undecided(look)
    return {
        "total": look.total, "updated": look.count(ClientKind.FOLLOWED),
        "to_come": look.count(ClientKind.PENDING, ClientKind.OFF_LINE),
        "on_line_queued": pending, "off_line": look.count(ClientKind.OFF_LINE),
        "lost": look.count(ClientKind.LOST), "undecided": open_, "decided": pending - open_,
    }  # fmt: skip
