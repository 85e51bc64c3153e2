from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class Drift(CustomerOwned):
    """Something read from an appliance that is not what the portal recorded.

    Open until a person accepts the new fact, or it is read as recorded again. While one is open
    at a site, no job of it starts and no window of it begins.
    """

    class Fact(models.TextChoices):
        PRODUCT = "PRODUCT", _("Product version")
        BUILD = "BUILD", _("Build of the product")
        FAILOVER_ROLE = "FAILOVER_ROLE", _("Failover role")
        CLUSTER_ROLE = "CLUSTER_ROLE", _("Cluster role")
        ACCEPTING = "ACCEPTING", _("Accepts new connections")
        CONFIGURATION = "CONFIGURATION", _("Configuration changed while it was frozen")

    class End(models.TextChoices):
        ACCEPTED = "ACCEPTED", _("accepted")
        GONE = "GONE", _("as recorded again")

    site = OwnedForeignKey("appliances.Site", related_name="drifts")
    appliance = OwnedForeignKey("appliances.Appliance", related_name="drifts")
    fact = models.CharField(max_length=20, choices=Fact)
    expected = models.CharField(max_length=200)
    found = models.CharField(max_length=200)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended = models.CharField(max_length=10, choices=End, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    remark = models.CharField(max_length=400, blank=True, default="")

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appliance", "fact"],
                condition=models.Q(ended_at__isnull=True),
                name="one_open_drift_a_fact",
            )
        ]
        indexes = [
            models.Index(
                fields=["site"], condition=models.Q(ended_at__isnull=True), name="drifts_open"
            )
        ]
