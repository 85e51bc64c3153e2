from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class JobNote(CustomerOwned):
    """A remark on a job: for the vendor's staff alone, or for the customer too."""

    class Audience(models.TextChoices):
        STAFF = "STAFF", _("for us")
        CUSTOMER = "CUSTOMER", _("for the customer too")

    FOR_STAFF_ALONE: ClassVar[dict[str, str]] = {"audience": "STAFF"}  # leaves in no export

    job = OwnedForeignKey("upgrades.UpgradeJob", related_name="notes")
    text = models.TextField(_("note"), max_length=2000)
    audience = models.CharField(max_length=10, choices=Audience)
    written_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects = CustomerManager()
