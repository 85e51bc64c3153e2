from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from appliances.models.package import Package
from portal.models import Lives
from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class QuestionState(models.TextChoices):
    ASKED = "ASKED", _("Asked")
    ANSWERED = "ANSWERED", _("Answered")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class SupportQuestion(Lives, CustomerOwned):
    """*Ask support* (G-PREP-5): what is to be installed, and in which order? With a picture of
    Status > Basics; the answer becomes recorded requirements."""

    State = QuestionState

    site = OwnedForeignKey("appliances.Site", related_name="questions")
    appliance = OwnedForeignKey("appliances.Appliance", related_name="questions")
    picture = OwnedForeignKey("portal.EvidenceFile", null=True, related_name="+")
    text = models.TextField(_("what is unclear"), max_length=2000)
    target = models.CharField(max_length=40, blank=True, default="")
    asked_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(_("answer"), max_length=4000, blank=True, default="")
    answered_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    state = FSMField(choices=QuestionState, default=QuestionState.ASKED, protected=True)

    objects = CustomerManager()

    @transition(state, source=QuestionState.ASKED, target=QuestionState.ANSWERED)
    def give_answer(self, *, by: object, at: datetime, text: str) -> None:
        self.answered_by, self.answered_at, self.answer = by, at, text

    @transition(state, source=QuestionState.ASKED, target=QuestionState.WITHDRAWN)
    def withdraw(self) -> None:
        pass


class RecordedWord(CustomerOwned):
    """What an appliance itself said, or support answered for it ("3.2.4 does not satisfy…").

    It outranks an inferred or demo requirement of that package, for that appliance only.
    """

    appliance = OwnedForeignKey("appliances.Appliance", related_name="words")
    question = OwnedForeignKey("appliances.SupportQuestion", null=True, related_name="words")
    package = models.ForeignKey(Package, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Package.Kind)
    above = models.BooleanField(default=False)
    version = models.CharField(max_length=40)
    said = models.CharField(_("its words"), max_length=300, blank=True, default="")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appliance", "package", "kind"], name="one_word_a_package"
            )
        ]
