"""Sites, appliances and packages as other resources mention them."""

from rest_framework import serializers

from appliances.models import Package
from portal.api.bases import Answer
from portal.api.fields import Lower


class SiteName(Answer):
    """A site, and the zone its people live in: instants are UTC everywhere."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    public_name = serializers.CharField()
    zone = serializers.CharField(help_text="IANA name of the site's time zone.")


class ApplianceName(Answer):
    id = serializers.UUIDField()
    letter = serializers.CharField()
    name = serializers.CharField()
    host = serializers.CharField()


class PackageName(Answer):
    id = serializers.UUIDField()
    kind = Lower(Package.Kind.choices)
    version = serializers.CharField()
    name = serializers.CharField()
