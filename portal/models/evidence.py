from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerOwned


class EvidenceFile(CustomerOwned):
    """A file kept as proof. Its content lies in Django's storage under a name of our own.

    Backups of appliances are encrypted under a key of the customer (`key_id` names it); pictures
    and documents are not. The SHA-256 is of the plain content.
    """

    STAYS_BEHIND: ClassVar = frozenset({"stored_as", "key_id"})  # ours alone

    class Kind(models.TextChoices):
        PICTURE = "PICTURE", _("picture")
        BACKUP = "BACKUP", _("backup of an appliance")
        DOCUMENT = "DOCUMENT", _("document")

    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=160)
    content_type = models.CharField(max_length=80)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=160)
    key_id = models.CharField(max_length=40, blank=True, default="")
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    site_id = models.UUIDField(null=True)  # whose people may see it, where roles end at sites
    added_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer", "subject_id"], name="evidence_of_subject")]

    def __str__(self) -> str:
        return self.name
