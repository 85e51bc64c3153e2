"""What moves a return on its pages: one small form a move, and photographs."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appliances.forms.pictures import Picture
from appliances.models import Appliance, HardwareReturn, ReturnPhotograph


def _text(label: Any, length: int, *, required: bool = True, help_text: Any = "") -> Any:
    return forms.CharField(label=label, max_length=length, required=required, help_text=help_text)


def _day(label: Any, *, required: bool = False) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    words = _("On the site’s clock.")
    return forms.DateTimeField(label=label, required=False, widget=widget, help_text=words)


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
    witness = _text(_("Who was there with you"), 120, required=False)


class Drives(forms.Form):
    where = _text(_("Where the drives are"), 200)
    reference = _text(_("Certificate of destruction"), 120, required=False)


class Waiver(forms.Form):
    reason = _text(_("Why it cannot be reset"), 400)
    where = _text(_("Where the drives went"), 200)


class Deleting(forms.Form):
    evidence = _text(_("What shows that it is deleted"), 120)


class Packing(forms.Form):
    contents = forms.CharField(
        label=_("Contents and quantity"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=_("One piece a line."),
    )  # fmt: skip
    antistatic_bag = forms.BooleanField(label=_("In an antistatic bag"), required=False)
    original_box = forms.BooleanField(label=_("In the original box"), required=False)
    copy_inside = forms.BooleanField(label=_("The packing slip is inside"), required=False)


class Labelling(forms.Form):
    """Two ticks that say so, and what stands on the label."""

    label_id = _text(_("Number on the carrier’s label"), 80, required=False)
    label_expires_on = _day(_("Label expires on"))
    outside = forms.BooleanField(label=_("The label is outside on the box"))
    numbered = forms.BooleanField(label=_("The RMA number is outside on the box"))

    def given(self) -> dict[str, Any]:
        names = ("label_id", "label_expires_on")
        return {name: self.cleaned_data[name] for name in names}


class Pickup(forms.Form):
    """From when until when, on the site's clock."""

    carrier = _text(_("Carrier"), 80)
    pickup_number = _text(_("Pickup number"), 80, required=False)
    pickup_from = _moment(_("Pickup from"))
    pickup_until = _moment(_("Pickup until"))

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def full_clean(self) -> None:
        with timezone.override(ZoneInfo(self.zone)):
            super().full_clean()


class HandingOver(forms.Form):
    by_name = _text(_("Handed over by"), 120)
    tracking = _text(_("Tracking number"), 80)


class Received(forms.Form):
    on = _day(_("Delivered on"), required=True)


class Serial(forms.Form):
    """What the page at the rack asks before it shows a button."""

    serial = forms.CharField(
        label=_("Serial number on the box"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters",
                                      "spellcheck": "false"}),
        help_text=_("Read it off the box in front of you."),
    )  # fmt: skip


class Photograph(Picture):
    """Of a return: what it shows, too."""

    field_order = ("shows", "picture")

    shows = forms.ChoiceField(label=_("It shows"), choices=ReturnPhotograph.Shows)
