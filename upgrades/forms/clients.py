"""What a person fills in about clients: an exported list, and what happens with those to come."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.errors import Refused
from upgrades.models import ClientDecision, JobStep
from upgrades.services.clients.dates import Order


class ExportForm(forms.Form):
    """An exported list, and how its dates are to be read. The service judges all of it."""

    file = forms.FileField(
        label=_("Exported list, CSV"),
        help_text=_("With the columns Name and Status Details, of all Jump Clients."),
    )
    order = forms.ChoiceField(
        label=_("Dates in this file"), required=False,
        choices=[
            (Order.UNKNOWN.value, _("as they tell themselves")),
            (Order.DAY_FIRST.value, _("the day first: 31/12/2026")),
            (Order.MONTH_FIRST.value, _("the month first: 12/31/2026")),
        ],
    )  # fmt: skip
    release_at = forms.DateTimeField(
        label=_("Last upgrade of the appliance"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("On the site’s clocks; every date must be later. Empty: as the portal knows."),
    )  # fmt: skip

    def __init__(self, step: JobStep, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="export_%s", **kwargs)
        self.step = step

    def clean_release_at(self) -> datetime | None:
        """What was typed are the site's clocks, whatever zone the reader has."""
        typed = self.cleaned_data["release_at"]
        zone = ZoneInfo(self.step.job.site.zone)
        return typed.replace(tzinfo=zone) if typed else None

    def takes(self, refusal: Refused) -> bool:
        """A refusal of the file stands beside the field that it concerns."""
        named = [name for name in refusal.fields if name in self.fields]
        for name in named or ["file"]:
            self.add_error(name, str(refusal.fields.get(name, refusal)))
        if refusal.remedy:
            self.add_error(None, str(refusal.remedy))
        return True


class DecisionForm(forms.Form):
    choice = forms.ChoiceField(label=_("What happens with them"), choices=ClientDecision.Choice)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=400)
    all = forms.BooleanField(required=False)
