"""How a confirmation is marked that stood on paper first: when it happened, and who did it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.errors import Refused
from upgrades.models import UpgradeJob


class NotThen(Refused):
    """It cannot have happened then."""

    code = "not-then"


@dataclass(frozen=True)
class Written:
    """`happened_at`: when the step was over; `began_at`: when it was begun, if that was noted;
    `done_by`: the name on the paper, which need not be somebody whom the portal knows."""

    happened_at: datetime
    done_by: str
    began_at: datetime | None = None

    def told(self, *, typed_at: datetime) -> dict[str, Any]:
        """What is kept with the step's evidence. No action has fields of these names."""
        return {
            "written_by": self.done_by,
            "happened_at": self.happened_at.isoformat(),
            "typed_at": typed_at.isoformat(),
        }


def demand(written: Written, job: UpgradeJob, at: datetime) -> None:
    """Raises NotThen for a time in the future, or before the job was begun."""
    for moment in filter(None, (written.happened_at, written.began_at)):
        if said := impossible(moment, job, at):
            raise NotThen(said)


def impossible(moment: datetime, job: UpgradeJob, at: datetime) -> str:
    """Why a step of the job cannot have been at work then; empty: it can."""
    if moment > at:
        return _("This lies in the future.")
    if job.started_at and moment < job.started_at:
        return _("The job had not begun then.")
    return ""


NAMES = ("written_by", "happened_at", "typed_at")
