"""A team of support: its name, skills, zone and shifts. The service judges what was written."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from appliances.models import Site
from upgrades.models import Team
from upgrades.services.teams import MOST_SEATS, Hours

SHIFTS = (1, 2)  # a day: one over midnight is the second of one day and the first of the next
PARTS = ("begins", "until", "seats")


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    zone = forms.CharField(label=_("Time zone"), max_length=60, initial="UTC")
    skills = forms.MultipleChoiceField(
        label=_("May attend"), choices=Site.Shape.choices, widget=forms.CheckboxSelectMultiple
    )
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, data: Any = None, *, team: Team | None = None) -> None:
        initial = _initial(team) if team else {"skills": Site.Shape.values}
        super().__init__(data, initial=initial, auto_id="team_%s")
        for day in WEEKDAYS:
            for shift in SHIFTS:
                self._add(day, shift)

    def _add(self, day: int, shift: int) -> None:
        bounds = {"begins": (0, 23), "until": (1, 24), "seats": (1, MOST_SEATS)}
        for part in PARTS:
            least, most = bounds[part]
            self.fields[f"d{day}s{shift}_{part}"] = forms.IntegerField(
                required=False, min_value=least, max_value=most
            )

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        if zone not in available_timezones():
            raise forms.ValidationError(_("This is no time zone."))
        return zone

    def rows(self) -> list[dict[str, Any]]:
        """The grid: a weekday, and the fields of its shifts."""
        return [
            {
                "day": WEEKDAYS[day],
                "shifts": [[self[f"d{day}s{shift}_{part}"] for part in PARTS] for shift in SHIFTS],
            }
            for day in WEEKDAYS
        ]

    def shifts(self) -> list[Hours]:
        """What was filled in; half a shift has none of what it lacks, and is refused as such."""
        found = []
        for day in WEEKDAYS:
            for shift in SHIFTS:
                values = [self.cleaned_data.get(f"d{day}s{shift}_{part}") for part in PARTS]
                if any(value is not None for value in values):
                    found.append(Hours(day, *(value or 0 for value in values)))
        return found


def _initial(team: Team) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": team.name, "zone": team.zone, "skills": team.skills, "active": team.active,
    }  # fmt: skip
    counted: dict[int, int] = {}
    for shift in team.shifts.all():
        number = counted[shift.weekday] = counted.get(shift.weekday, 0) + 1
        for part in PARTS:
            values[f"d{shift.weekday}s{number}_{part}"] = getattr(shift, part)
    return values
