import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Provenance(models.TextChoices):
    """How well something is known; shown wherever it is used (vendor.md §7.3)."""

    DOCUMENTED = "DOCUMENTED", _("documented")
    INFERRED = "INFERRED", _("inferred")
    DEMO = "DEMO", _("demo")


class Package(models.Model):
    """A base, product or licence package of the vendor. Platform data, the same for everybody."""

    class Kind(models.TextChoices):
        BASE = "BASE", _("base software")
        PRODUCT = "PRODUCT", _("product software")
        LICENCE = "LICENCE", _("licence add-on")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    version = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    build = models.CharField(max_length=80, blank=True, default="")
    released_on = models.DateField(null=True)
    date_precision = models.CharField(max_length=10, default="unknown")  # day month season unknown
    provenance = models.CharField(max_length=12, choices=Provenance)
    source_note = models.CharField(max_length=300, blank=True, default="")
    client_update = models.BooleanField(default=True)
    dwell_hours = models.SmallIntegerField(default=24)
    reboots = models.BooleanField(default=False)
    min_minutes = models.SmallIntegerField(default=15)
    max_minutes = models.SmallIntegerField(default=60)
    is_major = models.BooleanField(default=False)
    is_security_fix = models.BooleanField(default=False)
    advisory = models.CharField(max_length=200, blank=True, default="")
    changelog = models.URLField(max_length=300, blank=True, default="")  # G-PREP-14
    supported_until = models.DateField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    size = models.BigIntegerField(null=True)  # bytes of its file; null: the catalogue does not know
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="one_package_a_version")
        ]

    def __str__(self) -> str:
        return self.name


class Requirement(models.Model):
    """What must be installed before a package can be: only lower bounds (>=, >)."""

    package = models.ForeignKey(Package, models.CASCADE, related_name="requirements")
    kind = models.CharField(max_length=10, choices=Package.Kind)
    above = models.BooleanField(default=False)  # True: ">", False: ">="
    version = models.CharField(max_length=40)
    provenance = models.CharField(max_length=12, choices=Provenance)
    source_note = models.CharField(max_length=300, blank=True, default="")
