"""The customer's own word where regions of a cluster are away for a time (G-RULE-7)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.errors import Refused
from upgrades.models import UpgradeJob


class NeedsWord(Refused):
    """A region, or the whole cluster, is without an accepting node for a time."""

    code = "needs-word"


def agree(job: UpgradeJob, *, word: bool, by: Any, at: datetime) -> None:
    """Keep who gave the word, where the plan needs one. Support gives it on nobody's behalf: what
    is said on the telephone is given by the approver through the link of the mail. Raises
    NeedsWord."""
    if not job.plan.get("dark"):
        return
    if not word:
        raise NeedsWord(
            _("For a time no node of a region accepts connections: this needs your word."),
            remedy=_("Tick that you agree, or reject the plan and choose other nodes."),
            fields={"word": _("Tick it if you agree.")},
        )
    if by.is_staff:
        raise NeedsWord(
            _("Only somebody of the customer can give this word."),
            remedy=_("An approver of the customer approves the plan: the e-mail leads there."),
        )
    job.word_by, job.word_at = by, at
