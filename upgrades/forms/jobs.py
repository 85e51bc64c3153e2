"""The small forms of a job's page. The services judge what was written."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appliances.models import Site
from portal import times
from upgrades.models import JobNote
from upgrades.planning.whynot import Rule
from upgrades.planning.windows import Slot
from upgrades.services import availability


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    audience = forms.ChoiceField(label=_("Who may read it"), choices=JobNote.Audience.choices)

    def __init__(self, *args: Any, staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="note_%s", **kwargs)
        if not staff:  # a customer's people write for everybody
            self.fields["audience"].widget = forms.HiddenInput()
            self.fields["audience"].choices = [JobNote.Audience.choices[1]]
            self.fields["audience"].initial = JobNote.Audience.CUSTOMER


class MoveForm(forms.Form):
    """Where a booking may go: the slots that are open now, on the site's clocks.

    `refused` are nights that are not, with every reason; who may override writes why, and chooses
    one of those too. `path`: the windows after it may move with it.
    """

    start = forms.ChoiceField(label=_("Move to"))
    whole_path = forms.BooleanField(label=_("Move the windows after it too"), required=False)
    override = forms.CharField(
        label=_("Override freezes and full hours, because"), required=False, max_length=400
    )

    def __init__(
        self, *args: Any, openings: Iterable[Slot], site: Site, refused: Sequence[Any] = (),
        path: bool = False, overrides: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.free, self.refused, self.site = list(openings), refused, site
        choices = [(slot.start.isoformat(), said(slot.start, site)) for slot in self.free]
        self.following = [night for night in refused if path and may_follow(night)]
        if self.following:
            starts = [(n.start.isoformat(), said(n.start, site)) for n in self.following]
            choices = [*choices, (_("If the windows after it move too"), starts)]
        if overrides and refused:
            refused_starts = [(n.start.isoformat(), said(n.start, site)) for n in refused]
            choices = [*choices, (_("Refused, with a reason to override"), refused_starts)]
        else:
            del self.fields["override"]
        if not path:
            del self.fields["whole_path"]
        self.fields["start"].choices = choices

    @property
    def refused_alike(self) -> list[availability.Alike]:
        return availability.alike(self.refused)

    def clean_start(self) -> datetime:
        return datetime.fromisoformat(self.cleaned_data["start"])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        needs_path = any(night.start == given.get("start") for night in self.following)
        if needs_path and not given.get("whole_path") and not given.get("override"):
            self.add_error("whole_path", _("At this time the windows after it must move too."))
        return given


def may_follow(night: Any) -> bool:
    """Whether nothing refuses a night but what comes after it in its job."""
    return {why.rule for why in night.why} <= {Rule.ORDER, Rule.DWELL, Rule.INTERIM}


def said(instant: datetime, site: Site) -> str:
    here = times.in_zone(instant, site.zone)
    day, clock = times.day_label(here.date()), times.clock_label(here)
    return f"{day} {clock} {times.offset_label(here)}"
