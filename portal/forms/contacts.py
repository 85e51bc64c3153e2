from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.models import Contact, Customer, Promise, User


class ContactForm(forms.Form):
    """Whom the vendor tells; the service says what is wrong with it."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(
        label=_("Telephone"), max_length=40, required=False,
        help_text=_("Support calls it where no mail arrives."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    zone = forms.CharField(
        label=_("Time zone"), max_length=60,
        help_text=_("For example Europe/Istanbul."),
    )  # fmt: skip
    rank = forms.IntegerField(
        label=_("Place in the order"), min_value=1, max_value=99, initial=1,
        help_text=_("1 is told first; the next one if nobody answers."),
    )  # fmt: skip

    @staticmethod
    def of(contact: Contact) -> dict[str, Any]:
        return {name: getattr(contact, name) for name in ContactForm.base_fields}


class PromiseForm(forms.Form):
    kind = forms.ChoiceField(label=_("About"), choices=Promise.Kind)
    days = forms.IntegerField(label=_("Days at least"), min_value=1, max_value=180)
    agreed_on = forms.DateField(
        label=_("Agreed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class LinksForm(forms.Form):
    links_need_sign_in = forms.BooleanField(
        label=_("Whoever decides by the link in an e-mail must sign in first"), required=False
    )


class AgreementForm(forms.Form):
    """What the vendor writes down of what was agreed."""

    silent_rule = forms.ChoiceField(label=_("When nobody answers"), choices=Customer.SilentRule)
    account_manager = forms.ModelChoiceField(
        None, label=_("Account manager"), required=False, empty_label=_("nobody")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.exclude(staff_role="").filter(is_active=True).order_by("name")
        self.fields["account_manager"].queryset = staff
