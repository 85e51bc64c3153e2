from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class ReadinessCheck(CustomerOwned):
    """A question asked before a job, its answer, and until when the answer counts."""

    class Name(models.TextChoices):
        REACHABILITY = "REACHABILITY", _("It can be reached")
        HEALTH = "HEALTH", _("It reports good health")
        IDENTITY = "IDENTITY", _("It is the appliance we expect")
        CLOCK = "CLOCK", _("Its clock is right")
        BACKUP = "BACKUP", _("A fresh backup exists")
        PATH = "PATH", _("The path is complete")
        BASE_VERSION = "BASE_VERSION", _("The base version was read lately")
        CONTRACT = "CONTRACT", _("Maintenance covers the date")
        LICENCE = "LICENCE", _("The licence does not end before")

    class Status(models.TextChoices):
        GOOD = "GOOD", _("good")
        WARNING = "WARNING", _("to watch")
        BAD = "BAD", _("bad")
        UNKNOWN = "UNKNOWN", _("could not be asked")

    site = OwnedForeignKey("appliances.Site", related_name="readiness")
    appliance = OwnedForeignKey("appliances.Appliance", null=True, related_name="readiness")
    job_id = models.UUIDField(null=True)
    name = models.CharField(max_length=20, choices=Name)
    status = models.CharField(max_length=10, choices=Status)
    blocks = models.BooleanField(default=False)
    observed = models.CharField(max_length=300, blank=True, default="")
    reason = models.CharField(max_length=400, blank=True, default="")
    taken_at = models.DateTimeField()
    valid_until = models.DateTimeField()

    objects = CustomerManager()

    class Meta:
        indexes = [models.Index(fields=["site", "-taken_at"], name="readiness_of_site")]

    def counts_at(self, at: datetime) -> bool:
        return self.taken_at <= at < self.valid_until


class Snapshot(CustomerOwned):
    """An appliance's measured state at an instant, kept to compare with a later one."""

    appliance = OwnedForeignKey("appliances.Appliance", related_name="snapshots")
    job_id = models.UUIDField(null=True)
    taken_at = models.DateTimeField()
    data = models.JSONField(default=dict)

    objects = CustomerManager()
