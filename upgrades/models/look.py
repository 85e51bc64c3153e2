from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class Look(CustomerOwned):
    """A look at a whole site round a window: the day before, at its start, after its end.

    It reads and never changes anything. The one at the start is asked by the runner before the
    window's first change, and `passed` lets it go on; the others are due in PostgreSQL and taken
    by any worker. BASES only notes, days before, that somebody looked whether each
    base version will be fresh by then. A booking that moved (another `revision`) is looked at anew.
    """

    class Kind(models.TextChoices):
        DAY_BEFORE = "DAY_BEFORE", _("the day before")
        START = "START", _("at the start")
        END = "END", _("after the end")
        BASES = "BASES", _("are base versions read in time")

    job = OwnedForeignKey("upgrades.UpgradeJob", related_name="looks")
    window = models.IntegerField()
    revision = models.IntegerField(default=0)
    kind = models.CharField(max_length=12, choices=Kind)
    due_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)  # real time: leases do not run on demo time
    done_at = models.DateTimeField(null=True)
    passed = models.BooleanField(default=False)

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job", "window", "revision", "kind"], name="one_look_of_a_kind"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(done_at__isnull=True), name="looks_due"
            )
        ]
