"""The form that grants a maintenance window: days, hour and length instead of a rule's text."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from upgrades.models import MaintenanceWindow
from upgrades.planning.recurrence import read
from upgrades.planning.rules_of_days import WEEKDAYS as CODES
from upgrades.services.windows import LEAST, MOST

EVERY_DAY, EVERY_WEEK, EVERY_OTHER_WEEK = "daily", "weekly", "fortnightly"
AS_IT_IS = "as-it-is"
OF_MONTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}

REPEATS = {
    EVERY_DAY: _("every day"),
    EVERY_WEEK: _("every week on these days"),
    EVERY_OTHER_WEEK: _("every other week on these days"),
    "first": _("every month, the first of each of these days"),
    "second": _("every month, the second of each of these days"),
    "third": _("every month, the third of each of these days"),
    "fourth": _("every month, the fourth of each of these days"),
    "last": _("every month, the last of each of these days"),
}


class WindowForm(forms.Form):
    """Text into values: `values()` is what `windows.add` and `windows.change` take."""

    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=80,
        help_text=_("If it has a name of its own, for instance: month's end."),
    )
    repeats = forms.ChoiceField(
        label=_("Repeats"),
        initial=EVERY_WEEK,
        choices=list(REPEATS.items()),
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Days"),
        required=False,
        choices=[(code, WEEKDAYS[number]) for number, code in enumerate(CODES)],
        widget=forms.CheckboxSelectMultiple,
    )
    at_time = forms.TimeField(
        label=_("From"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("On the site's clock, in summer and in winter."),
    )
    minutes = forms.IntegerField(
        label=_("Length in minutes"),
        initial=240,
        validators=[MinValueValidator(LEAST), MaxValueValidator(MOST)],
        help_text=_("From 15 minutes to 24 hours (1440)."),
    )
    starts_on = forms.DateField(
        label=_("Starting on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Every other week is counted from this day."),
    )

    def __init__(self, *args: Any, window: MaintenanceWindow | None = None, **kwargs: Any) -> None:
        """Of a window that is changed: with what it is. A rule that the form cannot say may stay
        as it is."""
        if window is not None:
            known = choices_of(window)
            kept = {
                "title": window.title, "at_time": window.at, "minutes": window.minutes,
                "starts_on": window.starts_on, "repeats": AS_IT_IS,
            }  # fmt: skip
            kwargs.setdefault("initial", known or kept)
        super().__init__(*args, **kwargs)
        if window is not None and known is None:
            as_it_is = (AS_IT_IS, _("as it is: %(rule)s") % {"rule": window.rule})
            self.fields["repeats"].choices = [as_it_is, *REPEATS.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("repeats") not in (EVERY_DAY, AS_IT_IS) and not data.get("weekdays"):
            self.add_error("weekdays", _("Choose at least one day."))
        return data

    def values(self) -> dict[str, Any]:
        """What was asked for, as `windows.add` takes it. Only when the form is valid."""
        data = self.cleaned_data
        return {
            "rule": None
            if data["repeats"] == AS_IT_IS
            else rule_of(data["repeats"], data["weekdays"]),
            **{name: data[name] for name in ("starts_on", "at_time", "minutes", "title")},
        }


def rule_of(repeats: str, weekdays: list[str]) -> str:
    """The recurrence rule (RFC 5545) of a choice; each of the days on its own in a month."""
    days = [code for code in CODES if code in weekdays]
    if repeats == EVERY_DAY:
        return "FREQ=DAILY"
    if repeats in OF_MONTH:
        return "FREQ=MONTHLY;BYDAY=" + ",".join(f"{OF_MONTH[repeats]}{code}" for code in days)
    interval = "INTERVAL=2;" if repeats == EVERY_OTHER_WEEK else ""
    return f"FREQ=WEEKLY;{interval}BYDAY=" + ",".join(days)


def choices_of(window: MaintenanceWindow) -> dict[str, Any] | None:
    """A window as the form's initial values; None if its rule is more than the form can say."""
    rule = read(window.rule)
    weekdays = [CODES[day] for _nth, day in rule.weekdays]
    sayable = list(REPEATS) if weekdays else [EVERY_DAY]
    repeats = next((each for each in sayable if read(rule_of(each, weekdays)) == rule), None)
    if repeats is None:
        return None
    return {
        "repeats": repeats, "weekdays": weekdays, "title": window.title, "at_time": window.at,
        "minutes": window.minutes, "starts_on": window.starts_on,
    }  # fmt: skip
