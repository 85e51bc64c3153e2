from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from portal.models import Lives
from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class InterimState(models.TextChoices):
    OPEN = "OPEN", _("Without failover")
    TOO_LONG = "TOO_LONG", _("Too long without failover")
    ENDED = "ENDED", _("Ended")


S = InterimState
STANDING = (S.OPEN, S.TOO_LONG)


class Interim(Lives, CustomerOwned):
    """The time without failover: nothing protects the site (G-PAIR-4). Of a pair, from breaking the
    relationship to restoring it; of a cluster, from the first master's new release, or backup
    operations turned off, until both have it and backup operations are on again (G-ATLASF-9, 13).

    Begins and ends with what is proven at the appliances, so it outlives halts, missed windows and
    the job that began it.
    """

    State = InterimState

    site = OwnedForeignKey("appliances.Site", related_name="interims")
    job = OwnedForeignKey("upgrades.UpgradeJob", related_name="+")  # with which it began
    ended_by = OwnedForeignKey("upgrades.UpgradeJob", null=True, related_name="+")
    state = FSMField(choices=InterimState, default=InterimState.OPEN, protected=True)
    began_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # when the alert went out
    ended_at = models.DateTimeField(null=True)

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site"],
                condition=models.Q(ended_at__isnull=True),
                name="one_interim_a_site",
            )
        ]

    def __str__(self) -> str:
        return f"{self.site} since {self.began_at:%Y-%m-%d %H:%M}"

    @property
    def due_at(self) -> datetime:
        """From then on it is too long, by the site's own limit."""
        return self.began_at + timedelta(days=self.site.interim_days)

    @property
    def is_too_long(self) -> bool:
        return self.state == S.TOO_LONG

    @transition(state, source=S.OPEN, target=S.TOO_LONG)
    def exceed(self, *, at: datetime) -> None:
        self.told_at = at

    @transition(state, source=[S.OPEN, S.TOO_LONG], target=S.ENDED)
    def end(self, *, at: datetime) -> None:
        self.ended_at = at
