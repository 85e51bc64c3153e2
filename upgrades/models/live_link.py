from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class LiveLink(CustomerOwned):
    """A secret address of one job's page for the night shift, read without sign-in. Only the
    SHA-256 of its secret is kept. `last_opened_at` moves once an hour at most."""

    job = OwnedForeignKey("upgrades.UpgradeJob", related_name="live_links")
    name = models.CharField(_("for whom"), max_length=80)
    digest = models.BinaryField(unique=True)
    made_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    last_opened_at = models.DateTimeField(null=True)

    objects = CustomerManager()

    def __str__(self) -> str:
        return self.name
