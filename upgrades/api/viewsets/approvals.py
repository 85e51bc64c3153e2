from django.db.models import Q, QuerySet

from portal.api.pages import Keyset
from portal.api.resource import Collection
from upgrades.api.serializers.approvals import ApprovalAnswer, ApprovalQuery
from upgrades.models import UpgradeJob


class Approvals(Collection):
    """What waits for an approver, and what was approved by whom. Each is under its job's id;
    `approve` and `reject` are the job's."""

    model = UpgradeJob
    related = ("customer", "site", "target", "requested_by", "approved_by")
    site_path = "site_id"
    order = Keyset("-requested_at")
    needs = {"list": "job.view", "retrieve": "job.view"}
    asks = {"list": ApprovalQuery}
    gives = {"retrieve": ApprovalAnswer}

    def rows(self) -> "QuerySet[UpgradeJob]":
        asked = Q(state=UpgradeJob.State.PROPOSED) | Q(approved_at__isnull=False)
        return super().rows().filter(asked, requested_at__isnull=False)
