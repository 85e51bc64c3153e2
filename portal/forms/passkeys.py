from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms.session import Proof
from portal.models import Passkey

WITHOUT_SCRIPT = _("A passkey needs JavaScript: without it, use your password or a code.")


class Answer(forms.Form):
    """What the browser's script was given by the authenticator, as JSON."""

    credential = forms.CharField(
        max_length=20_000,
        widget=forms.HiddenInput,
        error_messages={"required": WITHOUT_SCRIPT, "max_length": WITHOUT_SCRIPT},
    )


class Named(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("Of the device or password manager that keeps it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NewPasskey(Proof, Named):
    field_order = ("name", "password")


class Removal(Proof):
    passkey = forms.ModelChoiceField(Passkey.objects.none(), label=_("Passkey"), empty_label=None)
    field_order = ("passkey", "password")

    def __init__(self, *args: Any, passkeys: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passkey"].queryset = passkeys
