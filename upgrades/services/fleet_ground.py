"""What bears on the time of many sites at once, read for staff in a few statements a chunk.

The same rules as `openings`, which one site at a time is asked by: a test holds them to each other.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from appliances.models import Appliance, Package, Site
from portal.models import Contract, Promise
from upgrades.models import Booking, Freeze, MaintenanceWindow, PlatformFreeze
from upgrades.planning.recurrence import occurrences
from upgrades.planning.whynot import Bound, Hindrance, Rule
from upgrades.planning.windows import Slot
from upgrades.services import freezes, openings, windows
from upgrades.services.coverage import unbroken
from upgrades.services.openings import DAY, Openings

Key = tuple[Any, ...]


class Grounds:
    """For sites of any customers, between two instants. Expansions of a rule in a zone are shared
    by all sites that have it."""

    def __init__(self, begin: datetime, end: datetime, *, target: Package, at: datetime) -> None:
        self.begin, self.end, self.target, self.at = begin, end, target, at
        self.expanded: dict[Key, list[Slot]] = {}
        everywhere = PlatformFreeze.objects.filter(
            Q(release=None) | Q(release=target), span__overlap=(begin, end)
        )
        self.everywhere = list(everywhere)

    def read(self, sites: Sequence[Site]) -> "Chunk":
        return Chunk(self, sites)

    def granted(self, rows: Sequence[MaintenanceWindow], zone: str) -> list[Slot]:
        """As `windows.granted`, of rows that were read."""
        key = (zone, *sorted((r.rule, r.starts_on, r.at, r.minutes) for r in rows))
        if key not in self.expanded:
            found = [
                slot
                for row in rows
                for slot in windows.certain(
                    occurrences(
                        row.rule, row.starts_on, row.at, row.minutes, zone, self.begin, self.end
                    )
                )
            ]
            clipped = (
                Slot(max(slot.start, self.begin), min(slot.end, self.end))
                for slot in windows.merged(found)
            )
            self.expanded[key] = [slot for slot in clipped if slot.start < slot.end]
        return self.expanded[key]


class Chunk:
    """Some sites with everything that was read for them."""

    def __init__(self, of: Grounds, sites: Sequence[Site]) -> None:
        self.of = of
        ids, owners = [site.pk for site in sites], {site.customer_id for site in sites}
        span = (of.begin, of.end)
        self.boxes = _by(Appliance.across.filter(site__in=ids).order_by("letter"), "site_id")
        rows = MaintenanceWindow.across.filter(site__in=ids).order_by("starts_on", "at", "pk")
        self.windows = _by(rows, "site_id")
        taken = Booking.across.filter(site__in=ids, state__in=windows.TAKEN, slot__overlap=span)
        self.taken = _by(taken, "site_id")
        self.freezes = _by(
            Freeze.across.filter(customer__in=owners, span__overlap=span), "customer_id"
        )
        self.promises = _by(
            Promise.across.filter(customer__in=owners, kind=Promise.Kind.NOTICE), "customer_id"
        )
        covering = Contract.across.filter(customer__in=owners).order_by("starts_on")
        self.contracts = _by(covering, "customer_id")

    def contract_until(self, site: Site, today: date) -> date | None:
        """The last day of unbroken maintenance; None where the target needs none."""
        if not self.of.target.is_major:
            return None
        return unbroken(today, self.contracts[site.customer_id])

    def ground(self, site: Site, *, until: date | None, days: openings.Days | None) -> Openings:
        """A site's openings, but for support's seats."""
        of = self.of
        own = [row for row in self.freezes[site.customer_id] if row.site_id in (None, site.pk)]
        met = (freezes.as_met(row, site) for row in (*own, *of.everywhere))
        hindrances = [
            Hindrance(Rule.FREEZE, one.span, one.title)
            for one in met
            if one.meets(of.begin, of.end)
        ]
        hindrances += [
            Hindrance(Rule.TAKEN, Slot(row.starts_at, row.ends_at)) for row in self.taken[site.pk]
        ]
        bounds = [
            Bound(Rule.NOTICE, not_before=of.at + row.days * DAY)
            for row in self.promises[site.customer_id]
        ]
        bounds += openings.bounds_of_days(site, days)
        if until is not None and not of.target.is_security_fix:
            bounds += openings.bounds_of_contract(site, until)
        granted = of.granted(self.windows[site.pk], site.zone)
        return Openings(of.begin, of.end, tuple(granted), tuple(hindrances), tuple(bounds))


def _by(rows: Any, name: str) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
