"""Sites and their appliances, as they are known: versions with source and date."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from appliances.api.narrowed import OfSites
from appliances.api.serializers.names import ApplianceName, SiteName
from appliances.models import Appliance, Site, VersionReading
from appliances.models.appliance import BASE_IS_ASKED_AGAIN_AFTER
from portal import clock
from portal.api.bases import Answer, Body, CustomerName, PersonName
from portal.api.fields import Instant, Lower, words
from portal.api.written import Gathered, InSql

MOST_APPLIANCES = 30
KINDS = VersionReading._meta.get_field("kind").choices


class ApplianceOfSite(Answer):
    """One box. The base version is in no API: it was typed, and is asked again after 30 days."""

    in_sql = {
        "base_is_stale": InSql(
            "coalesce(%s - {0}.base_at > %s, true)",
            lambda: [clock.now(), BASE_IS_ASKED_AGAIN_AFTER],
        )
    }

    id = serializers.UUIDField()
    letter = serializers.CharField()
    name = serializers.CharField()
    host = serializers.CharField()
    guid = serializers.CharField()
    physical = serializers.BooleanField()
    model = serializers.CharField()
    serial = serializers.CharField()
    rack_place = serializers.CharField(help_text="As somebody finds it who was never there.")
    photograph_id = serializers.UUIDField(allow_null=True)
    region = serializers.CharField()
    cluster_role = serializers.ChoiceField(Appliance.ClusterRole.choices)
    failover_role = serializers.ChoiceField(Appliance.FailoverRole.choices)
    dialect = serializers.ChoiceField(Appliance.Dialect.choices)
    simulated = serializers.BooleanField()
    product_version = serializers.CharField()
    product_build = serializers.CharField()
    product_at = Instant(allow_null=True)
    base_version = serializers.CharField()
    base_at = Instant(allow_null=True)
    base_is_stale = serializers.SerializerMethodField()
    last_seen_at = Instant(allow_null=True)

    def get_base_is_stale(self, appliance: Appliance) -> bool:
        return appliance.base_is_stale(clock.now())


class ApplianceAnswer(ApplianceOfSite):
    customer = CustomerName()
    site = SiteName()


class SiteAnswer(Answer):
    """What a customer's people reach under one public host name."""

    in_sql = {
        "appliances": Gathered(
            Appliance,
            "below.site_id = {0}.id AND below.customer_id = {0}.customer_id"
            f" AND below.place = '{Appliance.Place.IN_PLACE}'",
            "below.letter",
        )
    }

    id = serializers.UUIDField()
    customer = CustomerName()
    name = serializers.CharField()
    public_name = serializers.CharField()
    shape = serializers.ChoiceField(Site.Shape.choices)
    zone = serializers.CharField(help_text="IANA name of the site's time zone.")
    swing = serializers.ChoiceField(Site.Swing.choices)
    has_msi_consoles = serializers.BooleanField(allow_null=True)
    has_extractable_console = serializers.BooleanField(
        allow_null=True, help_text="Enabled by support: the new MSI can be deployed ahead."
    )
    has_integration_clients = serializers.BooleanField(allow_null=True)
    integration_by_ip = serializers.BooleanField(
        allow_null=True, help_text="Some integration clients name the site by its IP address."
    )
    interim_days = serializers.IntegerField(help_text="Longest time without failover, in days.")
    backup_days = serializers.IntegerField(
        help_text="A backup of each appliance is taken by itself after so many days; 0: never."
    )
    backup_kept_days = serializers.IntegerField(
        help_text="A backup that no upgrade relied on is thrown away after so many days; 0: never."
    )
    integration_kept_by = serializers.CharField()
    restricted_network = serializers.BooleanField()
    simulated = serializers.BooleanField()
    test_of_id = serializers.UUIDField(
        allow_null=True, help_text="The site whose releases are confirmed here first."
    )
    closed_at = Instant(allow_null=True)
    appliances = ApplianceOfSite(many=True, source="appliances.all")


class LicenceAnswer(Answer):
    number = serializers.IntegerField()
    expires_on = serializers.DateField(allow_null=True, help_text="null: never.")
    read_at = Instant()


