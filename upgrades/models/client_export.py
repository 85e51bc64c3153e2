from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from portal.models import Lives
from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class ExportState(models.TextChoices):
    WAITING = "WAITING", _("Waiting to be read")
    READING = "READING", _("Being read")
    READ = "READ", _("Read")
    REFUSED = "REFUSED", _("Refused")


S = ExportState


class ClientExport(Lives, CustomerOwned):
    """A large exported list (G-CLIENT-7) that a worker reads, as it was uploaded and is to be read.

    The file lies sealed in the store until it is over, and then no more. `tries` is the fence of
    whoever reads: a worker that finds another number has lost it. `lease_until` is real time.
    """

    STAYS_BEHIND: ClassVar = frozenset({"stored_as", "key_id"})  # ours alone

    State = ExportState

    job = OwnedForeignKey("upgrades.UpgradeJob", related_name="client_exports")
    step = OwnedForeignKey("upgrades.JobStep", related_name="+")
    by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    file_name = models.CharField(max_length=160)
    stored_as = models.CharField(max_length=160, blank=True, default="")
    key_id = models.CharField(max_length=40, blank=True, default="")
    size = models.BigIntegerField()  # bytes
    order = models.CharField(max_length=3, blank=True, default="")
    zone = models.CharField(max_length=60, blank=True, default="")
    release_at = models.DateTimeField(null=True)
    state = FSMField(choices=ExportState, default=ExportState.WAITING, protected=True)
    tries = models.SmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    percent = models.SmallIntegerField(default=0)
    half_id = models.UUIDField(null=True)  # the look that is being written: no key, it may go
    code = models.CharField(max_length=60, blank=True, default="")
    reason = models.TextField(blank=True, default="")  # in the uploader's language
    remedy = models.TextField(blank=True, default="")

    objects = CustomerManager()

    class Meta:
        indexes = [
            models.Index(
                fields=["lease_until"],
                condition=models.Q(state__in=["WAITING", "READING"]),
                name="exports_open",
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.state in (S.WAITING, S.READING)

    @transition(state, source=[S.WAITING, S.READING], target=S.READING)
    def begin(self, *, until: Any) -> None:
        """Also after a worker that died with it."""
        self.tries += 1
        self.percent, self.lease_until = 0, until

    @transition(state, source=S.READING, target=S.READ)
    def finish(self) -> None:
        self.percent, self.lease_until, self.stored_as, self.half_id = 100, None, "", None

    @transition(state, source=[S.WAITING, S.READING], target=S.REFUSED)
    def refuse(self, *, code: str, reason: str, remedy: str) -> None:
        self.code, self.reason, self.remedy = code[:60], reason, remedy
        self.lease_until, self.stored_as = None, ""
