"""Courses of a fleet's sites: those that are alike for the planner share one, worked out once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from appliances.models import Appliance, Package, RecordedWord, Site
from portal import tenancy
from portal.errors import Refused
from upgrades.models import JobStep
from upgrades.planning import site as values
from upgrades.planning.catalogue import version
from upgrades.planning.course import Course, course
from upgrades.planning.durations import Durations, from_the_guide
from upgrades.planning.paths import site_base_path, site_path
from upgrades.planning.planner import plan
from upgrades.planning.vocabulary import Sentence, Unable
from upgrades.procedures import METHODS, PROCEDURES
from upgrades.services import catalogue, history, planning, sentences


@dataclass(frozen=True)
class NoWay:
    """Why a site cannot be planned: a stable code and the planner's sentence."""

    code: str
    sentence: Sentence


Way = Course | NoWay


class Courses:
    """For one target. Asked for many sites, in no customer's transaction."""

    def __init__(self, target: Package) -> None:
        self.target = target
        self.known = catalogue.catalogue()
        self.kept: dict[Any, Way] = {}
        # Appliances with words of their own, and customers with runs to learn from, share with
        # nobody else: a name says neither.
        self.told = set(RecordedWord.across.values_list("appliance_id", flat=True))
        past = JobStep.across.filter(state=JobStep.State.DONE, job__site__simulated=False)
        self.taught = set(past.values_list("customer_id", flat=True).distinct())

    def of(self, site: Site, boxes: Sequence[Appliance]) -> Way:
        """A site's course by the page and the method that the portal would propose."""
        try:
            planned = planning.site_values(site, boxes)
        except (planning.NotKnown, IndexError) as refusal:
            return NoWay("version-not-known", _not_known(refusal))
        own = site.pk if any(box.pk in self.told for box in boxes) else None
        taught = site.customer_id if site.customer_id in self.taught else None
        like = alike(planned)
        method = "manual" if site.restricted_network else "automatic"
        key = (like, method, own, taught)
        if key not in self.kept:
            self.kept[key] = self._worked_out(site, boxes if own else (), like, method, taught)
        return self.kept[key]

    def _worked_out(
        self, site: Site, told: Iterable[Appliance], like: values.Site, method: str, taught: Any
    ) -> Way:  # fmt: skip
        page = planning.procedures_for(site)[0]
        known, durations = self.known, from_the_guide
        if told or taught:
            with tenancy.transaction(site.customer_id):
                known = catalogue.heeding(known, told)
                durations = history.durations() if taught else durations
        return worked_out(known, like, self.target, page.name, method, durations)


def worked_out(
    known: Any, like: values.Site, target: Package, page: str, method: str, durations: Durations
) -> Way:  # fmt: skip
    product = target.kind == Package.Kind.PRODUCT
    installed = {each.name: each.versions for each in like.appliances}
    try:
        hops = (site_path if product else site_base_path)(known, installed, version(target.version))
        drawn = plan(PROCEDURES[page], like, hops, method=METHODS[method], durations=durations)
        return course(drawn)
    except Unable as refusal:
        return NoWay(refusal.code, Sentence(refusal.message, refusal.values))


def _not_known(refusal: Exception) -> Sentence:
    if isinstance(refusal, Refused):
        return sentences.of(refusal)
    return sentences.as_it_is(str(refusal))


def alike(site: values.Site) -> values.Site:
    """The same site with its appliances called by their places: equal for all that are alike."""
    names = {each.name: f"#{place}" for place, each in enumerate(site.appliances, start=1)}
    boxes = tuple(replace(each, name=names[each.name]) for each in site.appliances)
    backup = names[site.backup] if site.backup else None
    return replace(site, appliances=boxes, primary=names[site.primary], backup=backup)
