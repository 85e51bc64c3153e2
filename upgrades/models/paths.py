from django.contrib.postgres.fields import ArrayField
from django.db import models

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class PathEntry(models.Model):
    """One row of the path table: from a pair of versions to a target, computed once a catalogue
    change, so that a fleet's paths are look-ups. Platform data.

    It stays the same row when the way changes, so that whoever is at that pair follows."""

    base = models.CharField(max_length=40)
    product = models.CharField(max_length=40)
    target = models.CharField(max_length=40)
    package_ids = ArrayField(models.UUIDField())
    hops = models.SmallIntegerField()
    since = models.DateTimeField()  # when it became this way

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "base", "product"], name="one_path_a_state")
        ]


class AppliancePath(CustomerOwned):
    """The way to a target of an appliance whose own words outrank the catalogue. Everybody else's
    is the entry of the versions they are at."""

    pk = models.CompositePrimaryKey("customer_id", "target", "appliance_id")
    id = None
    customer = models.ForeignKey(
        "portal.Customer", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    appliance = OwnedForeignKey("appliances.Appliance", related_name="+", db_index=False)
    target = models.CharField(max_length=40)
    package_ids = ArrayField(models.UUIDField())  # what to install, in order
    hops = models.SmallIntegerField()
    planned_at = models.DateTimeField()

    objects = CustomerManager()
