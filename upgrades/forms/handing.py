"""To whom a step is handed over, and what they should know."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.models import User
from upgrades.models import JobStep


class HandOverForm(forms.Form):
    to = forms.TypedChoiceField(label=_("Hand it over to"), coerce=uuid.UUID)
    note = forms.CharField(
        label=_("Note for them"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, step: JobStep, people: Iterable[User], *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"hand{step.seq}_%s")
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(str(person.pk), str(person)) for person in people]
