"""What the address asks a calendar page for, and the addresses of its neighbours."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from appliances.models import Site
from appliances.services import filtering
from portal import clock, times
from portal.filtering import BadFilter
from upgrades.forms.agenda import CONFLICT, SITE, UTC, AgendaForm
from upgrades.models import Enrolment, Rollout
from upgrades.services.agenda.entries import STANDING, Scope
from upgrades.views.calendar import periods
from upgrades.views.calendar.periods import MONTH, VIEWS, Period
from upgrades.views.finding import whose

MOST_SITES = 500  # to choose from


@dataclass(frozen=True)
class Asked:
    """`values` are what was said, without what goes by itself; `wrong`: the filter is not read."""

    form: AgendaForm
    period: Period
    scope: Scope
    values: dict[str, str]
    path: str
    reader: str  # zone
    today: date
    conflicts_only: bool
    after: int
    keys: bool
    wrong: bool = False

    def address(self, **changes: Any) -> str:
        """This page with something changed; what is empty is left out. Another view, day or
        filter begins with its first row."""
        return f"{self.path}?{self._query(changes)}"

    @property
    def filtered(self) -> bool:
        return any(self.values.get(name) for name in FILTERS)

    @property
    def cleared(self) -> str:
        return self.address(**dict.fromkeys(FILTERS, ""))

    @property
    def csv(self) -> str:
        return f"{self.path}entries.csv?{self._query({})}"

    def _query(self, changes: dict[str, Any]) -> str:
        said = {**self.values, **{name: str(value) for name, value in changes.items()}}
        kept = {name: value for name, value in said.items() if value and (name, value) != PLAIN}
        return urlencode(kept)


FILTERS = ("site", "q", "rollout", "state", "zone")
PLAIN = ("view", MONTH)
NAMES = ("on", "site", "q", "rollout", "state", "zone")


def of(request: HttpRequest) -> Asked:
    reader, at = request.user.zone, clock.now()  # type: ignore[union-attr]
    mine = _("my zone, %(zone)s") % {"zone": times.offset_label(times.in_zone(at, reader))}
    given, seen = request.GET, whose(request)
    sites = None if seen.across else _choices(seen)
    rollouts = _rollouts() if seen.across else []
    form = AgendaForm(given or None, sites=sites, rollouts=rollouts, mine=mine)
    read = {name: value for name, value in _read(form).items() if value}
    view = given.get("view", MONTH)
    view = view if view in VIEWS else MONTH
    zone = {SITE: "", UTC: UTC}.get(str(read.get("zone", "")), reader)
    today = times.in_zone(at, zone or reader).date()
    on = read.get("on") or today
    by_staff = request.user.is_staff  # type: ignore[union-attr]
    scope, wrong = _scope(seen, form, read, at.date(), by_staff=by_staff)
    if read.get("rollout"):
        enrolled = Enrolment.across.filter(rollout=read["rollout"], job__isnull=False)
        scope = replace(scope, jobs=enrolled.values("job_id"))
    values = {name: given.get(name, "") for name in NAMES if name in read}
    values |= {"view": view, "keys": "off" if given.get("keys") == "off" else ""}
    if "on" in read:
        values["on"] = on.isoformat()
    after = given.get("after", "")
    return Asked(
        form, periods.of(view, on, zone), scope, values, _path(request), reader, today,
        read.get("state") == CONFLICT, int(after) if after.isdecimal() and len(after) < 7 else 0,
        given.get("keys") != "off", wrong,
    )  # fmt: skip


def _read(form: AgendaForm) -> dict[str, Any]:
    """What can be read of it; the rest is as if it were not said."""
    form.is_valid()
    return form.cleaned_data if form.is_bound else {}


def _rollouts() -> list[tuple[str, str]]:
    rows = Rollout.objects.exclude(state=Rollout.State.CANCELLED).order_by("-made_at")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")[:MOST_SITES]]


def _choices(seen: Any) -> list[tuple[str, str]]:
    rows = seen.rows(Site, "pk").filter(closed_at=None).order_by("name")[:MOST_SITES]
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def _scope(
    seen: Any, form: AgendaForm, read: dict[str, Any], on: date, *, by_staff: bool
) -> tuple[Scope, bool]:
    state = read.get("state", "")
    states = (state,) if state in STANDING else STANDING
    if not read.get("q") and not read.get("site"):
        return Scope(seen, states=states), False
    sites = seen.rows(Site, "pk").order_by()
    if read.get("site"):
        return Scope(seen, sites.filter(pk=read["site"]).values("pk"), states), False
    try:
        found = filtering.matching(sites, read["q"], on=on, by_staff=by_staff)
    except BadFilter as refusal:
        form.add_error("q", " ".join(map(str, filter(None, (refusal.sentence, refusal.remedy)))))
        return Scope(seen, sites.none().values("pk"), states), True
    return Scope(seen, found.values("pk"), states), False


def _path(request: Any) -> str:
    customer = getattr(request, "customer", None)
    if customer is None:
        return reverse("upgrades:calendar-all")
    return reverse("upgrades:calendar", kwargs={"slug": customer.slug})
