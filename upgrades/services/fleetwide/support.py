"""What of the fleet runs a release that the vendor looks after no more, or has no contract."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from appliances.models import Appliance, Package, Site
from appliances.services import filtering, thresholds
from portal.filtering import Op, Term, write
from upgrades.planning.catalogue import version
from upgrades.services.fleet import plain

SOON = timedelta(days=180)
ENDED, ENDS_SOON, COVERED, NOT_KNOWN = "ENDED", "ENDS_SOON", "COVERED", "NOT_KNOWN"


@dataclass(frozen=True)
class Release:
    """A release that runs somewhere. `until`: the last day on which the vendor looks after it."""

    product: str
    until: date | None
    state: str
    sites: int
    filter: str


@dataclass(frozen=True)
class Support:
    releases: tuple[Release, ...]  # the oldest first
    sites: int
    ended: int  # sites with an appliance out of support
    without_contract: int
    contract_filter: str


def support(sites: QuerySet[Site], *, on: date, sentence: str = "") -> Support:
    """Of open sites of staff's view, on a day. A site counts under each release it has."""
    chosen = sites.filter(closed_at=None).order_by()
    boxes = Appliance.across.filter(site__in=chosen).order_by()
    at: dict[tuple[int, ...], set[Any]] = defaultdict(set)
    for site, product in boxes.values_list("site_id", "product_version").distinct():
        if product:
            at[tuple(version(product))].add(site)
    values = {**thresholds.BUILT_IN.of, **thresholds.installation()}
    months = values["RETIRED_VERSION.months"]
    ends = {
        tuple(version(row.version)): _until(row, months)
        for row in Package.objects.filter(kind=Package.Kind.PRODUCT)
    }
    releases = tuple(
        Release(plain(have), until, _state(until, on), len(found),
                _narrowed(sentence, Term("product", Op.IS, (plain(have),))))
        for have, found in sorted(at.items())
        for until in (ends.get(have),)
    )  # fmt: skip
    gone = set[Any]().union(*(at[have] for have in at if _state(ends.get(have), on) == ENDED))
    bare = _narrowed(sentence, Term("contract", Op.IS, (filtering.NONE,)))
    return Support(
        releases, chosen.count(), len(gone),
        filtering.matching(chosen, f"contract:{filtering.NONE}", on=on).count(), bare,
    )  # fmt: skip


def table(found: Support) -> Iterator[list[object]]:
    """As a file has it, the first line the heads."""
    yield [_("Release"), _("Supported until"), _("State"), _("Sites")]
    for one in found.releases:
        yield [one.product, one.until.isoformat() if one.until else "", one.state, one.sites]


def _until(row: Package, months: int) -> date | None:
    """As the check of a site's readiness has it (vendor.md §9.1)."""
    if row.supported_until or row.released_on is None:
        return row.supported_until
    return row.released_on + timedelta(days=months * 365 // 12)


def _state(until: date | None, on: date) -> str:
    if until is None:
        return NOT_KNOWN
    if until < on:
        return ENDED
    return ENDS_SOON if until < on + SOON else COVERED


def _narrowed(sentence: str, term: Term) -> str:
    return " ".join(filter(None, (sentence.strip(), write([term]))))
