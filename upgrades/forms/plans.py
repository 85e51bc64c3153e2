"""What an upgrade is planned from, as the address of the plan's page says it."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from appliances.models import Appliance, Site
from appliances.site_queries import in_place
from upgrades.procedures import METHODS
from upgrades.services import planning
from upgrades.services.planning import Choice


class PlanForm(forms.Form):
    """Target, procedure, method, and from which day on: in GET to look, in POST to submit."""

    target = forms.ChoiceField()
    procedure = forms.ChoiceField()
    method = forms.ChoiceField(label=gettext_lazy("How packages reach the appliance"))
    earliest = forms.DateField(
        label=gettext_lazy("Not before"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("On the site’s calendar. Empty: as soon as possible."),
    )  # fmt: skip

    offline = forms.MultipleChoiceField(
        label=gettext_lazy("Off line first"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, site: Site, choices: list[Choice], data: Any) -> None:
        self.site, self.releases = site, choices
        pages, reachable = planning.procedures_for(site), [c for c in choices if c.hops]
        known = {
            "target": str(reachable[0].package.pk) if reachable else "",
            "procedure": pages[0].name if pages else "",
            "method": next(iter(METHODS)),
            "earliest": "",
        }
        given: dict[str, Any] = {name: data.get(name) or value for name, value in known.items()}
        traffic = Appliance.ClusterRole.TRAFFIC
        self.nodes = [box for box in in_place(site) if box.cluster_role == traffic]
        self.proposed = planning.proposed_offline(site) if self.nodes else frozenset()
        # No box at all may be ticked: that is told apart from a page where nothing was chosen yet.
        given["offline"] = (
            [each for each in data.getlist("offline") if each]
            if self.nodes and data.get("halves")
            else [str(pk) for pk in self.proposed]
        )
        super().__init__(given)
        if not self.nodes:
            del self.fields["offline"]
        else:
            self.fields["offline"].choices = [(str(node.pk), node.name) for node in self.nodes]
        self.fields["target"].choices = [(str(c.package.pk), c.package.name) for c in reachable]
        self.fields["procedure"].choices = [(page.name, page.title) for page in pages]
        self.fields["method"].choices = [(name, _(m.title)) for name, m in METHODS.items()]

    @property
    def choice(self) -> Choice:
        """The release that was chosen. Only when the form is valid."""
        target = self.cleaned_data["target"]
        return next(c for c in self.releases if str(c.package.pk) == target)

    @property
    def earliest_at(self) -> datetime | None:
        """The beginning of that day on the site's clock."""
        day: date | None = self.cleaned_data["earliest"]
        if day is None:
            return None
        return datetime.combine(day, time(), ZoneInfo(self.site.zone)).astimezone(UTC)

    @property
    def offline_ids(self) -> list[str] | None:
        """The nodes that go first, as chosen; None where it is the portal's own proposal."""
        chosen = self.cleaned_data.get("offline")
        if chosen is None or frozenset(chosen) == frozenset(map(str, self.proposed)):
            return None
        return chosen

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """What was looked at, to be submitted as it is."""
        plain = [(name, str(self[name].value())) for name in self.fields if name != "offline"]
        if not self.nodes:
            return plain
        return [*plain, ("halves", "1"), *(("offline", pk) for pk in self["offline"].value())]

    @property
    def is_incomplete(self) -> bool:
        """There is nothing to choose from: no release is newer, or none can be reached."""
        return not self.fields["target"].choices or not self.fields["procedure"].choices
