"""Jobs, their bookings and notes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from appliances.api.narrowed import OfSites
from appliances.api.serializers.names import ApplianceName, PackageName, SiteName
from portal.api.bases import Answer, Body, CustomerName, PersonName, Query
from portal.api.events import EventAnswer
from portal.api.fields import Instant, words
from upgrades.api.serializers.plans import PlanAnswer, Wish
from upgrades.models import Booking, JobNote, UpgradeJob


class BookingAnswer(Answer):
    """A slot taken by a job. It ends at `ends_at` and must have begun by `last_safe_start`."""

    id = serializers.UUIDField()
    job_id = serializers.UUIDField()
    site = SiteName()
    window = serializers.IntegerField()
    starts_at = Instant()
    ends_at = Instant()
    worst_minutes = serializers.IntegerField()
    state = serializers.ChoiceField(Booking.State.choices)
    uid = serializers.CharField(help_text="The iCalendar UID, for life.")
    revision = serializers.IntegerField(help_text="The iCalendar SEQUENCE.")


class JobAnswer(Answer):
    """One site taken to one target by one procedure."""

    id = serializers.UUIDField()
    label = serializers.CharField()
    number = serializers.IntegerField()
    customer = CustomerName()
    site = SiteName()
    procedure = serializers.CharField()
    method = serializers.CharField()
    target = PackageName()
    replacement = ApplianceName(allow_null=True, help_text="New hardware that it puts in place.")
    repairs_id = serializers.UUIDField(
        allow_null=True, help_text="The abandoned job whose remains it puts right."
    )
    state = serializers.ChoiceField(UpgradeJob.State.choices)
    expected_minutes = serializers.IntegerField()
    worst_minutes = serializers.IntegerField()
    downtime_expected_minutes = serializers.IntegerField(source="downtime_expected")
    downtime_worst_minutes = serializers.IntegerField(source="downtime_worst")
    not_before = serializers.DateField(allow_null=True, help_text="The approval covers it from.")
    not_after = serializers.DateField(allow_null=True)
    requested_by = PersonName()
    requested_at = Instant(allow_null=True)
    approved_by = PersonName(allow_null=True)
    approved_at = Instant(allow_null=True)
    made_at = Instant()
    started_at = Instant(allow_null=True)
    ended_at = Instant(allow_null=True)
    pause_asked_at = Instant(allow_null=True)
    halted_at = Instant(allow_null=True)
    base_problem = serializers.BooleanField()
    reason = serializers.CharField(source="why")
    left_behind = serializers.ListField(child=serializers.CharField())


class MoveAnswer(Answer):
    """A window that was moved since the job was last approved."""

    window = serializers.IntegerField()
    was = Instant()
    now = Instant()
    by = serializers.CharField(source="name")


class JobDetail(JobAnswer):
    plan = PlanAnswer()
    moved = MoveAnswer(source="moves", many=True)
    bookings = serializers.SerializerMethodField()
    steps_by_state = serializers.SerializerMethodField()

    @extend_schema_field(BookingAnswer(many=True))
    def get_bookings(self, job: UpgradeJob) -> Any:
        rows = job.bookings.select_related("site").order_by("slot")
        return BookingAnswer(rows, many=True).data

    def get_steps_by_state(self, job: UpgradeJob) -> dict[str, int]:
        counted: dict[str, int] = {}
        for state in job.steps.values_list("state", flat=True):
            counted[state] = counted.get(state, 0) + 1
        return counted


class NoteAnswer(Answer):
    id = serializers.UUIDField()
    text = serializers.CharField()
    audience = serializers.ChoiceField(JobNote.Audience.choices)
    written_by = PersonName()
    written_at = Instant()


class JobQuery(OfSites):
    lookups = {
        "state": "state__in", "site": "site_id", "customer": "customer_id",
        "simulated": "site__simulated",
    }  # fmt: skip

    state = words(UpgradeJob.State.choices)
    site = serializers.UUIDField(required=False)
    customer = serializers.UUIDField(required=False)
    simulated = serializers.BooleanField(required=False, allow_null=True, default=None)


class EventQuery(Query):
    after = serializers.IntegerField(
        default=0, min_value=0, max_value=2**62, help_text="The number of the last event you have."
    )
    limit = serializers.IntegerField(default=100, min_value=1, max_value=100)


class EventPage(Answer):
    results = EventAnswer(many=True)
    next = serializers.URLField(allow_null=True)


class BookingQuery(OfSites):
    lookups = {"job": "job_id", "site": "site_id", "state": "state__in"}

    job = serializers.UUIDField(required=False)
    site = serializers.UUIDField(required=False)
    state = words(Booking.State.choices)


class JobBody(Wish):
    site = serializers.UUIDField()


class Earliest(Body):
    earliest = Instant(required=False, help_text="The windows lie after it.")


class Digest(Body):
    digest = serializers.CharField(
        required=False, max_length=64, default="", help_text="Of the plan that you have read."
    )


class Approval(Digest):
    word = serializers.BooleanField(
        default=False,
        help_text="You agree that the plan's `dark` regions are without an accepting node for a "
        "time. Needed where there are any.",
    )


class NoteBody(Body):
    text = serializers.CharField(max_length=2000)
    audience = serializers.ChoiceField(JobNote.Audience.choices)


class Move(Body):
    starts_at = Instant()
    whole_path = serializers.BooleanField(
        default=False, help_text="Move every window from this one on."
    )
    override = serializers.CharField(
        default="", allow_blank=True, max_length=400,
        help_text="Why freezes, a promised notice and full hours shall not count.",
    )  # fmt: skip
