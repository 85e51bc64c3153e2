"""What the pages show of checks, drift and what windows changed."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from appliances.models import Difference, Drift, ReadinessCheck as Check
from portal.queries import foremost

MOST = 10  # on a start page
SHOWN = (  # of a drift, there
    "fact", "expected", "found", "first_seen_at", "last_seen_at", "customer__name",
    "customer__slug", "site__name", "appliance__letter", "appliance__place", "appliance__name",
)  # fmt: skip


@dataclass(frozen=True)
class CheckGroup:
    """Answers of one weight, as the page of a site's checks shows them."""

    id: str
    title: object
    help: object
    rows: list[Check]


def by_weight(rows: Iterable[Check]) -> list[CheckGroup]:
    """What would hold an upgrade; what is to be watched, or is answered for; what is good."""
    found: dict[str, list[Check]] = {"stops": [], "watch": [], "good": []}
    for row in rows:
        good = row.status == Check.Status.GOOD
        found["stops" if row.stops else "good" if good else "watch"].append(row)
    words = {
        "stops": (_("Holds an upgrade"), _("Set it right, or answer for it.")),
        "watch": (
            _("To watch"),
            _("It holds nothing: it warns, is not known, or is answered for."),
        ),
        "good": (_("Good"), ""),
    }
    return [CheckGroup(key, *words[key], rows) for key, rows in found.items() if rows]


def open_drifts(visible: Iterable[uuid.UUID] | None = None, *, across: bool = False) -> list[Drift]:
    """What holds the next job: of the current customer's visible sites, or of all customers'. The
    oldest; each knows how many there are (`in_all`)."""
    found = (Drift.across if across else Drift.objects).filter(ended_at=None)
    if visible is not None:
        found = found.filter(site__in=list(visible))
    named = found.select_related("customer", "site", "appliance").only(*SHOWN)
    return list(foremost(named, "first_seen_at", "pk", most=MOST))


def differences_of(job_id: uuid.UUID) -> list[Difference]:
    """What the windows of a job changed: what waits for a person first, then by window."""
    rows = Difference.objects.filter(job_id=job_id).select_related("appliance", "acknowledged_by")
    return sorted(
        rows, key=lambda row: (not row.is_open, row.window, row.appliance.letter, row.key)
    )
