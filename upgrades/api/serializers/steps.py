"""A step as a program sees it: what to do, what proves it, how far it is."""

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from appliances import actions as do
from appliances.api.serializers.names import ApplianceName, PackageName, SiteName
from portal.api.bases import Answer, Body, CustomerName, Pages, PersonName
from portal.api.fields import Instant, words
from upgrades import queries
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import progressing


def told(msgid: str) -> str:
    return gettext(msgid) if msgid else ""


class Choice(Answer):
    value = serializers.CharField()
    label = serializers.CharField()


class EvidenceField(Answer):
    """One thing to fill in when the step is confirmed. A file's value is the id of an upload."""

    name = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.ChoiceField([kind.value for kind in do.FieldKind])
    required = serializers.BooleanField()
    help = serializers.CharField()
    choices = Choice(many=True)


class JobName(Answer):
    id = serializers.UUIDField()
    label = serializers.CharField()
    state = serializers.ChoiceField(UpgradeJob.State.choices)


class SkipAsked(Answer):
    """A guard is skipped by two people: who asked, and why."""

    name = serializers.CharField()
    reason = serializers.CharField()
    at = serializers.CharField()


class Offered(Answer):
    """To whom the step is offered, and what they are told."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    by = serializers.CharField()
    note = serializers.CharField()


class Progress(Answer):
    """How far whoever holds the step says it is."""

    percent = serializers.IntegerField(allow_null=True)
    note = serializers.CharField()
    at = Instant()
    silent = serializers.BooleanField(help_text="Its lease is over: nothing was heard since.")


class StepAnswer(Answer):
    id = serializers.UUIDField()
    customer = CustomerName()
    site = SiteName(source="job.site")
    job = JobName()
    seq = serializers.IntegerField()
    rank = serializers.IntegerField(help_text="Ready when all steps of lower ranks are over.")
    lane = serializers.CharField()
    hop = serializers.IntegerField()
    phase = serializers.SerializerMethodField()
    window = serializers.IntegerField(help_text="The job's window it needs; 0: none.")
    text = serializers.SerializerMethodField()
    action = serializers.CharField()
    guide = serializers.CharField()
    appliance = ApplianceName(allow_null=True)
    about = serializers.SerializerMethodField(help_text="Whom the step is about.")
    package = PackageName(allow_null=True)
    doer = serializers.ChoiceField([doer.value for doer in do.Doer])
    effect = serializers.ChoiceField([effect.value for effect in do.Effect])
    state = serializers.ChoiceField(JobStep.State.choices)
    reason = serializers.CharField()
    expected_minutes = serializers.IntegerField()
    worst_minutes = serializers.IntegerField()
    next_at = Instant(allow_null=True)
    deadline_at = Instant(allow_null=True)
    began_at = Instant(allow_null=True)
    ended_at = Instant(allow_null=True)
    holder = PersonName(allow_null=True)
    holder_until = Instant(allow_null=True, help_text="A program's hold ends then.")
    offered = Offered(allow_null=True)
    progress = serializers.SerializerMethodField()
    confirmed_by = PersonName(allow_null=True)
    skip_asked = serializers.SerializerMethodField()
    screen = serializers.SerializerMethodField()
    how = serializers.SerializerMethodField()
    what_if_not = serializers.SerializerMethodField()
    evidence_fields = serializers.SerializerMethodField()
    evidence = serializers.JSONField()

    def get_phase(self, step: JobStep) -> str:
        return told(step.phase)

    @extend_schema_field(Progress(allow_null=True))
    def get_progress(self, step: JobStep) -> Any:
        found = progressing.told(step)
        return Progress(found).data if found else None

    def get_text(self, step: JobStep) -> str:
        return told(step.text)

    @extend_schema_field(ApplianceName(many=True))
    def get_about(self, step: JobStep) -> Any:
        return ApplianceName(queries.about(step), many=True).data

    @extend_schema_field(SkipAsked(allow_null=True))
    def get_skip_asked(self, step: JobStep) -> Any:
        asked = step.observed.get("skip_asked")
        return SkipAsked(asked).data if asked else None

    def get_screen(self, step: JobStep) -> str:
        return told(do.find(step.action).screen)

    def get_how(self, step: JobStep) -> list[str]:
        manual = step.job.method == "manual"
        return [told(line) for line in do.find(step.action).instructions(manual)]

    def get_what_if_not(self, step: JobStep) -> str:
        return told(do.find(step.action).what_if_not)

    @extend_schema_field(EvidenceField(many=True))
    def get_evidence_fields(self, step: JobStep) -> Any:
        return [_field(field) for field in do.find(step.action).evidence_fields]


def _field(field: do.Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": told(field.label),
        "kind": field.kind.value,
        "required": field.required,
        "help": told(field.help),
        "choices": [{"value": value, "label": told(label)} for value, label in field.choices],
    }


@extend_schema_field({"type": ["string", "number", "boolean"]})
class Scalar(serializers.Field):  # type: ignore[type-arg]
    """A text, a number, true or false: what a person could type into one field."""

    def to_internal_value(self, data: Any) -> Any:
        if data is not None and not isinstance(data, str | int | float | bool):
            raise serializers.ValidationError(gettext("A text, a number, true or false is needed."))
        if isinstance(data, str) and "\x00" in data:
            raise serializers.ValidationError(
                gettext("This holds characters that cannot be typed.")
            )
        return data


class StepQuery(Pages):
    lookups = {
        "state": "state__in", "job": "job_id", "site": "job__site_id",
        "simulated": "job__site__simulated", "doer": "doer__in", "action": "action",
        "holder": "holder_id",
    }  # fmt: skip

    state = words(JobStep.State.choices)
    job = serializers.UUIDField(required=False)
    site = serializers.UUIDField(required=False)
    simulated = serializers.BooleanField(required=False, allow_null=True, default=None)
    doer = words([doer.value for doer in do.Doer])
    holder = serializers.UUIDField(required=False)
    action = serializers.CharField(required=False, max_length=40, help_text="install_base")


class Evidence(Body):
    """What proves it, by the names of `evidence_fields`, and `remark`."""

    evidence = serializers.DictField(child=Scalar(allow_null=True), default=dict)


class Hours(Body):
    hours = serializers.IntegerField(min_value=1, max_value=336)


class ProgressBody(Body):
    """How much is done, what it is at, or both."""

    percent = serializers.IntegerField(min_value=0, max_value=100, allow_null=True, default=None)
    note = serializers.CharField(max_length=200, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["percent"] is None and not attrs["note"].strip():
            said = gettext("Say how much is done, or what it is at.")
            raise serializers.ValidationError({"percent": [said]})
        return attrs


class HandOver(Body):
    to = serializers.UUIDField(help_text="The id of a person who may act at the site.")
    note = serializers.CharField(max_length=400, allow_blank=True, default="")
