from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from appliances.models import ReadinessCheck, Site
from appliances.services import thresholds
from appliances.services.thresholds import PARAMETERS, Parameter

GROUPS = {
    "ANSWER": _("Answers"),
    "WAIVER": _("Waivers"),
    "TOLERANCE": _("What may differ after a window"),
}
OPEN_CHOICES = (("", _("as given")), ("1", _("yes")), ("0", _("no")))


class WaiverForm(forms.Form):
    """Answer for one check. The check and the appliance come with the row it stands in."""

    check = forms.ChoiceField(choices=ReadinessCheck.Name, widget=forms.HiddenInput)
    appliance = forms.UUIDField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why you answer for it"), max_length=400)
    days = forms.IntegerField(label=_("For how many days"), min_value=1, max_value=365, initial=7)


class Remark(forms.Form):
    remark = forms.CharField(label=_("Remark"), max_length=400, required=False)


class Accepted(Remark):
    """`found` is what the person saw: another value read meanwhile is not accepted unseen."""

    found = forms.CharField(max_length=200, widget=forms.HiddenInput)


class TestOf(forms.Form):
    production = forms.ChoiceField(
        label=_("Test site of"),
        required=False,
        help_text=_("What this site confirms, that one may take. Empty: of no site."),
    )

    def __init__(self, *args: Any, sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(str(site.pk), site.name) for site in sites]
        self.fields["production"].choices = [("", gettext("of no site")), *rows]  # type: ignore[attr-defined]


class Thresholds(forms.Form):
    """One field a value; empty: as given by whoever stands above (the installation, or built in).
    The names of the fields are the keys with a line in place of the point."""

    def __init__(self, *args: Any, given: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, known in PARAMETERS.items():
            self.fields[_name(key)] = _field(known, given[key])

    def values(self) -> dict[str, int | None]:
        """By key; None for a value that is not set here."""
        read = {key: self.cleaned_data[_name(key)] for key in PARAMETERS}
        return {key: None if value in ("", None) else int(value) for key, value in read.items()}

    def groups(self) -> Iterator[tuple[object, list[forms.BoundField]]]:
        """The fields under their checks, as the checks are shown."""
        for of in [*ReadinessCheck.Name.values, *GROUPS]:
            keys = [key for key, known in PARAMETERS.items() if known.of == of]
            if keys:
                yield _title(of), [self[_name(key)] for key in keys]


def _title(of: str) -> object:
    return GROUPS[of] if of in GROUPS else ReadinessCheck.Name(of).label


def _name(key: str) -> str:
    return key.replace(".", "__")


def _field(known: Parameter, given: int) -> forms.Field:
    if known.is_severity:
        shown = gettext("yes") if given else gettext("no")
        return forms.ChoiceField(
            label=gettext(known.label), required=False, choices=OPEN_CHOICES,
            help_text=gettext("As given: %(value)s.") % {"value": shown},
        )  # fmt: skip
    bounds = {"value": given, "low": known.low, "high": known.high}
    return forms.IntegerField(
        label=gettext(known.label), required=False, min_value=known.low, max_value=known.high,
        help_text=gettext("As given: %(value)d. From %(low)d to %(high)d.") % bounds,
    )  # fmt: skip


def set_here(own: dict[str, int]) -> dict[str, object]:
    """The initial values of the form: only what is set at this place."""
    return {_name(key): value for key, value in own.items()}


def given_to_customer() -> dict[str, int]:
    return {**thresholds.BUILT_IN.of, **thresholds.installation()}
