"""A rollout as it is written down: its words, its days, its waves. The service judges it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, gettext_lazy as _, pgettext_lazy

from appliances.models import Package
from upgrades.models import Rollout
from upgrades.services.rollouts.drafts import MOST_WAVES, WaveWish, Wish, wish_of

REST, SHARE, SIZE, LIKENESS = "rest", "share", "size", "likeness"
HOW = (
    ("", _("no wave")),
    (LIKENESS, _("by likeness, so many sites")),
    (SIZE, _("so many sites")),
    (SHARE, _("so many percent")),
    (REST, _("all that are left")),
)
PARTS = {
    "title": _("Title"), "how": pgettext_lazy("of a wave", "Takes"),
    "number": pgettext_lazy("of sites", "Number"), "opens": _("Next at %"),
    "soak": _("Soak, days"), "stops": _("Stops above %"),
}  # fmt: skip
EMPTY_ROWS = 2
FIRST = ({"how": LIKENESS, "number": 10, "soak": 7}, {"how": SHARE, "number": 20, "soak": 7},
         {"how": REST})  # fmt: skip


class RolloutForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    release = forms.ModelChoiceField(
        label=_("Release"), queryset=Package.objects.none(), empty_label=_("choose a release")
    )
    audience = forms.CharField(
        label=_("Audience"), max_length=1000, required=False,
        help_text=_(
            "Written like plan:premium region:emea product<25.1 -tag:vip. Empty: every site. Sites "
            "and customers with the tag “careful” are not in a wave by likeness if others can be."
        ),
    )  # fmt: skip
    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    notices = forms.CharField(
        label=_("What users will notice"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Goes to every contact with the readiness alert."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, rollout: Rollout | None = None) -> None:
        given = _initial(rollout) if rollout else _suggested()
        super().__init__(data, initial=given, auto_id="rollout_%s")
        releases = Package.objects.filter(kind=Package.Kind.PRODUCT, withdrawn_at=None)
        self.fields["release"].queryset = releases.order_by("-released_on", "-version")  # type: ignore[attr-defined]
        standing = rollout.waves.count() if rollout else len(FIRST)
        self.numbers = range(1, min(standing + EMPTY_ROWS, MOST_WAVES) + 1)
        for number in self.numbers:
            self._add(number)
            for part, label in PARTS.items():
                self.fields[f"w{number}_{part}"].label = label

    def _add(self, number: int) -> None:
        share = {"required": False, "min_value": 0, "max_value": 100}
        self.fields |= {
            f"w{number}_title": forms.CharField(required=False, max_length=80),
            f"w{number}_how": forms.ChoiceField(required=False, choices=HOW),
            f"w{number}_number": forms.IntegerField(
                required=False, min_value=0, max_value=1_000_000
            ),
            f"w{number}_opens": forms.IntegerField(**share),
            f"w{number}_soak": forms.IntegerField(required=False, min_value=0, max_value=90),
            f"w{number}_stops": forms.IntegerField(**share),
        }

    def heads(self) -> list[object]:
        return list(PARTS.values())

    def rows(self) -> Iterator[dict[str, Any]]:
        for number in self.numbers:
            yield {"number": number, "parts": [self[f"w{number}_{part}"] for part in PARTS]}

    def wish(self) -> Wish:
        given = self.cleaned_data
        return Wish(
            given["name"], given["release"], given["starts_on"], given["ends_on"],
            [wave for number in self.numbers if (wave := self._wave(number))],
            given["audience"], given["notices"],
        )  # fmt: skip

    def _wave(self, number: int) -> WaveWish | None:
        given = {part: self.cleaned_data.get(f"w{number}_{part}") for part in PARTS}
        if not given["how"]:
            return None
        how, many = given["how"], given["number"] or 0
        return WaveWish(
            given["title"] or "", how == LIKENESS,
            many if how in (LIKENESS, SIZE) else None, many if how == SHARE else None,
            _or(given["opens"], 100), _or(given["soak"], 0), _or(given["stops"], 10),
        )  # fmt: skip


class LettersForm(forms.Form):
    """A subject and a text for each language: `subject_fr`, `text_fr`."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language, name in settings.LANGUAGES:
            self.fields[f"subject_{language}"] = forms.CharField(
                label=gettext("Subject, %(language)s") % {"language": name}, max_length=200,
                widget=forms.TextInput(attrs={"lang": language}),
            )  # fmt: skip
            self.fields[f"text_{language}"] = forms.CharField(
                label=gettext("Text, %(language)s") % {"language": name}, max_length=2000,
                widget=forms.Textarea(attrs={"rows": 5, "lang": language}),
            )  # fmt: skip

    def words(self) -> dict[str, dict[str, str]]:
        return {
            language: {
                part: self.cleaned_data[f"{part}_{language}"] for part in ("subject", "text")
            }
            for language, _name in settings.LANGUAGES
        }


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def _suggested() -> dict[str, Any]:
    """The first wave shows the variety, the second more of it, the third has the rest."""
    rows = enumerate(FIRST, start=1)
    return {
        f"w{number}_{part}": value
        for number, wave in rows
        for part, value in ({"opens": 90, "stops": 10} | wave).items()
    }


def _initial(rollout: Rollout) -> dict[str, Any]:
    wish = wish_of(rollout)
    found: dict[str, Any] = {
        "name": wish.name, "release": wish.release, "audience": wish.audience,
        "starts_on": wish.starts_on, "ends_on": wish.ends_on, "notices": wish.notices,
    }  # fmt: skip
    for number, wave in enumerate(wish.waves, start=1):
        values = (
            wave.title, _how(wave), wave.share if wave.size is None else wave.size,
            wave.opens_next_at, wave.soak_days, wave.stops_at,
        )  # fmt: skip
        found |= {f"w{number}_{part}": value for part, value in zip(PARTS, values, strict=True)}
    return found


def _how(wave: WaveWish) -> str:
    if wave.by_likeness:
        return LIKENESS
    return SIZE if wave.size is not None else SHARE if wave.share is not None else REST
