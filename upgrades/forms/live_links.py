from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

LASTS = [
    ("", _("until 12 hours after the last window")), ("1", _("for 1 day")),
    ("3", _("for 3 days")), ("7", _("for 7 days")), ("14", _("for 14 days")),
]  # fmt: skip


class LiveLinkForm(forms.Form):
    """A link for the night shift: for whom, and for how long."""

    name = forms.CharField(label=_("For whom"), max_length=80)
    lasts = forms.ChoiceField(label=_("It works"), choices=LASTS, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, auto_id="share_%s", **kwargs)  # type: ignore[arg-type]

    def clean_lasts(self) -> timedelta | None:
        days = self.cleaned_data["lasts"]
        return timedelta(days=int(days)) if days else None
