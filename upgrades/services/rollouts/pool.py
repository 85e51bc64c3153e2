"""Who an audience names, read for staff across customers: what each site is like, where it stands
in the fair order, and what keeps it out before any path is asked for."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as _

from appliances.models import Appliance, HardwareReturn, Package, Site
from appliances.services.filtering import matching
from portal import tenancy
from portal.errors import Refused
from upgrades.models import Enrolment, Rollout, UpgradeJob
from upgrades.models.enrolment import OPEN_ENDED
from upgrades.planning.catalogue import Version, version
from upgrades.planning.vocabulary import Sentence
from upgrades.planning.waves import Standing
from upgrades.services import repairing, sentences

CHUNK = 1000
CAREFUL = "careful"  # a tag of sites or customers that others go before
RETURNED = ("REFUSED", "CLOSED", "CANCELLED")
UNDER_WAY = (Rollout.State.OPEN, Rollout.State.PAUSED, Rollout.State.STOPPED)


@dataclass(frozen=True)
class Candidate:
    """A site that the audience names; `code` and `sentence` if it is left out already."""

    site_id: Any
    customer_id: Any
    features: frozenset[str]
    standing: Standing
    careful: bool = False
    code: str = ""
    sentence: str | Sentence = ""


def named(rollout: Rollout) -> Any:
    """The sites that the audience names; contracts are asked for the first day (G-PREP-3)."""
    return matching(
        Site.across.filter(closed_at=None), rollout.audience, on=rollout.starts_on
    ).order_by("pk")


def read(rollout: Rollout, *, day: date) -> Iterator[Candidate]:
    """In the order of their ids, some statements a thousand."""
    reader = _Reader(rollout, day)
    sites = list(named(rollout).select_related("customer"))
    for start in range(0, len(sites), CHUNK):
        yield from reader.chunk(sites[start : start + CHUNK])


class _Reader:
    def __init__(self, rollout: Rollout, day: date) -> None:
        self.rollout, self.goal = rollout, version(rollout.release.version)
        products = Package.objects.filter(kind=Package.Kind.PRODUCT)
        self.releases = {version(package.version): package for package in products}
        self.day = day

    def chunk(self, sites: list[Site]) -> Iterator[Candidate]:
        ids = [site.pk for site in sites]
        boxes: dict[Any, list[Appliance]] = defaultdict(list)
        for box in Appliance.across.filter(site__in=ids).order_by("letter"):
            boxes[box.site_id].append(box)
        returned = HardwareReturn.across.filter(site__in=ids, appliance__place="IN_PLACE")
        away = set(returned.exclude(state__in=RETURNED).values_list("site_id", flat=True))
        others = Enrolment.across.filter(
            site__in=ids, state__in=OPEN_ENDED, rollout__state__in=UNDER_WAY
        ).exclude(rollout=self.rollout)
        elsewhere = dict(others.values_list("site_id", "rollout__name"))
        marked = UpgradeJob.across.filter(site__in=ids).exclude(left_behind=[])
        left = set(marked.values_list("site_id", flat=True))
        for site in sites:
            code, said = self._against(site, boxes[site.pk], away, elsewhere, left)
            yield Candidate(
                site.pk, site.customer_id, features(site, boxes[site.pk], site.pk in left),
                self._standing(boxes[site.pk]), CAREFUL in (*site.tags, *site.customer.tags),
                code, said,
            )  # fmt: skip

    def _against(
        self, site: Site, boxes: list[Appliance], away: set[Any], elsewhere: dict[Any, str],
        left: set[Any],
    ) -> tuple[str, str | Sentence]:  # fmt: skip
        known = [version(box.product_version) for box in boxes if box.product_version]
        if boxes and len(known) == len(boxes) and min(known) >= self.goal:
            return "already-there", Sentence(_("It has this release, or a newer one, already."))
        if site.pk in away:
            return "in-return", Sentence(_("An appliance of it is on its way back to the vendor."))
        if site.pk in elsewhere:
            values = {"name": elsewhere[site.pk]}
            return "other-rollout", Sentence(_("It is in another rollout: %(name)s."), values)
        if site.pk in left:
            return self._left(site)
        return "", ""

    def _left(self, site: Site) -> tuple[str, str | Sentence]:
        """What a job left is judged by the rule that would refuse its next one."""
        with tenancy.transaction(site.customer_id):
            try:
                repairing.refuse_if_left(Site.objects.get(pk=site.pk))
            except Refused as refusal:
                return refusal.code, sentences.of(refusal)
        return "", ""

    def _standing(self, boxes: list[Appliance]) -> Standing:
        known = [version(box.product_version) for box in boxes if box.product_version]
        lowest = min(known, default=None)
        return Standing(
            exposed=lowest is not None and self._exposed(lowest),
            behind=sum(lowest < each <= self.goal for each in self.releases) if lowest else 0,
        )

    def _exposed(self, product: Version) -> bool:
        package = self.releases.get(product)
        if package is None:
            return False
        ended = package.supported_until is not None and package.supported_until < self.day
        return bool(package.advisory) or ended


def features(site: Site, boxes: list[Appliance], troubled: bool) -> frozenset[str]:
    """What a site shows of the fleet's variety: `kind:value`, and shape with release together."""
    found = {f"shape:{site.shape}", f"swing:{site.swing}"}
    found |= {f"region:{each}" for each in (site.region, *(b.region for b in boxes)) if each}
    for box in boxes:
        found |= {f"product:{box.product_version}", f"base:{box.base_version}"}
        found.add(f"release of a {site.shape}:{box.product_version}")
        found.add("box:physical" if box.physical else "box:virtual")
        if box.model:
            found.add(f"model:{box.model}")
    if site.restricted_network:
        found.add("network:restricted")
    if troubled:
        found.add("past:trouble")
    return frozenset(each for each in found if not each.endswith(":"))
