"""G-PREP-11: what a production site takes is confirmed on its test site first, or somebody answers
for going without."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _, gettext_noop

from appliances import actions as do
from appliances.events import Event
from appliances.models import Package, ReadinessCheck, Site, Waiver
from appliances.services import thresholds, waivers
from portal import audit
from portal.errors import Refused
from upgrades.models import JobStep, UpgradeJob
from upgrades.services.sentences import Told

S = JobStep.State
UNTESTED = gettext_noop(
    "This release is not confirmed on the test site yet. Upgrade the test site first, or waive it."
)
PROVES = frozenset({do.CONFIRM_RELEASE.name, do.VERIFY.name})


@dataclass(frozen=True)
class Tested:
    """The test sites, the job that confirmed the release there, who answers for going without."""

    sites: list[Site]
    job: UpgradeJob | None
    waiver: Waiver | None
    demanded: bool

    @property
    def lacks(self) -> bool:
        """A job would be refused: neither confirmed nor answered for."""
        return self.demanded and self.job is None and self.waiver is None


class NotTested(Refused):
    """The release was not tried at the site that tests it."""

    code = "not-tested"


class BadTestSite(Refused):
    code = "bad-test-site"


def mark(site: Site, *, test_of: Site | None, by: Any) -> Site:
    """Make a site the test site of another one of this customer; None: of none any more."""
    if test_of is not None:
        _check(site, test_of)
    if site.test_of_id == (test_of.pk if test_of else None):
        return site
    before, site.test_of = site.test_of_id, test_of
    site.save(update_fields=["test_of"])
    data = {"test_of": test_of.name if test_of else "", "before": before}
    audit.record(Event.TEST_SITE_MARKED, site, by=by, data=data)
    return site


def _check(site: Site, test_of: Site) -> None:
    if test_of.pk == site.pk:
        raise BadTestSite(_("A site cannot be its own test site."))
    if test_of.closed_at is not None or site.closed_at is not None:
        raise BadTestSite(_("This site is closed."))
    if test_of.test_of_id is not None:
        raise BadTestSite(_("That site is a test site itself."))
    if Site.objects.filter(test_of=site).exists():
        raise BadTestSite(_("This site has a test site of its own."))


def confirmed(site: Site | Any, target: Package) -> UpgradeJob | None:
    """The newest job of a test site that brought this very release, and whose proofs nobody
    skipped: a job that is DONE with its release confirmed."""
    jobs = UpgradeJob.objects.filter(
        site__test_of=getattr(site, "pk", site), site__closed_at=None, target=target,
        state=UpgradeJob.State.DONE,
    )  # fmt: skip
    for job in jobs.select_related("site", "approved_by").order_by("-ended_at"):
        proofs = job.steps.filter(action__in=PROVES)
        there = job.steps.filter(action=do.INSTALL_PRODUCT.name, package=target, state=S.DONE)
        arrived = target.kind != Package.Kind.PRODUCT or there.exists()
        if arrived and not proofs.exclude(state=S.DONE).exists():
            return job
    return None


def problem(site: Site, target: Package) -> str | None:
    """None: the site has no test site; "": confirmed there; else the sentence (a msgid)."""
    if not Site.objects.filter(test_of=site, closed_at=None).exists():
        return None
    return "" if confirmed(site, target) else UNTESTED


def shown(site: Site, target: Package, at: datetime) -> Tested | None:
    """How a release stands at the site's test sites; None: it has none (a person is asked)."""
    where = list(Site.objects.filter(test_of=site, closed_at=None).order_by("name"))
    if not where:
        return None
    standing = waivers.standing(site, at)
    name = ReadinessCheck.Name.TESTED
    return Tested(
        sites=where, job=confirmed(site, target),
        waiver=waivers.covering(standing, name, appliance_id=None, job_id=None),
        demanded=thresholds.current().blocks(name),
    )  # fmt: skip


def demand(job: UpgradeJob, *, at: datetime) -> None:
    """Raises NotTested unless the release is confirmed on the test site or somebody answers."""
    if not thresholds.current().blocks(ReadinessCheck.Name.TESTED):
        return
    why = problem(job.site, job.target)
    if why and waiver(job, at) is None:
        raise NotTested(
            Told(why), remedy=_("Whoever may waive checks does so on the site’s checks page.")
        )


def waiver(job: UpgradeJob, at: datetime) -> Any:
    standing = waivers.standing(job.site_id, at)
    name = ReadinessCheck.Name.TESTED
    return waivers.covering(standing, name, appliance_id=None, job_id=job.pk)


def evidence(job: UpgradeJob, at: datetime) -> dict[str, Any] | None:
    """What answers "test it elsewhere" without asking a person; None: a person is asked."""
    if problem(job.site, job.target) is None:
        return None
    if proof := confirmed(job.site, job.target):
        ended = proof.ended_at.isoformat() if proof.ended_at else ""
        return {"test_site": proof.site.name, "test_job": proof.label, "confirmed_at": ended}
    if answered := waiver(job, at):
        return {
            "waived_by": str(answered.given_by), "waived_reason": answered.reason,
            "waived_until": answered.expires_at.isoformat(),
        }  # fmt: skip
    return None
