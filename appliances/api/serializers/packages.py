"""The vendor's packages, what they need, and how well each of it is known."""

from rest_framework import serializers

from appliances.models import Package, Provenance
from portal.api.bases import Answer, Pages
from portal.api.fields import Instant, Lower


class RequirementAnswer(Answer):
    """At least (or more than) this must be installed before."""

    kind = Lower(Package.Kind.choices)
    above = serializers.BooleanField(help_text="true: more than the version; false: at least it.")
    version = serializers.CharField()
    provenance = serializers.ChoiceField(Provenance.choices)
    source_note = serializers.CharField()


class PackageAnswer(Answer):
    id = serializers.UUIDField()
    kind = Lower(Package.Kind.choices)
    version = serializers.CharField()
    name = serializers.CharField()
    build = serializers.CharField()
    released_on = serializers.DateField(allow_null=True)
    date_precision = serializers.CharField(help_text="day, month, season or unknown")
    provenance = serializers.ChoiceField(Provenance.choices)
    source_note = serializers.CharField()
    requirements = RequirementAnswer(many=True, source="requirements.all")
    client_update = serializers.BooleanField()
    dwell_hours = serializers.IntegerField()
    reboots = serializers.BooleanField()
    min_minutes = serializers.IntegerField()
    max_minutes = serializers.IntegerField()
    is_major = serializers.BooleanField()
    is_security_fix = serializers.BooleanField()
    advisory = serializers.CharField()
    changelog = serializers.CharField()
    supported_until = serializers.DateField(allow_null=True)
    sha256 = serializers.CharField()
    size = serializers.IntegerField(
        allow_null=True, help_text="Bytes of its file; null: the catalogue does not know."
    )
    withdrawn_at = Instant(allow_null=True)


class PackageQuery(Pages):
    lookups = {
        "kind": "kind", "version": "version", "withdrawn": "withdrawn_at__isnull",
        "provenance": "provenance",
    }  # fmt: skip

    kind = Lower(Package.Kind.choices, required=False)
    version = serializers.CharField(required=False, max_length=40)
    withdrawn = serializers.BooleanField(required=False, allow_null=True, default=None)
    provenance = serializers.ChoiceField(Provenance.choices, required=False)

    def validate_withdrawn(self, value: bool | None) -> bool | None:
        return None if value is None else not value
