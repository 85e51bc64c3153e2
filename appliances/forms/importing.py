"""What a person gives to import: files, and how their days are written."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appliances.services.importing.cells import SHOWN


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """One file or several at once; the service judges what is in them."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(Files, self).clean(each, initial) for each in given]


def _orders() -> list[tuple[str, str]]:
    """How days may be written, in the language of whoever looks: asked anew for each form."""
    return [
        ("iso", _("year first: %(example)s") % {"example": SHOWN["iso"]}),
        ("dmy", _("day first: %(example)s") % {"example": SHOWN["dmy"]}),
        ("mdy", _("month first: %(example)s") % {"example": SHOWN["mdy"]}),
    ]


class ImportForm(forms.Form):
    files = Files(
        label=_("CSV files"),
        help_text=_("One wide file, or one each for customers, contacts, contracts, sites and "
                    "appliances; together."),
    )  # fmt: skip
    dates = forms.ChoiceField(
        label=_("Dates in these files"),
        choices=_orders,
    )
