"""What shall go wrong in a rehearsal, and with which seed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upgrades.planning.plan import Plan
from upgrades.services.rehearsals import faults
from upgrades.services.rehearsals.asking import MOST_SEED

RANDOM = "random"


class RehearsalForm(forms.Form):
    """Faults that fit the plan, each at a step that is drawn; or drawn altogether."""

    faults = forms.MultipleChoiceField(
        label=_("What goes wrong"), required=False, widget=forms.CheckboxSelectMultiple
    )
    seed = forms.IntegerField(
        label=_("Seed"), required=False, min_value=0, max_value=MOST_SEED - 1,
        help_text=_("The same seed plays the same again. Empty: a new one."),
    )  # fmt: skip

    def __init__(self, plan: Plan, data: Any = None) -> None:
        super().__init__(data)
        self.fitting = faults.fitting(plan)
        choices = [(fault.name, fault.title) for fault in self.fitting]
        self.fields["faults"].choices = [(RANDOM, _("Drawn by the seed")), *choices]
