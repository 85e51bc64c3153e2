from django.db import models

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class Difference(CustomerOwned):
    """A value that a window changed: expected, within its tolerance, or for a person to look at.

    `key` names the value as in the snapshots; `before` and `after` are null where there was none.
    """

    appliance = OwnedForeignKey("appliances.Appliance", related_name="differences")
    job_id = models.UUIDField()
    window = models.IntegerField()
    key = models.CharField(max_length=120)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    expected = models.BooleanField(default=False)
    tolerance = models.IntegerField(null=True)  # per cent of `before`; null: none is allowed
    beyond = models.BooleanField(default=False)  # a person must look at it
    found_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    remark = models.CharField(max_length=400, blank=True, default="")

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job_id", "window", "appliance", "key"], name="one_difference_a_value"
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.beyond and self.acknowledged_at is None
