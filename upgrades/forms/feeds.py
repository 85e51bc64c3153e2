from django import forms
from django.utils.translation import gettext_lazy as _

from appliances.services.filtering import FIELDS
from portal.errors import Refused
from portal.filtering import parse


class FeedForm(forms.Form):
    """A calendar address: a customer's by its slug, or staff's with a sentence."""

    name = forms.CharField(label=_("Name"), max_length=80)
    customer = forms.SlugField(required=False)
    sentence = forms.CharField(label=_("Sites"), max_length=1000, required=False)

    def clean_sentence(self) -> str:
        sentence = str(self.cleaned_data["sentence"])
        try:
            parse(sentence, FIELDS)
        except Refused as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        return sentence
