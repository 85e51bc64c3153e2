"""A person answers for one check of one upgrade (G-PREP-11 among them), and for no other's."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from appliances.models import Appliance, Waiver
from appliances.services import waivers
from portal.errors import NotNow
from upgrades.models import UpgradeJob
from upgrades.models.job import ENDED


def waive(
    job: UpgradeJob, name: str, *, reason: str, expires_at: datetime, by: Any, at: datetime,
    appliance: Appliance | None = None,
) -> Waiver:  # fmt: skip
    """Raises NotNow for a job that is over, waivers.NeverWaived and waivers.BadWaiver."""
    if job.state in ENDED:
        raise NotNow(_("The job is over: nobody needs to answer for its checks."))
    return waivers.give(
        job.site, name, reason=reason, expires_at=expires_at, by=by, at=at, appliance=appliance,
        job_id=job.pk,
    )  # fmt: skip
