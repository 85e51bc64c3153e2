from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from portal.errors import Refused
from portal.models.leased import Leased
from portal.tenancy import CustomerManager, CustomerOwned


class DataExportState(models.TextChoices):
    WAITING = "WAITING", _("Waiting to be made")
    MAKING = "MAKING", _("Being made")
    MADE = "MADE", pgettext_lazy("a file", "Ready")
    FAILED = "FAILED", pgettext_lazy("a file", "Failed")
    EXPIRED = "EXPIRED", pgettext_lazy("a file", "Deleted")


S = DataExportState


class DataExport(Leased, CustomerOwned):
    """Everything that the portal keeps of a customer as one file: asked for by a person, made by a
    worker, kept until `expires_at`, sealed since it holds backups of appliances.

    `sha256` and `size` (bytes) are of the plain ZIP.
    """

    State = DataExportState
    STAYS_BEHIND: ClassVar = frozenset({"stored_as", "key_id", "lease_until"})  # ours alone
    OPEN = (S.WAITING, S.MAKING)
    FOLDER = "exports"
    LEASE = timedelta(minutes=10)  # longer than the largest file of a customer takes

    state = FSMField(choices=DataExportState, default=DataExportState.WAITING, protected=True)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    size = models.BigIntegerField(default=0)
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

    @transition(state, source=[S.WAITING, S.MAKING], target=S.MAKING)
    def begin(self) -> None:
        """Also after a worker that died with it."""

    @transition(state, source=S.MAKING, target=S.MADE)
    def finish(self, *, sha256: str, size: int, at: datetime, until: datetime) -> None:
        """Where it lies and how it is sealed is told beside this."""
        self.sha256, self.size, self.made_at, self.expires_at = sha256, size, at, until

    @transition(state, source=[S.WAITING, S.MAKING], target=S.FAILED)
    def give_up(self, why: Refused | None = None) -> None:
        """It was tried too often, or whoever asked may not have it any more."""

    @transition(state, source=S.MADE, target=S.EXPIRED)
    def expire(self) -> None:
        """Its day is over: the file goes, the row says that there was one."""
        self.stored_as = self.key_id = ""
