from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class ReturnPhotograph(CustomerOwned):
    """A picture taken at the rack: evidence of a return (vendor.md §8.3). Added, never changed.

    `taken_at` as the device says it, where it was sent later; its file knows when it arrived.
    """

    class Shows(models.TextChoices):
        SERIAL = "SERIAL", _("serial number on the box")
        RESET = "RESET", _("screen after the reset")
        DRIVES = "DRIVES", _("drives that are kept")
        PACKED = "PACKED", _("packed box")
        LABEL = "LABEL", _("label outside")
        RMA = "RMA", _("RMA number outside")
        RECEIPT = "RECEIPT", _("receipt of the carrier")
        OTHER = "OTHER", pgettext_lazy("a photograph", "something else")

    hardware_return = OwnedForeignKey("appliances.HardwareReturn", related_name="photographs")
    file = OwnedForeignKey("portal.EvidenceFile", related_name="+")
    shows = models.CharField(_("what it shows"), max_length=8, choices=Shows)
    taken_at = models.DateTimeField(null=True)

    objects = CustomerManager()
