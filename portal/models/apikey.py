import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

TEST = "chg_test_"


class ApiKey(models.Model):
    """A program's way in, tied to a living person: what they may not do, the key may not either.

    Only the SHA-256 of the key is kept. `customer` limits it to one customer (always set for a
    customer's people); a staff member's key without one works for every customer. `maker` is the
    key with which it was made, if a program made it.
    """

    class Scope(models.TextChoices):
        READ = "READ", _("read")
        ACT = "ACT", _("read and act")
        ADMINISTER = "ADMINISTER", _("read, act and administer")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prefix = models.CharField(max_length=24, unique=True)
    digest = models.BinaryField(unique=True)
    name = models.CharField(_("name"), max_length=80)
    user = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    customer = models.ForeignKey("portal.Customer", models.PROTECT, null=True, related_name="+")
    maker = models.ForeignKey("self", models.PROTECT, null=True, related_name="made")
    scope = models.CharField(max_length=12, choices=Scope, default=Scope.READ)
    site_ids = ArrayField(models.UUIDField(), null=True, blank=True)
    networks = ArrayField(models.CharField(max_length=43), default=list, blank=True)  # none: any
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    @property
    def is_test(self) -> bool:
        """A sandbox's: it opens that alone, and no key of another kind does."""
        return self.prefix.startswith(TEST)
