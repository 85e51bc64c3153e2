import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class Site(CustomerOwned):
    """What a customer's people reach under one public host name."""

    STAYS_BEHIND: ClassVar = frozenset({"tags"})  # support's words

    class Shape(models.TextChoices):
        SINGLE = "SINGLE", _("single appliance")
        PAIR = "PAIR", _("failover pair")
        CLUSTER = "CLUSTER", _("Atlas cluster")
        CLUSTER_WITH_FAILOVER = "CLUSTER_WITH_FAILOVER", _("Atlas cluster with failover")

    class Swing(models.TextChoices):
        SHARED_IP = "SHARED_IP", _("shared IP")
        DNS = "DNS", _("DNS")
        NAT = "NAT", _("NAT")

    name = models.CharField(_("name"), max_length=120)
    public_name = models.CharField(_("public host name"), max_length=253)
    shape = models.CharField(_("shape"), max_length=30, choices=Shape)
    zone = models.CharField(_("time zone"), max_length=60)
    swing = models.CharField(max_length=20, choices=Swing, default=Swing.DNS)
    has_msi_consoles = models.BooleanField(null=True)  # null: not known, and planned for
    has_extractable_console = models.BooleanField(null=True)  # G-CLIENT-3: enabled by support
    has_integration_clients = models.BooleanField(null=True)
    # Integration clients that name the site by address do not follow a swing (G-ASYNC-5).
    integration_by_ip = models.BooleanField(null=True)
    interim_days = models.PositiveSmallIntegerField(
        default=7
    )  # without failover at most (G-PAIR-4)
    backup_days = models.PositiveSmallIntegerField(default=7)  # G-PREP-16; 0: never by itself
    # For how long a backup is kept that no job needs as its proof; 0: for ever.
    backup_kept_days = models.PositiveSmallIntegerField(default=180)
    integration_kept_by = models.CharField(max_length=120, blank=True, default="")
    restricted_network = models.BooleanField(default=False)  # G-MANUAL-1
    simulated = models.BooleanField(default=False)
    region = models.CharField(_("region"), max_length=60, blank=True, default="")
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # This site is the test site of that one (G-PREP-11): what it confirms, that one may take.
    test_of = OwnedForeignKey("appliances.Site", null=True, related_name="test_sites")
    closed_at = models.DateTimeField(null=True)

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "public_name"], name="one_site_a_name")
        ]

    @property
    def site_id(self) -> uuid.UUID:
        """A site is about itself, as every row that names one is about that (publishing.py)."""
        return self.pk

    def __str__(self) -> str:
        return self.name
