from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.models import Webhook
from portal.publishing import EVENTS
from portal.services.webhooks.endpoints import LONGEST_OVERLAP_HOURS, OVERLAP_HOURS


class WebhookForm(forms.Form):
    """An endpoint; the service says what is wrong with it."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Which program listens."))
    address = forms.CharField(
        label=_("Address"), max_length=500,
        help_text=_("https, with a public name, on port 443. Redirects are not followed."),
    )  # fmt: skip
    events = forms.MultipleChoiceField(
        label=_("Events"), required=False, choices=[(name, name) for name in EVENTS],
        help_text=_("Choose none for all of them."),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    @staticmethod
    def of(hook: Webhook) -> dict[str, Any]:
        return {name: getattr(hook, name) for name in WebhookForm.base_fields}


class RotationForm(forms.Form):
    hours = forms.IntegerField(
        label=_("Hours for which both secrets sign"), min_value=0,
        max_value=LONGEST_OVERLAP_HOURS, initial=OVERLAP_HOURS,
        help_text=_("0: the old one is void at once."),
    )  # fmt: skip
