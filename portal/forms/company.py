import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.models import CompanyProvider


class ProviderForm(forms.Form):
    """A customer's own OpenID provider; the service says what is wrong with it."""

    issuer = forms.CharField(
        label=_("Issuer"), max_length=300,
        help_text=_("The https address that your provider calls itself by, to the letter."),
    )  # fmt: skip
    client_id = forms.CharField(label=_("Client id"), max_length=300)
    secret = forms.CharField(
        label=_("Client secret"), max_length=1000, required=False, strip=False,
        help_text=_("Kept sealed and never shown. Leave it empty to keep the one that is there."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    domains = forms.CharField(
        label=_("E-mail domains"), max_length=5000,
        help_text=_("One a line. Each counts once the vendor has confirmed that it is yours."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )  # fmt: skip

    def clean_issuer(self) -> str:
        return str(self.cleaned_data["issuer"]).strip()

    def clean_domains(self) -> list[str]:
        return [part for part in re.split(r"[\s,;]+", self.cleaned_data["domains"]) if part]

    @staticmethod
    def of(row: CompanyProvider | None) -> dict[str, Any]:
        if row is None:
            return {}
        domains = row.domains.order_by("domain").values_list("domain", flat=True)
        return {
            "issuer": row.issuer, "client_id": row.client_id, "domains": "\n".join(domains)
        }  # fmt: skip
