"""How far whoever holds a step says it is: kept on the step, shown on its pages, told to nobody.

What is told often is no event of the chain, as the runner's looks on the way are none. A program
that tells it is alive: its lease begins anew.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.errors import NotNow, Refused
from portal.models import ApiKey
from upgrades.models import JobStep
from upgrades.services import handing

LONGEST = 200  # characters of a note


class NotTheHolder(Refused):
    """Only whoever took the step says how far it is."""

    code = "not-the-holder"


def tell(
    step: JobStep, *, percent: int | None = None, note: str = "", by: Any, at: datetime,
    key: ApiKey | None = None,
) -> JobStep:  # fmt: skip
    """So much is done (0 to 100; None: not known), and what it is at. The step's number stays, so
    that a worker who looks at the appliance meanwhile keeps its look.

    Raises NotNow if the step asks nobody any more, NotTheHolder for everybody but its holder.
    """
    rows = JobStep.objects.select_for_update(of=("self",), no_key=True)
    row = rows.values("state", "holder_id", "holder_until").get(pk=step.pk)
    if row["state"] != step.state or step.state != JobStep.State.ASKING:
        raise NotNow(
            _("Somebody was quicker: this step has moved on meanwhile."),
            remedy=_("Read it as it is now, then decide again."),
        )
    step.holder_id, step.holder_until = row["holder_id"], row["holder_until"]
    if step.holder_id != by.pk:
        handing.demand_free(step, by)
        raise NotTheHolder(
            _("You do not hold this step."), remedy=_("Take it first, then say how far it is.")
        )
    # A person who took it on a page holds it without end: their program does not shorten that.
    until = handing.lease(key) if step.holder_until is not None else None
    said = {"percent": percent, "note": note.strip()[:LONGEST], "at": at.isoformat()}
    step.progress(told=said, until=until)
    step.save(update_fields=["progressed", "holder_until"])
    return step


def told(step: JobStep) -> dict[str, Any] | None:
    """What whoever is at it told last: percent or None, note, at; whether they went silent since
    (their lease is over)."""
    if step.state != JobStep.State.ASKING or not step.progressed:
        return None
    at = datetime.fromisoformat(step.progressed["at"])
    return {**step.progressed, "at": at, "silent": step.is_lapsed}
