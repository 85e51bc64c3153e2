from uuid import UUID

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
    """An appliance's way to a target, as the fleet's planning stored it: a link to the entry of
    its pair of versions, or a way of its own if its own words outrank the catalogue.

    Stored by the hundred thousand, so with one index, and one reference: that to the appliance
    carries the customer, and an appliance has one.
    """

    pk = models.CompositePrimaryKey("customer_id", "target", "appliance_id")
    id = None
    customer = models.ForeignKey(
        "portal.Customer", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    appliance = OwnedForeignKey("appliances.Appliance", related_name="+", db_index=False)
    target = models.CharField(max_length=40)
    entry = models.ForeignKey(
        PathEntry, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False,
        null=True,
    )  # fmt: skip
    own_package_ids = ArrayField(models.UUIDField(), null=True)
    own_hops = models.SmallIntegerField(null=True)
    planned_at = models.DateTimeField()

    objects = CustomerManager()

    @property
    def package_ids(self) -> list[UUID]:
        """What to install, in order. Costs a query unless the entry was selected too."""
        return self.entry.package_ids if self.entry else self.own_package_ids

    @property
    def hops(self) -> int:
        return self.entry.hops if self.entry else self.own_hops
