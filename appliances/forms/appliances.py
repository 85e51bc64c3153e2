from django import forms
from django.utils.translation import gettext_lazy as _

from appliances.models import Appliance


class ApplianceFacts(forms.Form):
    """What may be known of an appliance and changed later."""

    name = forms.CharField(label=_("Name"), max_length=80)
    host = forms.CharField(
        label=_("Own host name"),
        max_length=253,
        help_text=_("Never the site's shared name: that may lead to another appliance."),
    )
    dialect = forms.ChoiceField(label=_("Interface"), choices=Appliance.Dialect)
    physical = forms.TypedChoiceField(
        label=_("Kind"),
        choices=[("1", _("physical")), ("", _("virtual"))],
        coerce=bool,
        empty_value=False,
        required=False,
    )
    model = forms.CharField(label=_("Model"), max_length=60, required=False)
    serial = forms.CharField(label=_("Serial number"), max_length=60, required=False)
    rack_place = forms.CharField(
        label=_("Place in the rack"),
        max_length=120,
        required=False,
        help_text=_("As somebody finds it who was never there: hall, row, rack, unit."),
    )
    region = forms.CharField(label=_("Region"), max_length=60, required=False)
    data_gb = forms.IntegerField(
        label=_("Stored data in GB"),
        min_value=0,
        max_value=1_000_000,
        help_text=_("Recordings make an install take longer."),
    )
    certificate_pin = forms.RegexField(
        r"^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$|^$",
        label=_("SHA-256 fingerprint to expect"),
        max_length=95,
        required=False,
        help_text=_("Only where the certificate is of an authority of your own."),
    )

    def clean_certificate_pin(self) -> str:
        return str(self.cleaned_data["certificate_pin"]).replace(":", "").lower()


class StaffApplianceFacts(ApplianceFacts):
    """Staff also say whether a private network may be called."""

    private_address = forms.BooleanField(
        label=_("Its private network address may be called"), required=False
    )


class Account(forms.Form):
    """An API account. What was stored is never shown, so the secret is typed anew each time."""

    auth = forms.ChoiceField(label=_("How it signs in"), choices=Appliance.Auth)
    account = forms.CharField(
        label=_("Client id, or user name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("Client secret, or password"),
        max_length=400,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Kept encrypted and never shown again."),
    )
