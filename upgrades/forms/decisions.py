from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

ACCEPT, DECLINE = "accept", "decline"


class DecisionForm(forms.Form):
    """An answer by a link: accept, decline, or a start (an instant as it stood on the page)."""

    answer = forms.CharField(max_length=40)
    digest = forms.CharField(max_length=40)
    reason = forms.CharField(
        label=_("Why not now, or a note for us"), help_text=_("Needed only for “Not now”."),
        max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    word = forms.BooleanField(
        label=_("I agree that no node of a region accepts connections for a time"), required=False
    )

    def clean_answer(self) -> str | datetime:
        answer = str(self.cleaned_data["answer"])
        if answer in (ACCEPT, DECLINE):
            return answer
        try:
            start = datetime.fromisoformat(answer)
        except ValueError:
            start = None
        if start is None or start.tzinfo is None:
            raise forms.ValidationError(_("Choose one of the answers."))
        return start

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("answer") == DECLINE and not given.get("reason", "").strip():
            self.add_error("reason", _("Tell us why, so that we can offer something else."))
        return given
