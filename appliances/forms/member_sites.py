"""Which sites a member sees: every one, those to come too, or just the ticked ones."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appliances.models import Site

EVERY, SOME = "every", "some"


class MemberSites(forms.Form):
    which = forms.ChoiceField(
        label=_("Sees"),
        choices=[(EVERY, _("every site, also those to come")), (SOME, _("only these sites"))],
        widget=forms.RadioSelect,
    )
    sites = forms.TypedMultipleChoiceField(
        label=_("Sites"), required=False, coerce=uuid.UUID, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, known: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sites"].choices = [(str(site.pk), site.name) for site in known]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("which") == SOME and not data.get("sites"):
            self.add_error("sites", _("Tick at least one site."))
        return data

    def values(self) -> list[uuid.UUID] | None:
        """As a membership keeps them; None: every site."""
        return None if self.cleaned_data["which"] == EVERY else self.cleaned_data["sites"]
