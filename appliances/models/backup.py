from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class Backup(CustomerOwned):
    """A settings backup of an appliance (G-PREP-1). Its password, if any, never comes here."""

    appliance = OwnedForeignKey("appliances.Appliance", related_name="backups")
    file = OwnedForeignKey("portal.EvidenceFile", null=True, related_name="+")
    step_id = models.UUIDField(null=True)
    taken_at = models.DateTimeField()
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    kept_where = models.CharField(_("where it is kept"), max_length=200, blank=True, default="")

    objects = CustomerManager()


class CertificateCopy(CustomerOwned):
    """Proof that certificate and key were exported (G-PREP-2): never the key itself."""

    appliance = OwnedForeignKey("appliances.Appliance", related_name="certificate_copies")
    fingerprint = models.CharField(_("SHA-256 fingerprint"), max_length=95)
    expires_on = models.DateField(_("expires on"))
    kept_where = models.CharField(_("where the copy lies"), max_length=200)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")

    objects = CustomerManager()
