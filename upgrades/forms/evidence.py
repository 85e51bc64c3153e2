"""What a person types and uploads to confirm a step: the fields that its action asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from appliances import actions as do
from portal.errors import Refused
from upgrades.models import JobStep

SEVERAL_LINES = {"files", "checksums", "installers", "checked", "offered", "blocked"}
Kind = do.FieldKind


class EvidenceForm(forms.Form):
    """Text in, text out: the service judges what was typed, field by field."""

    remark = forms.CharField(
        label=gettext_lazy("Remark"), required=False, max_length=500,
        help_text=gettext_lazy("If there is something else to know."),
    )  # fmt: skip

    def __init__(self, step: JobStep, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"step{step.seq}_%s")
        super().__init__(*args, **kwargs)
        self.step = step
        own = {field.name: _made(field) for field in do.find(step.action).evidence_fields}
        self.fields = {**own, "remark": self.fields["remark"]}

    def values(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if not isinstance(self.fields[name], forms.FileField)
        }

    def uploads(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if isinstance(self.fields[name], forms.FileField) and value
        }

    def takes(self, refusal: Refused) -> bool:
        """Whether a refusal concerns fields of this form: then it stands beside them."""
        for name, sentence in refusal.fields.items():
            if name in self.fields:
                self.add_error(name, str(sentence))
        if refusal.remedy and self.errors:
            self.add_error(None, str(refusal.remedy))
        return bool(self.errors)


def _made(field: do.Field) -> forms.Field:
    words = {
        "label": _(field.label), "required": field.required,
        "help_text": _(field.help) if field.help else "",
    }  # fmt: skip
    if field.kind == Kind.FILE:
        return forms.FileField(**words)
    if field.kind == Kind.TICK:
        return forms.BooleanField(**words)
    if field.kind == Kind.CHOICE:
        choices = [(value, _(label)) for value, label in field.choices]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **words)
    return forms.CharField(widget=_widget(field), **words)


def _widget(field: do.Field) -> forms.Widget:
    if field.name in SEVERAL_LINES:
        return forms.Textarea(attrs={"rows": 3})
    types = {Kind.NUMBER: "number", Kind.DATE: "date", Kind.DATETIME: "datetime-local"}
    if field.kind in types:
        return forms.TextInput(attrs={"type": types[field.kind]})
    if field.kind == Kind.VERSION:
        return forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "12.2.0"})
    return forms.TextInput()
