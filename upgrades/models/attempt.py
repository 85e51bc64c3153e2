from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class Attempt(CustomerOwned):
    """The intent of an outside effect, committed before the call; kept whatever came of it.

    The database allows one open attempt an appliance, one attempt ever for a one-way effect, and
    none while a base hold is open on the site.
    """

    class Outcome(models.TextChoices):
        NOT_SENT = "NOT_SENT", _("not sent")
        ACCEPTED = "ACCEPTED", _("accepted")
        DONE = "DONE", _("done")
        REFUSED = "REFUSED", _("refused")
        UNKNOWN = "UNKNOWN", _("not known")

    step = OwnedForeignKey("upgrades.JobStep", related_name="attempts")
    appliance = OwnedForeignKey("appliances.Appliance", related_name="+")
    effect = models.CharField(max_length=20)
    token = models.BigIntegerField()
    intent_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    detail = models.CharField(max_length=400, blank=True, default="")

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appliance"],
                condition=models.Q(closed_at__isnull=True),
                name="one_open_attempt_an_appliance",
            ),
            models.UniqueConstraint(
                fields=["step"],
                condition=models.Q(effect="one-way"),
                name="one_attempt_ever_for_one_way",
            ),
        ]
