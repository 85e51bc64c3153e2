"""What a person gives who types a night back: the form, and the pictures that it names."""

from django import forms
from django.utils.translation import gettext_lazy as _

from appliances.forms.importing import Files


class WrittenForm(forms.Form):
    form = forms.FileField(
        label=_("The form, filled in"), help_text=_("form.csv of the pack, saved as CSV.")
    )
    pictures = Files(
        label=_("Pictures that it names"), required=False,
        help_text=_("All of them together, under the names that stand in the form."),
    )  # fmt: skip
