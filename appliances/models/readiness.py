from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class CheckName(models.TextChoices):
    """vendor.md §9.1, in the order in which answers are shown."""

    REACHABILITY = "REACHABILITY", _("It can be reached")
    HEALTH = "HEALTH", _("It reports good health")
    IDENTITY = "IDENTITY", _("It is the appliance we expect")
    BASE_HOLD = "BASE_HOLD", _("No base problem is open")
    DRIFT = "DRIFT", _("Nothing was changed behind the portal’s back")
    CLOCK = "CLOCK", _("Its clock is right")
    VERSION_KNOWN = "VERSION_KNOWN", _("It runs the recorded product")
    BASE_VERSION = "BASE_VERSION", _("The base version was read lately")
    RETIRED_VERSION = "RETIRED_VERSION", _("Its release is still looked after")
    ACCOUNT = "ACCOUNT", _("Our account may do what is needed")
    BACKUP = "BACKUP", _("A fresh backup exists")
    BACKUP_SANE = "BACKUP_SANE", _("The backup is about as large as the last one")
    CERTIFICATE_SAVED = "CERTIFICATE_SAVED", _("The certificates were exported lately")
    CERTIFICATE_ENDS = "CERTIFICATE_ENDS", _("The certificate does not end soon")
    PAIR_ROLES = "PAIR_ROLES", _("One is primary, one is backup")
    PAIR_VERSIONS = "PAIR_VERSIONS", _("Both run the same version and build")
    KEYS = "KEYS", _("Both have the same inter-appliance key")
    SYNC_FRESH = "SYNC_FRESH", _("The data was synchronised lately")
    INTERIM = "INTERIM", _("The time without failover is not too long")
    CLUSTER_FLAGS = "CLUSTER_FLAGS", _("The nodes accept connections as expected")
    CLUSTER_VERSIONS = "CLUSTER_VERSIONS", _("All nodes run the same version")
    DRAINED = "DRAINED", _("Nobody is connected to the nodes out of service")
    JUMP_CLIENTS = "JUMP_CLIENTS", _("The Jump Clients have followed the last release")
    JUMPOINTS = "JUMPOINTS", _("The Jumpoints are connected")
    REPS = "REPS", _("No representative is signed in")
    PATH = "PATH", _("The path is complete")
    WINDOW_FITS = "WINDOW_FITS", _("The worst case fits into its window")
    TESTED = "TESTED", _("The release is confirmed on the test site")
    DIFFERENCE = "DIFFERENCE", _("What the last window changed is acknowledged")
    CONTRACT = "CONTRACT", _("Maintenance covers the date")
    LICENCE = "LICENCE", _("The licence does not end before")


class ReadinessCheck(CustomerOwned):
    """A question asked before a job, its answer, and until when the answer counts.

    `blocks`: nothing starts while this is bad. With a `waiver` somebody answers for it.
    """

    Name = CheckName

    class Status(models.TextChoices):
        GOOD = "GOOD", _("good")
        WARNING = "WARNING", _("to watch")
        BAD = "BAD", _("bad")
        UNKNOWN = "UNKNOWN", _("could not be asked")

    site = OwnedForeignKey("appliances.Site", related_name="readiness")
    appliance = OwnedForeignKey("appliances.Appliance", null=True, related_name="readiness")
    job_id = models.UUIDField(null=True)
    window = models.IntegerField(default=0)  # 0: not at the start of a window
    name = models.CharField(max_length=30, choices=Name)
    status = models.CharField(max_length=10, choices=Status)
    blocks = models.BooleanField(default=False)
    waiver = OwnedForeignKey("appliances.Waiver", null=True, related_name="+")
    observed = models.CharField(max_length=300, blank=True, default="")
    reason = models.CharField(max_length=400, blank=True, default="")
    taken_at = models.DateTimeField()
    valid_until = models.DateTimeField()

    objects = CustomerManager()

    class Meta:
        indexes = [models.Index(fields=["site", "-taken_at"], name="readiness_of_site")]

    def counts_at(self, at: datetime) -> bool:
        return self.taken_at <= at < self.valid_until

    @property
    def stops(self) -> bool:
        """Nothing may start: it is bad, it blocks, and nobody answers for it."""
        return self.blocks and self.status == self.Status.BAD and self.waiver_id is None


class Snapshot(CustomerOwned):
    """An appliance's measured state at an instant, kept to compare with a later one."""

    class Moment(models.TextChoices):
        ONCE = "", _("on request")
        BEFORE = "BEFORE", _("before the window")
        AFTER = "AFTER", _("after the window")

    appliance = OwnedForeignKey("appliances.Appliance", related_name="snapshots")
    job_id = models.UUIDField(null=True)
    window = models.IntegerField(default=0)
    moment = models.CharField(max_length=10, choices=Moment, blank=True, default="")
    taken_at = models.DateTimeField()
    data = models.JSONField(default=dict)

    objects = CustomerManager()

    class Meta:
        indexes = [
            models.Index(fields=["job_id", "window"], name="snapshots_of_window"),
            models.Index(fields=["customer", "taken_at", "id"], name="snapshots_in_order"),
        ]
