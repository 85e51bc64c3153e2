"""What a calendar page is asked for: the day, the clocks, and what is shown. It lives in the
address; what cannot be read there is as if it were not said."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upgrades.models import Booking

B = Booking.State
CONFLICT = "CONFLICT"
SITE, UTC = "site", "UTC"
STATES = (B.HELD, B.BOOKED, B.IN_USE, B.USED, B.MISSED)


class AgendaForm(forms.Form):
    on = forms.DateField(
        label=_("Day"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )  # fmt: skip
    site = forms.ChoiceField(label=_("Site"), required=False)
    q = forms.CharField(
        label=_("Filter"), required=False, max_length=1000,
        widget=forms.TextInput(attrs={
            "type": "search", "spellcheck": "false", "placeholder": "shape:pair",
        }),
    )  # fmt: skip
    rollout = forms.ChoiceField(label=_("Rollout"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    zone = forms.ChoiceField(label=_("Times in"), required=False)

    def __init__(
        self, *args: Any, sites: Sequence[tuple[str, str]] | None,
        rollouts: Sequence[tuple[str, str]] = (), mine: str, **kw: Any,
    ) -> None:  # fmt: skip
        """`sites` are those to choose from; None: across customers, by the filter language and by
        rollout. `mine` names the reader's own clock."""
        super().__init__(*args, auto_id="agenda_%s", **kw)
        self.fields["state"].choices = [
            ("", _("all but cancelled")), (CONFLICT, _("with conflicts")),
            *((state.value, state.label) for state in STATES),
        ]  # fmt: skip
        self.fields["zone"].choices = [("", mine), (SITE, _("each site’s zone")), (UTC, "UTC")]
        if sites is None:
            del self.fields["site"]
            self.fields["rollout"].choices = [("", _("all")), *rollouts]
        else:
            del self.fields["q"], self.fields["rollout"]
            self.fields["site"].choices = [("", _("all sites")), *sites]
