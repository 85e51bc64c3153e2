from django import forms
from django.utils.translation import gettext_lazy as _


class Picture(forms.Form):
    """Judged by its content, whatever its sender calls it."""

    picture = forms.FileField(
        label=_("Photograph"),
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}
        ),
        help_text=_("Where it was taken is not kept."),
    )
