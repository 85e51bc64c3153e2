from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from portal.models import ApiKey, Customer


class NewKey(forms.Form):
    """A key for a program. It may do no more than the person whose key it is."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Which program uses it, and where.")
    )
    customer = forms.ChoiceField(label=_("Customer"), required=False)
    scope = forms.ChoiceField(label=pgettext_lazy("what a key may do", "May"), choices=ApiKey.Scope)
    days = forms.IntegerField(
        label=_("Days until it expires"), min_value=1, max_value=365, initial=90
    )

    networks = forms.CharField(
        label=_("Only from these addresses"), max_length=900, required=False,
        help_text=_("Networks with commas between: 192.0.2.0/24, 2001:db8::7. Empty: from any."),
    )  # fmt: skip

    def __init__(self, *args: Any, customers: list[Customer], staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(customer.pk): customer for customer in customers}
        every = [("", _("every customer"))] if staff else []
        options = [(key, customer.name) for key, customer in self.known.items()]
        self.fields["customer"].choices = [*every, *options]  # type: ignore[attr-defined]
        self.fields["customer"].required = not staff

    def values(self) -> dict[str, Any]:
        """As keys.issue() takes them."""
        clean = self.cleaned_data
        return {
            "name": clean["name"],
            "customer": self.known.get(clean["customer"]),
            "scope": clean["scope"],
            "lives": timedelta(days=clean["days"]),
            "networks": clean["networks"].split(","),
        }
