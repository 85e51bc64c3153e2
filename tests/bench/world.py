"""Customers with running jobs whose steps are all the same: what a tick costs, and nothing else."""

from datetime import UTC, datetime

from appliances import actions as do
from appliances.models import Appliance, Package, Site
from portal.models import ChainHead, Customer, User
from tests.bench import rows
from upgrades.models import JobStep, UpgradeJob

EVERYTHING = ("portal_customer", "portal_user", "appliances_package")
STEPS_A_JOB = 20
# A step whose baseline was kept and which sends next: the claim counts, an attempt is written
# before the act, and closed by the record. Its action is one of the portal's own.
EFFECT = {
    "action": do.REGENERATE_INSTALLERS.name, "doer": do.PORTAL, "effect": do.CALLABLE,
    "observed": {"baseline": []},
}  # fmt: skip
# The same as SQL, for a step that the real worker turns without asking anybody.
QUIET = f"action = '{do.ANNOUNCE.name}', effect = '{do.READ}', observed = '{{}}'"


def now() -> datetime:
    return datetime.now(UTC)


def customers(number: int, *, sites: int, appliances: str = "1") -> None:
    """An empty database, then customers with their chains, sites and appliances (one a site)."""
    rows.empty(*EVERYTHING)
    at = now()
    rows.multiply(
        Customer(name="", slug="", opened_at=at), f"generate_series(1, {number}) AS n",
        name="'Customer ' || n", slug="'customer-' || n",
    )  # fmt: skip
    rows.multiply(ChainHead(), "portal_customer", customer_id="id")
    rows.multiply(
        Site(name="", public_name="", shape="SINGLE", zone="UTC", simulated=True),
        f"portal_customer c, generate_series(1, {sites}) AS n",
        customer_id="c.id", name="'Site ' || n", public_name="'s' || n || '.example'",
    )  # fmt: skip
    rows.multiply(
        Appliance(letter="A", name="A", host="", base_version="3.3.2", product_version="12.1"),
        "appliances_site s", customer_id="s.customer_id", site_id="s.id", host="s.public_name",
    )  # fmt: skip


def jobs(steps: int = STEPS_A_JOB) -> int:
    """A running job at every site of `customers`, its first step ready; how many steps there are.

    Called again, the jobs of before are gone.
    """
    rows.empty("upgrades_upgradejob")
    at = now()
    person, _ = User.objects.get_or_create(
        email="agent@example.com", defaults={"name": "Agent", "staff_role": User.StaffRole.AGENT}
    )
    package, _ = Package.objects.get_or_create(
        kind="PRODUCT", version="12.2", defaults={"name": "Product 12.2", "provenance": "DEMO"}
    )
    job = UpgradeJob(
        target=package, state="RUNNING", procedure="single", requested_by=person, made_at=at,
        started_at=at,
    )  # fmt: skip
    rows.multiply(
        job, "appliances_site s", customer_id="s.customer_id", site_id="s.id",
        number="row_number() OVER (PARTITION BY s.customer_id)",
    )  # fmt: skip
    step = JobStep(lane="A", phase="", text="Make the installers anew", guide="", role="", **EFFECT)
    made = rows.multiply(
        step,
        f"upgrades_upgradejob j JOIN appliances_appliance a USING (customer_id, site_id),"
        f" generate_series(1, {steps}) AS n",
        customer_id="j.customer_id", job_id="j.id", appliance_id="a.id", seq="n", rank="n",
        state="CASE n WHEN 1 THEN 'READY' ELSE 'PLANNED' END",
        next_at="CASE n WHEN 1 THEN now() END",
    )  # fmt: skip
    rows.settle()
    return made
