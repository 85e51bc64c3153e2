import uuid

from django.db import models

from portal.tenancy import CustomerManager, CustomerOwned


class InstallationThreshold(models.Model):
    """A check's or a tolerance's value for every customer, as staff set it; the newest counts.

    Rows are only added: with who and when they are the history. `value` null: as built in.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=60)
    value = models.IntegerField(null=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["key", "-set_at"], name="thresholds_newest")]


class Threshold(CustomerOwned):
    """A customer's own value; it outranks the installation's."""

    key = models.CharField(max_length=60)
    value = models.IntegerField()

    objects = CustomerManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "key"], name="one_value_a_key")]
