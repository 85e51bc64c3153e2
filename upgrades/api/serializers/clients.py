"""The clients of a job's site after a release, as a program sees them."""

from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.api.bases import Answer, Body, Pages, PersonName, Query
from portal.api.fields import Instant, words
from upgrades.models import ClientDecision, ClientExport, ClientLook, ClientRow
from upgrades.models.clients import ClientKind
from upgrades.services.clients import counting
from upgrades.services.clients.dates import Order


class ExportQuery(Query):
    """How the file is to be read. What it tells itself need not be said."""

    order = serializers.ChoiceField(
        [Order.DAY_FIRST.value, Order.MONTH_FIRST.value], required=False,
        help_text="Which comes first in dates such as 05/06/2026; asked for when they do not tell.",
    )  # fmt: skip
    zone = serializers.CharField(
        required=False, max_length=60, help_text="IANA name; of times without one. The site's."
    )
    release_at = serializers.DateTimeField(
        required=False, help_text="The appliance's last upgrade; else as the portal knows it."
    )

    def validate_zone(self, value: str) -> str:
        if value not in available_timezones():
            raise serializers.ValidationError(_("There is no such time zone."))
        return value


class LookAnswer(Answer):
    """One reading of all clients of a hop. Only `undecided` ones hold the next product."""

    id = serializers.UUIDField()
    job = serializers.UUIDField(source="job_id")
    hop = serializers.IntegerField()
    source = serializers.ChoiceField(ClientLook.Source.choices)
    read_at = Instant(source="ended_at")
    release_at = Instant(allow_null=True)
    total = serializers.IntegerField()
    counts = serializers.SerializerMethodField()
    undecided = serializers.SerializerMethodField()

    @extend_schema_field(
        {"type": "object", "additionalProperties": {"type": "integer"}, "example": {"PENDING": 2}}
    )
    def get_counts(self, look: ClientLook) -> dict[str, int]:
        return look.counts

    def get_undecided(self, look: ClientLook) -> int:
        return counting.undecided(look)


class DecisionAnswer(Answer):
    choice = serializers.ChoiceField(ClientDecision.Choice.choices)
    reason = serializers.CharField()
    by = PersonName()
    at = Instant()


class ClientAnswer(Answer):
    """One Jump Client. Its texts come from the appliance: show them as text only."""

    id = serializers.UUIDField()
    number = serializers.IntegerField(help_text="At the appliance; its line, in an export.")
    name = serializers.CharField()
    hostname = serializers.CharField()
    group = serializers.CharField(source="jump_group")
    kind = serializers.ChoiceField(ClientKind.choices)
    passive = serializers.BooleanField()
    status = serializers.CharField()
    seen_at = Instant(allow_null=True)
    decision = serializers.SerializerMethodField()

    @extend_schema_field(DecisionAnswer(allow_null=True))
    def get_decision(self, row: ClientRow) -> Any:
        made = getattr(row, "decision", None)
        return DecisionAnswer(made).data if made else None


class ClientQuery(Pages):
    lookups = {"kind": "kind__in"}

    hop = serializers.IntegerField(
        required=False, min_value=0, max_value=99, help_text="The last one that was looked at."
    )
    kind = words(ClientKind.choices)
    search = serializers.CharField(
        required=False, max_length=100, help_text="In name, host, group or status."
    )


class DecisionBody(Body):
    """One decision for the clients named, or with `all` for every one that `kind` and `search`
    find. Those that have followed are left alone."""

    choice = serializers.ChoiceField(ClientDecision.Choice.choices)
    reason = serializers.CharField(
        max_length=400, required=False, default="", allow_blank=True,
        help_text="Only waiting needs none.",
    )  # fmt: skip
    hop = serializers.IntegerField(
        required=False, min_value=0, max_value=99, help_text="The last one that was looked at."
    )
    clients = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=1000,
        help_text="Ids of the last reading.",
    )  # fmt: skip
    all = serializers.BooleanField(required=False, default=False)
    kind = serializers.ChoiceField(
        ClientKind.choices, required=False, default="", allow_blank=True, help_text="With `all`."
    )
    search = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=100, help_text="With `all`."
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["all"] == bool(given["clients"]):
            raise serializers.ValidationError({"clients": [_("Name clients, or say all.")]})
        if not given["all"] and (given["kind"] or given["search"]):
            raise serializers.ValidationError({"all": [_("Only with all.")]})
        return given


class DecidedAnswer(Answer):
    """`undecided`: how many still hold the next product."""

    hop = serializers.IntegerField()
    decided = serializers.IntegerField()
    undecided = serializers.IntegerField()


class ExportAnswer(Answer):
    """A large list that a worker reads. Once it is READ its clients are the job's."""

    id = serializers.UUIDField()
    job = serializers.UUIDField(source="job_id")
    step = serializers.UUIDField(source="step_id")
    file_name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    at = Instant()
    by = PersonName()
    state = serializers.ChoiceField(ClientExport.State.choices)
    percent = serializers.IntegerField()
    code = serializers.CharField(help_text="Why it was refused, as problems name it.")
    reason = serializers.CharField()
    remedy = serializers.CharField()
