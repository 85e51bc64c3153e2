"""An installation of ten thousand sites: a customer with a thousand of them, and nine hundred with
ten each. One site has one row of every kind, made by the services; the others are copies of it.
"""

from typing import Any

from appliances.models import (
    Appliance,
    Drift,
    HardwareReturn,
    Licence,
    ReadinessCheck,
    Site,
    VersionReading,
)
from portal import tenancy
from portal.models import (
    AuditEvent,
    ChainHead,
    Contact,
    Contract,
    Customer,
    Membership,
    Message,
    User,
    WebhookDelivery,
)
from tests.bench import rows
from tests.conftest import NOON
from tests.upgrades.api import conftest as programs
from tests.upgrades.conftest import World, a_catalogue, a_world
from tests.upgrades.views import states
from upgrades.models import (
    Booking,
    Enrolment,
    Freeze,
    JobStep,
    MaintenanceWindow,
    Rehearsal,
    Rollout,
    Team,
    UpgradeJob,
)
from upgrades.services import jobs, runs

CUSTOMERS, EACH, LARGEST = 900, 10, 1_000
SITES = CUSTOMERS * EACH + LARGEST
CHECKS = ("REACHABLE", "CLOCK", "DISK", "BACKUP", "CERTIFICATE", "LICENCE", "VERSION", "FAILOVER")
# Of a hundred jobs: what most of a fleet is at, in the middle of a rollout.
STATES = """CASE WHEN h < 2 THEN 'RUNNING' WHEN h < 22 THEN 'SCHEDULED' WHEN h < 25 THEN 'PROPOSED'
 WHEN h < 26 THEN 'HALTED' ELSE 'DONE' END"""
NIGHT = "(date '2026-11-01' + abs(hashtext(j.id::text)) % 90 + time '22:00') AT TIME ZONE s.zone"
SITE = {"customer_id": "s.customer_id", "site_id": "s.id"}


def opened() -> tuple[World, dict[str, str]]:
    """The world of the site that has everything, and the ids of its rows by the first word of the
    address. Inside `clock.at(NOON)`."""
    world = a_world(a_catalogue())
    job, step = _running(world)
    ids = programs.one_of_each(world, job.pk, step).ids
    ids |= programs.of_the_platform(world)
    Rollout.objects.update(draw_asked_at=NOON, drawn_at=NOON)
    team = Team.objects.create(name="Night watch", zone="Europe/Istanbul", skills=["SINGLE"])
    with tenancy.transaction(world.customer):
        member = Membership.objects.get(user=world.approver)
        ids |= {"members": str(member.pk), "staff": str(world.agent.pk), "teams": str(team.pk)}
        kept = {model: _first(model) for model in KINDS}
        kept |= {JobStep: step, UpgradeJob: job, Membership: member, Site: world.site}
        checks = list(ReadinessCheck.objects.all())
    _multiply(world, kept)
    assert len(checks) == 1, checks
    rows.settle()
    return world, ids


KINDS: tuple[Any, ...] = (
    Appliance, AuditEvent, Booking, Contact, Contract, Drift, Enrolment, Freeze, HardwareReturn,
    Licence, MaintenanceWindow, Message, ReadinessCheck, Rehearsal, VersionReading,
    WebhookDelivery,
)  # fmt: skip


def _first(model: Any) -> Any:
    found = model.objects.order_by("pk").first()
    assert found is not None, model
    return found


def _running(world: World) -> tuple[UpgradeJob, JobStep]:
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["14.1.1"], procedure="single", method="automatic",
            by=world.agent, at=NOON,
        )  # fmt: skip
        jobs.submit(job, by=world.agent, at=NOON)
    with tenancy.transaction(world.customer):
        jobs.approve(states.again(job), by=world.approver, at=NOON)
    with tenancy.transaction(world.customer):
        runs.start(states.again(job), by=world.agent, at=NOON)
    with tenancy.transaction(world.customer):
        return states.again(job), states.put(job, "ASKING", "test_elsewhere", at=NOON)


def _multiply(world: World, kept: dict[Any, Any]) -> None:
    _customers(world, kept)
    every = f"appliances_site s WHERE s.id <> '{world.site.pk}'"
    rows.copy(
        kept[Appliance], every, **SITE, name="s.name || ' A'", host="s.public_name", guid="''",
        serial="'S' || left(s.id::text, 8)", state="'ACTIVE'",
    )  # fmt: skip
    rows.copy(kept[MaintenanceWindow], every, **SITE)
    rows.copy(kept[Licence], every, **SITE)
    box = "appliances_appliance a JOIN appliances_site s ON s.id = a.site_id"
    own = {**SITE, "appliance_id": "a.id"}
    other = f"a.site_id <> '{world.site.pk}'"
    names = ", ".join(f"('{name}')" for name in CHECKS)
    rows.copy(
        kept[ReadinessCheck], f"{box}, (VALUES {names}) each (name) WHERE {other}", **own,
        name="each.name",
    )  # fmt: skip
    some = f"{box} WHERE {other} AND abs(hashtext(a.id::text)) % 50 = 0"
    rows.copy(kept[Drift], some, **own)
    rows.copy(kept[HardwareReturn], some, **own, rma_number="''")
    rows.copy(kept[VersionReading], f"{box}, generate_series(1, 3) n WHERE {other}",
              customer_id="s.customer_id", appliance_id="a.id", picture_id="NULL")  # fmt: skip
    _jobs(world, kept, every)


