from django.db import models

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class ConfigurationFreeze(CustomerOwned):
    """While it stands nobody changes this appliance's configuration: the first data sync after
    the upgrade would overwrite the change (G-ATLASF-5, G-ASYNC-10, G-HW-2)."""

    appliance = OwnedForeignKey("appliances.Appliance", related_name="freezes")
    job_id = models.UUIDField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appliance"],
                condition=models.Q(ended_at__isnull=True),
                name="one_freeze_an_appliance",
            )
        ]
