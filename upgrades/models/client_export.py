from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext, gettext_lazy as _
from django_fsm import FSMField, transition

from portal.errors import Refused
from portal.models import Leased
from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class ExportState(models.TextChoices):
    WAITING = "WAITING", _("Waiting to be read")
    READING = "READING", _("Being read")
    READ = "READ", _("Read")
    REFUSED = "REFUSED", _("Refused")


S = ExportState


class ClientExport(Leased, CustomerOwned):
    """A large exported list (G-CLIENT-7) that a worker reads, as it was uploaded and is to be read.

    The file lies sealed in the store until it is over, and then no more.
    """

    STAYS_BEHIND: ClassVar = frozenset({"stored_as", "key_id"})  # ours alone

    State = ExportState
    OPEN = (S.WAITING, S.READING)
    LEASE = PAUSE = timedelta(minutes=2)

    job = OwnedForeignKey("upgrades.UpgradeJob", related_name="client_exports")
    step = OwnedForeignKey("upgrades.JobStep", related_name="+")
    file_name = models.CharField(max_length=160)
    key_id = models.CharField(max_length=40, blank=True, default="")
    size = models.BigIntegerField()  # bytes
    order = models.CharField(max_length=3, blank=True, default="")
    zone = models.CharField(max_length=60, blank=True, default="")
    release_at = models.DateTimeField(null=True)
    state = FSMField(choices=ExportState, default=ExportState.WAITING, protected=True)
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

    def file(self, number: int = 0) -> str:
        """What was uploaded, whichever try reads it."""
        return f"{self.customer_id}/{self.pk.hex[:2]}/{self.pk.hex}"

    @transition(state, source=[S.WAITING, S.READING], target=S.READING)
    def begin(self) -> None:
        """Also after a worker that died with it."""
        self.percent = 0

    @transition(state, source=S.READING, target=S.READ)
    def finish(self) -> None:
        self.percent, self.stored_as, self.half_id = 100, "", None

    @transition(state, source=[S.WAITING, S.READING], target=S.REFUSED)
    def give_up(self, why: Refused | None) -> None:
        """Nothing of it stays but why, in the language of the moment."""
        self.code, self.stored_as = (why.code if why else "fault")[:60], ""
        self.reason = str(why or gettext("The portal could not read this list."))
        self.remedy = str(why.remedy if why else gettext("Upload it again, or ask support."))
