from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from appliances.models import Site
from upgrades.procedures import METHODS


class FixedForm(forms.Form):
    """How and when a plan is carried out whose goal is given: in GET to look, in POST to submit."""

    method = forms.ChoiceField(label=gettext_lazy("How packages reach the appliance"))
    earliest = forms.DateField(
        label=gettext_lazy("Not before"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("On the site’s calendar. Empty: as soon as possible."),
    )  # fmt: skip

    def __init__(self, site: Site, data: Any) -> None:
        self.site = site
        known = {"method": next(iter(METHODS)), "earliest": ""}
        super().__init__({name: data.get(name) or value for name, value in known.items()})
        self.fields["method"].choices = [(name, _(m.title)) for name, m in METHODS.items()]

    @property
    def earliest_at(self) -> datetime | None:
        """The beginning of that day on the site's clock."""
        day: date | None = self.cleaned_data["earliest"]
        if day is None:
            return None
        return datetime.combine(day, time(), ZoneInfo(self.site.zone)).astimezone(UTC)

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """What was looked at, to be submitted as it is."""
        return [(name, str(self[name].value())) for name in self.fields]
