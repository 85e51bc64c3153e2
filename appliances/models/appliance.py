from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from portal.models import Lives
from portal.tenancy import AcrossCustomers, CustomerManager, CustomerOwned, OwnedForeignKey

BASE_IS_ASKED_AGAIN_AFTER = timedelta(days=30)


class Place(models.TextChoices):
    IN_PLACE = "IN_PLACE", _("in place")
    WAITING = "WAITING", _("waits to take a place")
    LEFT = "LEFT", _("has left the site")


# Whom the portal asks by itself: in place, with an API, and an account there.
ASKED = models.Q(place=Place.IN_PLACE) & ~models.Q(dialect="NO_API") & ~models.Q(secret_key_id="")


class InPlace(CustomerManager):
    """The current customer's appliances that have a place at their site: whoever counts, draws,
    plans or asks appliances sees no other ones unless it says so (`Appliance.known`)."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(place=Place.IN_PLACE)


class InPlaceAcross(AcrossCustomers):
    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(place=Place.IN_PLACE)


class Appliance(Lives, CustomerOwned):
    """One box of a site. What its API cannot say (base version, serial) a person typed.

    Its place: a replacement waits until production on it is confirmed, then takes the letter and
    the roles of the one it replaces; that one has left (G-HW-8), and its history stays.
    """

    STAYS_BEHIND: ClassVar = frozenset({"secret_key_id"})  # ours alone

    Place = Place

    class ClusterRole(models.TextChoices):
        SINGLE = "SINGLE", _("single")
        MASTER = "MASTER", _("master node")
        TRAFFIC = "TRAFFIC", _("traffic node")

    class FailoverRole(models.TextChoices):
        NONE = "NONE", _("none")
        PRIMARY = "PRIMARY", _("primary")
        BACKUP = "BACKUP", _("backup")

    class Dialect(models.TextChoices):
        XML = "XML", _("XML command API")
        JSON = "JSON", _("JSON command API v2")
        NO_API = "NO_API", _("no API: everything is a person's")

    class Auth(models.TextChoices):
        OAUTH = "OAUTH", _("API account (OAuth2)")
        OLD = "OLD", _("user name and password (old)")

    site = OwnedForeignKey("appliances.Site", related_name="appliances")
    letter = models.CharField(_("letter"), max_length=6)
    name = models.CharField(_("name"), max_length=80)
    host = models.CharField(_("own host name"), max_length=253)
    guid = models.CharField(max_length=32, blank=True, default="")
    physical = models.BooleanField(default=True)
    model = models.CharField(max_length=60, blank=True, default="")
    serial = models.CharField(max_length=60, blank=True, default="")
    # How somebody who stands before the rack finds it: "Hall 2, row C, rack 14, unit 21".
    rack_place = models.CharField(max_length=120, blank=True, default="")
    photograph = OwnedForeignKey("portal.EvidenceFile", null=True, related_name="+")
    region = models.CharField(max_length=60, blank=True, default="")
    data_gb = models.IntegerField(default=0)
    cluster_role = models.CharField(max_length=10, choices=ClusterRole, default=ClusterRole.SINGLE)
    failover_role = models.CharField(max_length=10, choices=FailoverRole, default=FailoverRole.NONE)
    # A traffic node: whether it accepts new connections, in the list of the master that serves.
    accepting = models.BooleanField(null=True)
    # A master in failover: the tick of Enable Backup Operations, as somebody last read it.
    backup_operations = models.BooleanField(null=True)
    # Proven by a step to be what the public name leads to; null: as the roles tell.
    in_production = models.BooleanField(null=True)
    # Shared addresses that were seen enabled on it.
    shared_ips = ArrayField(models.CharField(max_length=64), default=list)
    product_version = models.CharField(max_length=40, blank=True, default="")
    product_build = models.CharField(max_length=80, blank=True, default="")
    product_at = models.DateTimeField(null=True)
    base_version = models.CharField(max_length=40, blank=True, default="")
    base_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    # The hourly read: due when (null: now), and when one was last begun (real time).
    read_due_at = models.DateTimeField(null=True)
    read_begun_at = models.DateTimeField(null=True)
    # The backup taken by itself: due when (null: not looked at yet), and why the last try failed.
    backup_due_at = models.DateTimeField(null=True)
    backup_trouble = models.CharField(max_length=200, blank=True, default="")
    dialect = models.CharField(max_length=10, choices=Dialect, default=Dialect.XML)
    auth = models.CharField(max_length=10, choices=Auth, default=Auth.OAUTH)
    client_id = models.CharField(max_length=80, blank=True, default="")
    secret = models.BinaryField(null=True)  # sealed; see portal.secrets
    secret_key_id = models.CharField(max_length=40, blank=True, default="")
    certificate_pin = models.CharField(max_length=64, blank=True, default="")
    private_address = models.BooleanField(default=False)
    simulated = models.BooleanField(default=False)
    place = FSMField(choices=Place, default=Place.IN_PLACE, protected=True)
    replaces = OwnedForeignKey("appliances.Appliance", null=True, related_name="replacements")
    place_since = models.DateTimeField(null=True)  # since when its place is what it is

    objects = InPlace()
    across = InPlaceAcross()
    known = CustomerManager()
    known_across = AcrossCustomers()

    SEALED = {"secret": "secret_key_id"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "letter"],
                condition=~models.Q(place="LEFT"),
                name="one_letter_a_site",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=models.Q(place="WAITING"),
                name="one_replacement_waits",
            ),
        ]
        # The order of its lists, and what is due by itself (the doors of keeping and watching): a
        # page, and a turn of a sweep, cost the same however many there are.
        indexes = [
            models.Index(fields=["customer", "name", "id"], name="appliances_in_order"),
            models.Index(
                models.F("backup_due_at").asc(nulls_first=True),
                "id",
                condition=ASKED & ~models.Q(cluster_role="TRAFFIC"),
                name="appliances_backup_due",
            ),
            models.Index(fields=["read_due_at"], condition=ASKED, name="appliances_read_due"),
            models.Index(
                fields=["read_begun_at"],
                condition=models.Q(read_begun_at__isnull=False),
                name="appliances_read_begun",
            ),
        ]

    @transition(place, source=Place.WAITING, target=Place.IN_PLACE)
    def take_place(self, *, of: "Appliance", at: datetime) -> None:
        """It serves where the other one did: same letter, same roles."""
        self.letter, self.region = of.letter, of.region
        self.cluster_role = of.cluster_role
        if self.failover_role == self.FailoverRole.NONE:  # a pair's new one has been related
            self.failover_role = of.failover_role
        self.in_production = of.in_production or self.in_production
        self.place_since = at

    @transition(place, source=[Place.IN_PLACE, Place.WAITING], target=Place.LEFT)
    def leave(self, *, at: datetime) -> None:
        """Replaced, or never needed: gone from the site, kept in its history."""
        self.place_since = at
        self.failover_role = self.FailoverRole.NONE

    @property
    def can_be_asked(self) -> bool:
        """It has an interface that would answer us. A new box has none before its product package,
        and no account that we know before its data came over."""
        if self.dialect == self.Dialect.NO_API:
            return False
        return self.place != Place.WAITING or bool(self.product_version and self.secret_key_id)

    def next_backup_at(self, newest: Any, at: datetime) -> datetime | None:
        """When one is taken by itself (G-PREP-16); what a job or a person took counts as well. None
        where nobody takes one: the site wants none, no settings are here (G-RULE-4), no account."""
        holds_none = self.cluster_role == self.ClusterRole.TRAFFIC
        if not self.site.backup_days or holds_none or not self.secret_key_id:
            return None
        if self.dialect == self.Dialect.NO_API:
            return None
        if self.backup_trouble and self.backup_due_at:
            return self.backup_due_at
        return newest.taken_at + timedelta(days=self.site.backup_days) if newest else at

    def base_is_stale(self, at: datetime) -> bool:
        """The base version is in no API: what was typed is asked again after 30 days."""
        return self.base_at is None or at - self.base_at > BASE_IS_ASKED_AGAIN_AFTER

    def __str__(self) -> str:
        return self.name


class VersionReading(CustomerOwned):
    """A version as somebody or something reported it: source, date, and the picture, if typed."""

    class Source(models.TextChoices):
        API = "API", _("read by the portal")
        PERSON = "PERSON", _("typed by a person")
        STEP = "STEP", _("proven by a step")
        SUPPORT = "SUPPORT", _("recorded by support")

    appliance = OwnedForeignKey("appliances.Appliance", related_name="readings")
    kind = models.CharField(max_length=10, choices=[("BASE", "base"), ("PRODUCT", "product")])
    version = models.CharField(max_length=40)
    build = models.CharField(max_length=80, blank=True, default="")
    source = models.CharField(max_length=10, choices=Source)
    read_at = models.DateTimeField()
    read_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    picture = OwnedForeignKey("portal.EvidenceFile", null=True, related_name="+")

    objects = CustomerManager()
