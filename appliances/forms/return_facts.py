"""Everything that is written down of a return as it becomes known (vendor.md §8.3)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from appliances.models import HardwareReturn
from appliances.services import parties

DATES = ("due_back_on", "new_delivered_on", "label_expires_on")
GROUPS = (
    (_("Case"), ("kind", "case_number", "rma_number", "severity", "due_back_on", "exposure",
                 "currency")),
    (_("Old and new"), ("asset_tag", "mac", "new_serial", "new_delivered_on", "new_seal_intact")),
    (_("Before it leaves"), ("backup_verified", "certificate_moved", "contract_moved", "left_pair",
                             "wipe_witness")),
    (_("Parcel"), ("contents", "accessories_kept", "antistatic_bag", "original_box", "weight_kg",
                   "size_cm", "copy_inside")),
    (_("Transport"), ("carrier", "label_id", "label_expires_on", "pickup_number", "tracking")),
)  # fmt: skip
# Kept as plain texts under names: prefix of the form's fields, title, lines.
NAMED: dict[str, tuple[Any, Mapping[str, Any]]] = {
    "ship_from": (pgettext_lazy("a parcel", "From"), parties.PARTY),
    "ship_to": (pgettext_lazy("a parcel", "To"), parties.PARTY),
    "customs": (_("Customs"), parties.CUSTOMS),
}


class Facts(forms.ModelForm):  # type: ignore[type-arg]
    """All in one form; what is left empty is not known yet."""

    severity = forms.IntegerField(
        label=_("Severity"), min_value=1, max_value=3, required=False,
        help_text=_("The vendor’s, from 1 to 3."),
    )  # fmt: skip
    currency = forms.RegexField(
        r"^[A-Z]{3}$", label=_("Currency"), required=False, help_text=_("For instance EUR.")
    )

    class Meta:
        model = HardwareReturn
        fields = tuple(name for _title, names in GROUPS for name in names)
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in DATES
        } | {"contents": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for prefix, (_title, lines) in NAMED.items():
            known = getattr(self.instance, prefix) or {}
            for name, label in lines.items():
                self.fields[f"{prefix}_{name}"] = forms.CharField(
                    label=label, max_length=parties.LONGEST, initial=known.get(name, "")
                )
        for name in self.fields:
            self.fields[name].required = name == "kind"

    def groups(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        for title, names in GROUPS:
            yield title, [self[name] for name in names]
        for prefix, (title, lines) in NAMED.items():
            yield title, [self[f"{prefix}_{name}"] for name in lines]

    def facts(self) -> dict[str, Any]:
        """As `returns.describe` takes them."""
        given = self.cleaned_data
        plain = {name: given[name] for name in self.Meta.fields}
        return plain | {
            prefix: {name: given[f"{prefix}_{name}"] for name in lines}
            for prefix, (_title, lines) in NAMED.items()
        }
