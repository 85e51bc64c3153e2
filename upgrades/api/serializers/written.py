"""What a form of a closed site does or did, as a program sees it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.api.bases import Answer


class FormStep(Answer):
    id = serializers.UUIDField()
    seq = serializers.IntegerField()


class LaterStep(FormStep):
    why = serializers.CharField(help_text="What the portal does first: send the same form then.")


class FormProblem(Answer):
    line = serializers.IntegerField(help_text="As a spreadsheet numbers it.")
    step = serializers.CharField(help_text="Its number; empty for a line of none.")
    field = serializers.CharField()
    cell = serializers.CharField()
    sentence = serializers.CharField()


class FormAnswer(Answer):
    """Nothing is loaded while there are problems; the same form again changes nothing."""

    loaded = FormStep(many=True, help_text="Confirmed by it.")
    same = FormStep(many=True, help_text="Confirmed with the same already.")
    later = serializers.SerializerMethodField()
    kept_windows = serializers.ListField(
        source="kept", child=serializers.IntegerField(),
        help_text="Numbers of windows that the portal took for missed, and that were kept.",
    )  # fmt: skip
    problems = FormProblem(many=True)

    @extend_schema_field(LaterStep(many=True))
    def get_later(self, report: Any) -> list[dict[str, Any]]:
        return [
            {"id": str(step.pk), "seq": step.seq, "why": str(why)} for step, why in report.later
        ]
