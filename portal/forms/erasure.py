from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms.passkeys import Proof


class Named(Proof):
    """The customer's name, typed, and the password, asked for anew."""

    name = forms.CharField(
        label=_("The customer’s name"),
        max_length=120,
        help_text=_("As it stands at the top of the page."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("name", "password")


class Asking(Named):
    reason = forms.CharField(label=_("Reason"), max_length=400)
    field_order = ("reason", "name", "password")
