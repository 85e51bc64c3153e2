"""What waits for a second pair of eyes, and what was approved."""

from rest_framework import serializers

from appliances.api.serializers.names import PackageName, SiteName
from portal.api.bases import Answer, CustomerName, Pages, PersonName
from portal.api.fields import Instant
from upgrades.models import UpgradeJob


class ApprovalAnswer(Answer):
    """`digest` is of the plan that was, or is to be, approved: `POST /api/v1/jobs/{job}/approve`
    takes it."""

    id = serializers.UUIDField(help_text="The job's.")
    label = serializers.CharField()
    customer = CustomerName()
    site = SiteName()
    target = PackageName()
    state = serializers.ChoiceField(UpgradeJob.State.choices)
    given = serializers.SerializerMethodField()
    digest = serializers.SerializerMethodField()
    requested_by = PersonName()
    requested_at = Instant()
    approved_by = PersonName(allow_null=True, help_text="null: agreed in advance.")
    approved_at = Instant(allow_null=True)
    not_before = serializers.DateField(allow_null=True, help_text="It covers the job from.")
    not_after = serializers.DateField(allow_null=True)

    def get_given(self, job: UpgradeJob) -> bool:
        return job.approved_at is not None

    def get_digest(self, job: UpgradeJob) -> str:
        return str(job.plan.get("digest", ""))


class ApprovalQuery(Pages):
    lookups = {"given": "approved_at__isnull", "site": "site_id"}

    given = serializers.BooleanField(required=False, allow_null=True, default=None)
    site = serializers.UUIDField(required=False)

    def validate_given(self, value: bool | None) -> bool | None:
        return None if value is None else not value
