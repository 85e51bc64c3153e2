from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
PICTURE_TYPES = "image/png,image/jpeg,image/webp,application/pdf"


class Picture(forms.FileField):
    """What the services accept of it is judged by its content, not here."""

    widget = forms.FileInput(attrs={"accept": PICTURE_TYPES})


class Versions(forms.Form):
    """What a person read off Status > Basics; at least one of the two."""

    base_version = forms.CharField(label=_("Base version"), max_length=40, required=False)
    product_version = forms.CharField(label=_("Product version"), max_length=40, required=False)
    picture = Picture(
        label=_("Picture of Status > Basics"),
        required=False,
        help_text=_("A screenshot or a photograph. It is kept with the reading."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not (given.get("base_version") or given.get("product_version")):
            raise forms.ValidationError(_("Type at least one version."))
        return given


class Licences(forms.Form):
    number = forms.IntegerField(label=_("Licences"), min_value=1, max_value=100_000)
    expires_on = forms.DateField(
        label=_("Expire on"),
        required=False,
        widget=DATE,
        help_text=_("Leave it empty where the page says Never."),
    )
