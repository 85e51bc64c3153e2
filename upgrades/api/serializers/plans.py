"""Plans: the path and its reasons, the windows, what it costs."""

from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from appliances.api.serializers.names import PackageName
from appliances.models import Package, Provenance
from portal.api.bases import Answer, Body
from portal.api.fields import Instant, Lower
from upgrades.planning.stored import load
from upgrades.procedures import METHODS, PROCEDURES


def told(said: Any) -> str:
    """A sentence that was kept, in the reader's language."""
    if isinstance(said, dict):
        return load(said).told(gettext)
    return gettext(said) if said else ""


class Minutes(Answer):
    expected = serializers.IntegerField()
    worst = serializers.IntegerField()


class PathLine(Answer):
    """One package on one appliance, why it is needed, and how well that is known."""

    appliance = serializers.CharField()
    hop = serializers.IntegerField()
    package_id = serializers.UUIDField(source="package")
    kind = Lower(Package.Kind.choices)
    version = serializers.CharField()
    because = serializers.SerializerMethodField()
    provenance = serializers.SerializerMethodField()

    def get_because(self, line: dict[str, Any]) -> str:
        return told(line["because"])

    def get_provenance(self, line: dict[str, Any]) -> str:
        return str(line["provenance"]).upper()


class PlannedWindow(Answer):
    """A piece of the work that nothing may cut, in minutes."""

    window = serializers.IntegerField()
    hop = serializers.IntegerField()
    titles = serializers.SerializerMethodField()
    expected_minutes = serializers.IntegerField(source="expected")
    worst_minutes = serializers.IntegerField(source="worst")

    def get_titles(self, window: dict[str, Any]) -> list[str]:
        return [told(title) for title in window["titles"]]


class LeftOut(Answer):
    text = serializers.SerializerMethodField()
    on = serializers.CharField()
    action = serializers.CharField()
    guide = serializers.CharField()
    why = serializers.SerializerMethodField()

    def get_text(self, line: dict[str, Any]) -> str:
        return told(line["text"])

    def get_why(self, line: dict[str, Any]) -> str:
        return told(line["why"])


class PlanAnswer(Answer):
    """What would run. `digest` is a fingerprint of it: approve with it what you have read."""

    digest = serializers.CharField()
    expected_minutes = serializers.IntegerField(source="expected", help_text="Work and waits.")
    worst_minutes = serializers.IntegerField(source="worst")
    downtime = Minutes()
    path = PathLine(many=True)
    windows = PlannedWindow(many=True)
    left_out = LeftOut(many=True)
    offline = serializers.ListField(
        child=serializers.CharField(),
        default=list,
        help_text="Traffic nodes that go off line first.",
    )
    dark = serializers.ListField(
        child=serializers.CharField(),
        default=list,
        help_text="Regions without an accepting node for a time: approving needs `word`.",
    )


class Place(Answer):
    """Where a window of the plan would lie."""

    window = serializers.IntegerField()
    title = serializers.CharField()
    starts_at = Instant(source="start")
    ends_at = Instant(source="end")
    needs_minutes = serializers.IntegerField(source="needs")
    last_safe_start = Instant()


class LayoutAnswer(Answer):
    places = Place(source="rows", many=True)
    expected_finish = Instant(source="expected")
    worst_finish = Instant(source="worst")
    warnings = serializers.ListField(child=serializers.CharField())


class RefusalAnswer(Answer):
    code = serializers.CharField()
    detail = serializers.CharField(source="sentence")
    remedy = serializers.CharField()


class PreviewAnswer(Answer):
    """The plan, and its place in the site's windows, or why it has none."""

    procedure = serializers.CharField()
    method = serializers.CharField()
    target = PackageName()
    zone = serializers.CharField()
    plan = PlanAnswer()
    layout = LayoutAnswer(allow_null=True)
    refusal = RefusalAnswer(allow_null=True)


class Wish(Body):
    """Where a site shall be taken, and how. Without a procedure: the first that fits its shape."""

    target = serializers.UUIDField(help_text="The id of a package.")
    procedure = serializers.ChoiceField(sorted(PROCEDURES), required=False)
    method = serializers.ChoiceField(sorted(METHODS), default="automatic")
    offline = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=500,
        help_text="Ids of the traffic nodes of a cluster that go off line first; left out: half of "
        "each region, as the portal proposes.",
    )  # fmt: skip


class PreviewBody(Wish):
    earliest = Instant(required=False, help_text="The windows lie after it.")


class ChoiceAnswer(Answer):
    """A release that could be the target: its hops, or why it cannot be reached."""

    package = PackageName()
    provenance = serializers.ChoiceField(Provenance.choices, source="package.provenance")
    hops = serializers.SerializerMethodField()
    refusal = serializers.CharField()

    def get_hops(self, choice: Any) -> int:
        return len(choice.hops)


class ChoicesAnswer(Answer):
    targets = ChoiceAnswer(many=True)
    procedures = serializers.ListField(child=serializers.CharField())
    methods = serializers.ListField(child=serializers.CharField())
