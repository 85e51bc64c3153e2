from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from appliances.models.readiness import CheckName
from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class Waiver(CustomerOwned):
    """A person answers for a check that is not good: name, reason, and until when.

    It speaks of a site, or of one appliance of it, or of one job. Over or withdrawn it counts no
    more; what was waived while it counted keeps its reference to it.
    """

    site = OwnedForeignKey("appliances.Site", related_name="waivers")
    appliance = OwnedForeignKey("appliances.Appliance", null=True, related_name="waivers")
    job_id = models.UUIDField(null=True)
    check_name = models.CharField(max_length=30)
    reason = models.CharField(_("reason"), max_length=400)
    given_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("counts until"))
    withdrawn_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = CustomerManager()

    class Meta:
        indexes = [models.Index(fields=["site", "expires_at"], name="waivers_of_site")]

    @property
    def label(self) -> str:
        """The waived check in words."""
        return str(CheckName(self.check_name).label)

    def counts_at(self, at: datetime) -> bool:
        return self.withdrawn_at is None and self.given_at <= at < self.expires_at
