from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class DecisionLink(CustomerOwned):
    """Lets one contact decide about one job, once, by a mail. Only the SHA-256 of its token is
    kept. It lives until the enrolment's `answer_by`, so that a deadline that moves moves it too."""

    class Answer(models.TextChoices):
        ACCEPTED = "ACCEPTED", _("accepted")
        MOVED = "MOVED", _("another time taken")
        DECLINED = "DECLINED", _("declined")
        ELSEWHERE = "ELSEWHERE", _("decided elsewhere")  # by the other contact, a page, the rule

    enrolment = OwnedForeignKey("upgrades.Enrolment", related_name="links")
    job = OwnedForeignKey("upgrades.UpgradeJob", related_name="+")
    contact = OwnedForeignKey("portal.Contact", related_name="+")
    digest = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True, default="")

    objects = CustomerManager()

    def end(self, answer: str, *, at: datetime) -> None:
        self.answer, self.ended_at = answer, at


class PhoneCall(CustomerOwned):
    """Support is asked to telephone a contact whom no mail reaches. It counts as a rung."""

    FOR_STAFF_ALONE: ClassVar[dict[str, str]] = {}  # on their page alone, so all of it

    enrolment = OwnedForeignKey("upgrades.Enrolment", related_name="calls")
    contact = OwnedForeignKey("portal.Contact", related_name="+")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    said = models.CharField(_("what was said"), max_length=400, blank=True, default="")

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "contact"], name="one_call_a_contact")
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=models.Q(done_at=None), name="calls_to_make"
            )
        ]
