"""What the pages about sites and packages show: reads, few of them whatever the number."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet, Window
from django.utils.translation import gettext_lazy as _

from appliances.models import (
    Appliance,
    HardwareReturn,
    Package,
    ReadinessCheck,
    Site,
    SupportQuestion,
    VersionReading,
)
from appliances.models.appliance import BASE_IS_ASKED_AGAIN_AFTER
from appliances.models.hardware_return import AWAY
from portal.models import Contract

Check, Name = ReadinessCheck, ReadinessCheck.Name
PAGE = 50
MOST_LATE = 10  # returns on a start page
FIRST_DAY = timedelta(hours=14)  # that far ahead of UTC a day begins first on earth
HEALTHY, NO_ANSWER, UNWELL, NOT_ASKED = "HEALTHY", "NO_ANSWER", "BAD", "UNKNOWN"
WORST_FIRST = (NO_ANSWER, UNWELL, NOT_ASKED, HEALTHY)
# The marks' own words are about one answer; these are about a site.
WORDS = {UNWELL: _("Not well"), NOT_ASKED: _("Not asked yet")}


@dataclass(frozen=True)
class SiteRow:
    """A line of a list of sites. `mark` is a code of the state marks."""

    site: Site
    appliances: Sequence[Appliance]
    mark: str

    @property
    def word(self) -> object:
        return WORDS.get(self.mark, "")

    @property
    def products(self) -> list[str]:
        return sorted({box.product_version for box in self.appliances if box.product_version})

    @property
    def bases(self) -> list[str]:
        return sorted({box.base_version for box in self.appliances if box.base_version})


def sites_of_customer(found: QuerySet[Site], *, after: int = 0) -> list[SiteRow]:
    """Some of the current customer's open sites, by name: a page of them and one."""
    listed = found.filter(closed_at=None).select_related("customer").order_by("name", "pk")
    return _rows(listed[after : after + PAGE + 1], Appliance.objects.all(), Check.objects.all())


def sites_of_all(found: QuerySet[Site], *, after: int = 0) -> list[SiteRow]:
    """Some of every customer's open sites, for staff: a page of them and one, by customer and
    name."""
    listed = found.filter(closed_at=None).select_related("customer")
    page = listed.order_by("customer__name", "name", "pk")[after : after + PAGE + 1]
    return _rows(page, Appliance.across.all(), Check.across.all())


def _rows(
    sites: QuerySet[Site], boxes: QuerySet[Appliance], checks: QuerySet[Check]
) -> list[SiteRow]:
    listed = list(sites.prefetch_related(Prefetch("appliances", boxes.order_by("letter"))))
    marks = _marks(listed, checks)
    return [SiteRow(site, list(site.appliances.all()), marks[site.pk]) for site in listed]


def _marks(sites: Sequence[Site], checks: QuerySet[Check]) -> dict[uuid.UUID, str]:
    """How each site last answered: its worst appliance counts."""
    newest = (
        checks.filter(site__in=[site.pk for site in sites], name=Name.HEALTH)
        .order_by("appliance_id", "-taken_at")
        .distinct("appliance_id")
    )
    seen: dict[uuid.UUID, list[Check]] = {site.pk: [] for site in sites}
    for check in newest:
        seen[check.site_id].append(check)
    return {pk: mark_of(found) for pk, found in seen.items()}


def mark_of(checks: Iterable[Check]) -> str:
    """How a site last answered, of its newest checks."""
    found = [_mark(check) for check in checks if check.name == Name.HEALTH]
    return next((mark for mark in WORST_FIRST if mark in found), NOT_ASKED)


def _mark(check: Check) -> str:
    """Who has no API is not asked; who has one and did not answer is another matter."""
    if check.status == Check.Status.UNKNOWN:
        return NO_ANSWER if check.blocks else NOT_ASKED
    return HEALTHY if check.status == Check.Status.GOOD else UNWELL


def newest_checks(site: Site) -> list[Check]:
    """The last answer to each question, of each appliance; the site's own questions last."""
    found = (
        Check.objects.filter(site=site)
        .select_related("appliance", "waiver__given_by")
        .order_by("appliance_id", "name", "-taken_at")
        .distinct("appliance_id", "name")
    )
    places = {name: place for place, name in enumerate(Name.values)}
    return sorted(found, key=lambda row: (_letter(row), places[row.name]))


def _letter(row: Check) -> str:
    return row.appliance.letter if row.appliance else "~"


def readings_of(site: Site, most: int = 20) -> list[VersionReading]:
    found = VersionReading.objects.filter(appliance__site=site)
    return list(found.select_related("appliance", "read_by", "picture").order_by("-read_at")[:most])


def contract_on(at: datetime) -> Contract | None:
    """The contract that covers a day, else the one that ended last."""
    covering = Contract.objects.covering(at.date()).order_by("-ends_on").first()
    return covering or Contract.objects.order_by("-ends_on").first()


def stale_boxes(at: datetime) -> list[Appliance]:
    """Over all customers: appliances of open sites whose base version is to be read (again)."""
    old = Q(base_at=None) | Q(base_at__lt=at - BASE_IS_ASKED_AGAIN_AFTER)
    return list(Appliance.across.filter(old, site__closed_at=None).order_by("customer_id", "pk"))


def returns_due(day: date) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Over all customers: owner and id of what must be back by a day and is not."""
    found = HardwareReturn.across.filter(due_back_on__lte=day).exclude(state__in=AWAY)
    return list(found.order_by("customer_id", "due_back_on").values_list("customer_id", "pk"))


def late_returns(
    at: datetime, sites: Iterable[uuid.UUID] | None = None, *, across: bool = False
) -> list[HardwareReturn]:
    """Overdue: of the current customer (at some of its sites), or of all customers for staff. The
    latest; each knows how many there are (`in_all`)."""
    rows = HardwareReturn.across.all() if across else HardwareReturn.objects.all()
    found = rows.filter(due_back_on__lt=(at + FIRST_DAY).date()).exclude(state__in=AWAY)
    if sites is not None:
        found = found.filter(site_id__in=sites)
    counted = found.annotate(in_all=Window(Count("pk")))
    named = counted.select_related("customer", "site", "appliance").only(
        "state",
        "due_back_on",
        "customer__name",
        "customer__slug",
        "site__name",
        "site__zone",
        "appliance__name",
        "appliance__place",
    )
    latest = list(named.order_by("due_back_on", "pk")[:MOST_LATE])
    late = [row for row in latest if row.is_late(at)]
    for row in late:
        row.in_all -= len(latest) - len(late)
    return late


def open_questions() -> list[SupportQuestion]:
    """Support's queue over all customers, oldest first."""
    found = SupportQuestion.across.filter(state=SupportQuestion.State.ASKED)
    return list(
        found.select_related("customer", "asked_by", "site", "appliance").order_by("asked_at")
    )


def packages(kind: str = "") -> list[Package]:
    """The catalogue, newest version first, with every requirement."""
    found = Package.objects.prefetch_related("requirements")
    if kind:
        found = found.filter(kind=kind)
    return sorted(found, key=lambda package: (package.kind, _numbers(package)), reverse=True)


def packages_needing(package: Package) -> list[Package]:
    """Those with a requirement that names this version."""
    found = Package.objects.filter(
        requirements__kind=package.kind, requirements__version=package.version
    ).distinct()
    return sorted(found, key=_numbers)


def _numbers(package: Package) -> list[int]:
    return [int(part) for part in package.version.split(".")]
