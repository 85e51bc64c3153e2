"""Forms of freezes, the calendars they come from, and contracts: text into values."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from upgrades.services import holidays_of
from upgrades.services.whatif import Strategy

MOMENT = "%Y-%m-%dT%H:%M"
STRATEGIES = {
    Strategy.NEXT: _("the next possible date"),
    Strategy.NEAREST: _("the nearest possible date"),
    Strategy.PREVIOUS: _("the last possible date before"),
    Strategy.HOLD: _("hold it: without a date, to be planned anew"),
    Strategy.CANCEL: _("cancel it"),
}


class LocalMoment(forms.DateTimeField):
    """A time of the site's clock: naive, whatever zone is active."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(widget=widget, input_formats=[MOMENT, "%Y-%m-%d %H:%M"], **kwargs)

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        return found.replace(tzinfo=None) if found else found


class FreezeForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    begin = LocalMoment(label=_("From"), help_text=_("On the clock of each site."))
    end = LocalMoment(label=_("Until"))
    site = forms.ModelChoiceField(
        None, label=_("Site"), required=False, empty_label=_("all sites")
    )  # fmt: skip

    def __init__(self, *args: Any, sites: Any, all_sites: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["site"]
        field.queryset = sites
        field.required = not all_sites
        if not all_sites:
            field.empty_label = None


class PlatformFreezeForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    begin = LocalMoment(label=_("From"), help_text=_("On the clock of each site."))
    end = LocalMoment(label=_("Until"))
    release = forms.ModelChoiceField(
        None, label=_("Release"), required=False, empty_label=_("every upgrade")
    )  # fmt: skip

    def __init__(self, *args: Any, releases: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["release"].queryset = releases


class CalendarForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    site = forms.ModelChoiceField(
        None, label=_("Site"), required=False, empty_label=_("all sites")
    )  # fmt: skip
    address = forms.CharField(
        label=_("Address"), required=False, max_length=500,
        help_text=_("https or webcal; read every six hours. Only its host is shown afterwards."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("An iCalendar file (.ics), up to 1 MB.")
    )
    country = forms.ChoiceField(
        label=_("Public holidays"), required=False, help_text=_("Of a country, or a part of it.")
    )

    def __init__(self, *args: Any, sites: Any, all_sites: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["site"]
        field.queryset = sites
        field.required = not all_sites
        if not all_sites:
            field.empty_label = None
        codes = [
            code
            for country, parts in sorted(holidays_of.countries().items())
            for code in (country, *(f"{country}-{part}" for part in parts))
        ]
        self.fields["country"].choices = [("", _("none")), *((code, code) for code in codes)]

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        file = data.pop("file")
        return {**data, "content": file.read(1_000_001) if file else b""}


class ContractForm(forms.Form):
    number = forms.CharField(label=_("Number"), max_length=60)
    plan = forms.CharField(label=_("Plan"), max_length=40, required=False)
    starts_on = forms.DateField(
        label=pgettext_lazy("a day", "From"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ends_on = forms.DateField(
        label=pgettext_lazy("a day", "To"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea({"rows": 3}))
