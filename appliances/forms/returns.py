"""What moves a return on its page: one small form a move, and the facts as they become known."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appliances.models import Appliance, HardwareReturn


def _text(label: Any, length: int, *, required: bool = True, help_text: Any = "") -> Any:
    return forms.CharField(label=label, max_length=length, required=required, help_text=help_text)


def _day(label: Any, *, required: bool = False) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


class Nothing(forms.Form):
    """A move that says all by itself."""


class Reason(forms.Form):
    reason = _text(_("Reason"), 400)


class Opening(forms.Form):
    """A return by itself, for an appliance that failed."""

    appliance = forms.ChoiceField(label=_("Appliance"))
    kind = forms.ChoiceField(label=_("Kind"), choices=HardwareReturn.Kind)
    reason = forms.CharField(
        label=_("What happened"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("After a hardware job a return is opened by itself."),
    )  # fmt: skip

    def __init__(self, *args: Any, appliances: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["appliance"].choices = [
            (str(box.pk), f"{box.letter} · {box.name}") for box in appliances
        ]


class Authorising(forms.Form):
    rma_number = _text(_("RMA number"), 60, required=False, help_text=_("Virtual ones need none."))


class Confirming(forms.Form):
    """On which appliance production runs now."""

    replacement = forms.ChoiceField(label=_("Production runs on"), required=False)
    sure = forms.BooleanField(label=_("I have seen it in production"))

    def __init__(self, *args: Any, appliances: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replacement"].choices = [
            ("", _("another appliance of the site, as recorded")),
            *((str(box.pk), f"{box.letter} · {box.name}") for box in appliances),
        ]

    def chosen(self) -> Appliance | None:
        found = self.cleaned_data["replacement"]
        return Appliance.known.select_related("replaces").get(pk=found) if found else None


class Wiping(forms.Form):
    serial = _text(_("Serial number as read on the box that was reset"), 60)


class Drives(forms.Form):
    where = _text(_("Where the drives are"), 200)
    reference = _text(_("Certificate of destruction"), 120, required=False)


class Waiver(forms.Form):
    reason = _text(_("Why it cannot be reset"), 400)
    where = _text(_("Where the drives went"), 200)


class Deleting(forms.Form):
    evidence = _text(_("What shows that it is deleted"), 120)


class Pickup(forms.Form):
    carrier = _text(_("Carrier"), 80)
    pickup_number = _text(_("Pickup number"), 80, required=False)


class HandingOver(forms.Form):
    by_name = _text(_("Handed over by"), 120)
    tracking = _text(_("Tracking number"), 80)


class Received(forms.Form):
    on = _day(_("Delivered on"), required=True)


class Facts(forms.ModelForm):  # type: ignore[type-arg]
    """Numbers, dates and parcel: written down as they become known."""

    class Meta:
        model = HardwareReturn
        fields = (
            "kind", "case_number", "rma_number", "due_back_on", "asset_tag", "mac",
            "new_serial", "new_delivered_on", "contract_moved", "wipe_witness", "contents",
            "accessories_kept", "antistatic_bag", "original_box", "weight_kg", "size_cm",
            "label_outside", "rma_outside", "copy_inside", "carrier", "label_id",
            "label_expires_on", "pickup_number", "tracking",
        )  # fmt: skip
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("due_back_on", "new_delivered_on", "label_expires_on")
        } | {"contents": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].required = name == "kind"
