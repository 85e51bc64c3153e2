from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appliances.forms.appliances import ApplianceFacts


class Replacement(ApplianceFacts):
    """New hardware for a site: which one it replaces, and what it is."""

    replaces = forms.ChoiceField(label=_("It replaces"))
    base_version = forms.CharField(
        label=_("Base version"), max_length=40,
        help_text=_("As /appliance > Status > Basics of the new one shows it."),
    )  # fmt: skip

    field_order = (
        "replaces",
        "name",
        "host",
        "physical",
        "model",
        "serial",
        "rack_place",
        "base_version",
    )

    def __init__(self, *args: Any, appliances: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["region"]  # a traffic node's; those are not replaced
        self.fields["name"].required = False
        self.fields["data_gb"].initial = 0
        self.fields["replaces"].choices = [
            (str(box.pk), f"{box.letter} · {box.name}") for box in appliances
        ]