def _customers(world: World, kept: dict[Any, Any]) -> None:
    rows.copy(
        world.customer, f"generate_series(1, {CUSTOMERS}) n", name="'Customer ' || n",
        slug="'customer-' || n",
    )  # fmt: skip
    others = f"portal_customer c WHERE c.id <> '{world.customer.pk}'"
    rows.multiply(ChainHead(), others, customer_id="c.id")
    number = f"CASE c.slug WHEN 'meridian' THEN {LARGEST - 1} ELSE {EACH} END"
    rows.copy(
        world.site, f"portal_customer c, LATERAL generate_series(1, {number}) n",
        customer_id="c.id", name="'Desk ' || n || ' of ' || c.name",
        public_name="'desk' || n || '.' || c.slug || '.example'",
    )  # fmt: skip
    rows.copy(kept[Contract], others, customer_id="c.id", number="'M-' || c.slug")
    rows.copy(kept[Contact], f"generate_series(1, 2) n, {others}", customer_id="c.id",
              email="n || '@' || c.slug || '.example'")  # fmt: skip
    rows.copy(
        world.approver, others, email="'a@' || c.slug || '.example'", name="'A of ' || c.name"
    )
    rows.copy(
        kept[Membership],
        "portal_customer c JOIN portal_user u ON u.email = 'a@' || c.slug || '.example'",
        customer_id="c.id", user_id="u.id",
    )  # fmt: skip


def _jobs(world: World, kept: dict[Any, Any], every: str) -> None:
    drawn = every.replace(
        " WHERE", ", LATERAL (SELECT abs(hashtext(s.id::text)) % 100) d (h) WHERE"
    )
    rows.copy(
        kept[UpgradeJob], drawn, **SITE, state=STATES,
        number="10 + row_number() OVER (PARTITION BY s.customer_id)",
        made_at="kept.made_at - random() * interval '60 days'",
    )  # fmt: skip
    job = "upgrades_upgradejob j JOIN appliances_site s ON s.id = j.site_id"
    other = f"j.id <> '{kept[UpgradeJob].pk}'"
    whose = {"customer_id": "j.customer_id", "job_id": "j.id"}
    rows.copy(
        kept[Booking], f"{job} WHERE {other}", **whose, site_id="j.site_id", uid="j.id::text",
        slot=f"tstzrange({NIGHT}, {NIGHT} + interval '6 hours')",
        state=f"CASE WHEN {NIGHT} < '2026-11-23 12:00Z' THEN 'USED' ELSE 'BOOKED' END",
    )  # fmt: skip
    box = f"{job} JOIN appliances_appliance a ON a.site_id = s.id"
    open_ones = f"{other} AND j.state IN ('RUNNING', 'SCHEDULED')"
    with tenancy.transaction(world.customer):
        steps = list(JobStep.objects.filter(job=kept[UpgradeJob]))
    for step in steps:
        rows.copy(
            step, f"{box} WHERE {open_ones}", **whose, appliance_id="a.id", next_at="NULL",
            state="CASE j.state WHEN 'RUNNING' THEN kept.state ELSE 'PLANNED' END",
        )  # fmt: skip
    rows.copy(
        kept[Enrolment], f"{job} WHERE {other}", **whose, site_id="s.id", reason="''",
        state="CASE j.state WHEN 'DONE' THEN 'UPGRADED' ELSE 'BOOKED' END",
    )  # fmt: skip
    rows.copy(
        kept[Message], f"{job}, generate_series(1, 5) n WHERE {other}", customer_id="s.customer_id",
        dedupe_key="gen_random_uuid()::text", message_id="gen_random_uuid()::text", about_id="j.id",
        state="'SENT'", written_at="kept.written_at - n * interval '1 hour' * random()",
    )  # fmt: skip
    rows.copy(
        kept[AuditEvent], f"{job}, generate_series(1, 20) n WHERE {other}", **whose,
        number="1000 + row_number() OVER (PARTITION BY j.customer_id)",
        at="kept.at - n * random() * interval '1 day'",
    )  # fmt: skip
    some = f"{job} WHERE {other} AND abs(hashtext(j.id::text)) % 20 = 0"
    rows.copy(kept[Rehearsal], some, **SITE)
    rows.copy(kept[Freeze], some, **SITE)
    rows.copy(kept[WebhookDelivery], "generate_series(1, 5000) n")


__all__ = ["SITES", "User", "Customer", "opened"]
