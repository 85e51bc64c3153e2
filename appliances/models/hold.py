from django.db import models

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class BaseHold(CustomerOwned):
    """After a problem in a base update: nothing changes this appliance or its partner (G-PREP-12).

    The database refuses every further attempt while the hold is open. Two people release it, with
    the vendor's ticket number.
    """

    appliance = OwnedForeignKey("appliances.Appliance", related_name="base_holds")
    step_id = models.UUIDField()
    job_id = models.UUIDField()
    opened_at = models.DateTimeField()
    reason = models.CharField(max_length=400)
    ticket = models.CharField(max_length=60, blank=True, default="")
    asked_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appliance"],
                condition=models.Q(released_at__isnull=True),
                name="one_open_hold",
            )
        ]
