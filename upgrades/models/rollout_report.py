import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from portal.errors import Refused
from portal.models import Leased


class ReportState(models.TextChoices):
    WAITING = "WAITING", _("Waiting to be made")
    MAKING = "MAKING", _("Being made")
    MADE = "MADE", _("Made")
    FAILED = "FAILED", _("Failed")


S = ReportState


class RolloutReport(Leased):
    """A rollout on paper, as it stood when a worker read it. Platform data: it names the sites of
    many customers, so staff alone may see it.

    `facts` is the SHA-256 of what was read, printed on every page and the same in every language;
    `sha256` is the file's own.
    """

    State = ReportState
    OPEN = (S.WAITING, S.MAKING)
    LEASE = timedelta(minutes=5)  # longer than reading and typesetting may take together
    FOLDER = "rollout-reports"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rollout = models.ForeignKey("upgrades.Rollout", models.PROTECT, related_name="reports")
    language = models.CharField(max_length=5)
    paper = models.CharField(max_length=6)
    state = FSMField(choices=ReportState, default=ReportState.WAITING, protected=True)
    percent = models.SmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    facts = models.CharField(max_length=64, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    size = models.BigIntegerField(default=0)  # bytes

    objects = models.Manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["at"],
                condition=models.Q(state__in=["WAITING", "MAKING"]),
                name="reports_to_make",
            )
        ]

    def file(self, number: int) -> str:
        return f"{self.FOLDER}/{self.pk}-{number}.pdf"

    @transition(state, source=[S.WAITING, S.MAKING], target=S.MAKING)
    def begin(self) -> None:
        """Also after a worker that died with it."""
        self.percent = 0

    @transition(state, source=S.MAKING, target=S.WAITING)
    def read_again(self) -> None:
        """What was read may name somebody who is being erased: whoever makes it loses it."""
        self.percent, self.lease_until, self.read_at, self.facts = 0, None, None, ""

    @transition(state, source=S.MAKING, target=S.MADE)
    def finish(self, *, sha256: str, size: int, stored_as: str, at: datetime) -> None:
        self.sha256, self.size, self.stored_as, self.made_at = sha256, size, stored_as, at
        self.percent = 100

    @transition(state, source=[S.WAITING, S.MAKING], target=S.FAILED)
    def give_up(self, why: Refused | None = None) -> None:
        """It was tried too often."""