class SiteDetail(SiteAnswer):
    licence = serializers.SerializerMethodField()

    @extend_schema_field(LicenceAnswer(allow_null=True))
    def get_licence(self, site: Site) -> Any:
        newest = site.licences.order_by("-read_at").first()
        return LicenceAnswer(newest).data if newest else None


class SiteQuery(OfSites):
    lookups = {
        "customer": "customer_id", "shape": "shape__in", "simulated": "simulated",
        "closed": "closed_at__isnull", "public_name": "public_name",
    }  # fmt: skip

    customer = serializers.UUIDField(required=False)
    shape = words(Site.Shape.choices)
    simulated = serializers.BooleanField(required=False, allow_null=True, default=None)
    closed = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="false: those looked after."
    )
    public_name = serializers.CharField(required=False, max_length=253)

    def validate_closed(self, value: bool | None) -> bool | None:
        return None if value is None else not value


class ApplianceQuery(OfSites):
    lookups = {
        "site": "site_id", "product_version": "product_version", "base_version": "base_version",
        "host": "host", "simulated": "simulated",
    }  # fmt: skip

    site = serializers.UUIDField(required=False)
    product_version = serializers.CharField(required=False, max_length=40)
    base_version = serializers.CharField(required=False, max_length=40)
    host = serializers.CharField(required=False, max_length=253)
    simulated = serializers.BooleanField(required=False, allow_null=True, default=None)


class ReadingAnswer(Answer):
    """A version as somebody or something reported it."""

    id = serializers.UUIDField()
    appliance = ApplianceName()
    kind = Lower(KINDS)
    version = serializers.CharField()
    build = serializers.CharField()
    source = serializers.ChoiceField(VersionReading.Source.choices)
    read_at = Instant()
    read_by = PersonName(allow_null=True)
    picture_id = serializers.UUIDField(allow_null=True)


class ReadingBody(Body):
    """A version as a person read it off Status > Basics."""

    kind = Lower(KINDS)
    version = serializers.CharField(max_length=40)
    read_at = Instant(required=False, help_text="When it was read, if not now.")
    picture = serializers.UUIDField(required=False, help_text="An upload: the page itself.")


class BoxBody(Body):
    """An appliance of a site that is taken on. Versions as a person read them."""

    letter = serializers.CharField(max_length=5, help_text="A, B, N1")
    host = serializers.CharField(max_length=253, help_text="Its own host name.")
    name = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    cluster_role = serializers.ChoiceField(
        Appliance.ClusterRole.choices, default=Appliance.ClusterRole.SINGLE.value
    )
    failover_role = serializers.ChoiceField(
        Appliance.FailoverRole.choices, default=Appliance.FailoverRole.NONE.value
    )
    region = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    model = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    serial = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    rack_place = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    base_version = serializers.CharField(max_length=40, required=False, allow_blank=True)
    product_version = serializers.CharField(max_length=40, required=False, allow_blank=True)


class SiteChange(Body):
    """Only what is given changes."""

    name = serializers.CharField(max_length=120, required=False)
    public_name = serializers.CharField(max_length=253, required=False)
    zone = serializers.CharField(max_length=60, required=False)
    swing = serializers.ChoiceField(Site.Swing.choices, required=False)
    has_msi_consoles = serializers.BooleanField(allow_null=True, required=False)
    has_extractable_console = serializers.BooleanField(allow_null=True, required=False)
    has_integration_clients = serializers.BooleanField(allow_null=True, required=False)
    integration_by_ip = serializers.BooleanField(allow_null=True, required=False)
    interim_days = serializers.IntegerField(min_value=1, max_value=90, required=False)
    integration_kept_by = serializers.CharField(max_length=120, allow_blank=True, required=False)
    restricted_network = serializers.BooleanField(required=False)


class SiteBody(SiteChange):
    """A site with all its appliances."""

    name = serializers.CharField(max_length=120)
    public_name = serializers.CharField(max_length=253)
    zone = serializers.CharField(max_length=60, help_text="IANA name.")
    shape = serializers.ChoiceField(Site.Shape.choices)
    appliances = BoxBody(many=True, min_length=1, max_length=MOST_APPLIANCES)
