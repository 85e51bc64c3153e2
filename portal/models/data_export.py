from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from portal.models.lives import Lives
from portal.tenancy import CustomerManager, CustomerOwned


class DataExportState(models.TextChoices):
    WAITING = "WAITING", _("Waiting to be made")
    MAKING = "MAKING", _("Being made")
    MADE = "MADE", pgettext_lazy("a file", "Ready")
    FAILED = "FAILED", pgettext_lazy("a file", "Failed")
    EXPIRED = "EXPIRED", pgettext_lazy("a file", "Deleted")


S = DataExportState


class DataExport(Lives, CustomerOwned):
    """Everything that the portal keeps of a customer as one file: asked for by a person, made by a
    worker, kept until `expires_at`, sealed since it holds backups of appliances.

    `sha256` and `size` (bytes) are of the plain ZIP. `lease_until` and `tries`: whoever makes it
    has it until then; real time.
    """

    State = DataExportState
    STAYS_BEHIND: ClassVar = frozenset({"stored_as", "key_id", "lease_until"})  # ours alone

    by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = FSMField(choices=DataExportState, default=DataExportState.WAITING, protected=True)
    tries = models.SmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    size = models.BigIntegerField(default=0)
    stored_as = models.CharField(max_length=160, blank=True, default="")
    key_id = models.CharField(max_length=40, blank=True, default="")

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(state__in=["WAITING", "MAKING"]),
                name="one_data_export_at_a_time",
            )
        ]
        indexes = [
            models.Index(
                fields=["at"],
                condition=models.Q(state__in=["WAITING", "MAKING", "MADE"]),
                name="data_exports_open",
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.state in (S.WAITING, S.MAKING)

    @transition(state, source=[S.WAITING, S.MAKING], target=S.MAKING)
    def begin(self, *, until: datetime) -> None:
        """Also after a worker that died with it."""
        self.tries += 1
        self.lease_until = until

    @transition(state, source=S.MAKING, target=S.MADE)
    def finish(self, *, sha256: str, size: int, at: datetime, until: datetime) -> None:
        """Where it lies and how it is sealed is told beside this."""
        self.sha256, self.size, self.made_at, self.expires_at = sha256, size, at, until
        self.lease_until = None

    @transition(state, source=[S.WAITING, S.MAKING], target=S.FAILED)
    def give_up(self) -> None:
        """It was tried too often, or whoever asked may not have it any more."""
        self.lease_until = None

    @transition(state, source=S.MADE, target=S.EXPIRED)
    def expire(self) -> None:
        """Its day is over: the file goes, the row says that there was one."""
        self.stored_as = self.key_id = ""
