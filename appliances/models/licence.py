from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class Licence(CustomerOwned):
    """How many technicians may work at once at a site, and until when (G-AUTO-1, G-LIC-1)."""

    site = OwnedForeignKey("appliances.Site", related_name="licences")
    number = models.PositiveIntegerField(_("licences"))
    expires_on = models.DateField(_("expires on"), null=True)  # null: never
    read_at = models.DateTimeField()
    read_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")

    objects = CustomerManager()

    def ends_before(self, day: date) -> bool:
        return self.expires_on is not None and self.expires_on < day
