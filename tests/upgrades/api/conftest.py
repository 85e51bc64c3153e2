"""Programs of three people at one customer, and a job of theirs at every stage."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from appliances.models import (
    BaseHold,
    Difference,
    Drift,
    Licence,
    ReadinessCheck,
    Snapshot,
    Waiver,
)
from appliances.services import replacements, returns, versions
from portal import tenancy
from portal.models import Contact, Contract, DataExport, EvidenceFile, Promise
from portal.services import evidence
from portal.services.webhooks import endpoints
from tests.conftest import NOON
from tests.portal.api.caller import Caller
from tests.upgrades.conftest import World
from tests.upgrades.operator import PIXEL
from tests.upgrades.services import rolled
from upgrades.models import (
    Booking,
    Freeze,
    FreezeCalendar,
    JobStep,
    MaintenanceWindow,
    PlatformFreeze,
    Rehearsal,
    Rollout,
    Settlement,
    UpgradeJob,
)
from upgrades.services import jobs
from upgrades.services.whatif import everywhere


@pytest.fixture
def agent(world, noon):
    """Support's program, for every customer."""
    return Caller(world.agent)


@pytest.fixture
def approver(world, noon):
    return Caller(world.approver, world.customer)


@pytest.fixture
def operator(world, noon):
    return Caller(world.operator, world.customer)


def wish(world, **more):
    return {"target": str(world.packages["14.1.1"].pk), **more}


@pytest.fixture
def draft(world, operator):
    """A job from 12.1 to 14.1.1; its JSON."""
    return operator.done("jobs", wish(world, site=str(world.site.pk)), status=201)


@pytest.fixture
def proposed(draft, operator):
    return operator.done(f"jobs/{draft['id']}/submit")


@pytest.fixture
def scheduled(approver, proposed):
    return approver.done(f"jobs/{proposed['id']}/approve", {"digest": proposed["plan"]["digest"]})


@pytest.fixture
def running(operator, scheduled):
    return operator.done(f"jobs/{scheduled['id']}/start")


def to_state(step, *moves):
    """Move a step as the runner does."""
    for name, values in moves:
        getattr(step, name)(**values)
    step.save()
    return step


@pytest.fixture
def asking(world, running):
    """The job's step that tests the release asks a person."""
    with tenancy.transaction(world.customer):
        step = JobStep.objects.get(job_id=running["id"], action="test_elsewhere")
        return to_state(step, ("ready", {"at": NOON}), ("claim", {}), ("ask", {"look_at": None}))


@dataclass
class Rows:
    """One row of every kind that a customer owns, by the first word of its address."""

    ids: dict[str, str]


def of_the_platform(world: World) -> dict[str, str]:
    """One row of every kind that belongs to no customer."""
    return {
        "packages": str(world.packages["12.1"].pk), "rollouts": str(Rollout.objects.get().pk),
        "settlements": str(Settlement.objects.get().pk),
        "platform-freezes": str(PlatformFreeze.objects.get().pk),
        "thresholds": "", "sandboxes": "",
    }  # fmt: skip


@pytest.fixture
def rows(world: World, running, asking) -> Rows:
    return one_of_each(world, running["id"], asking)


def one_of_each(world: World, running: Any, asking: JobStep) -> Rows:
    """`running` is the id of a job, `asking` a step of it."""
    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.get(pk=running)
        box = world.site.appliances.get()
        picture = evidence.keep(
            [PIXEL], kind=EvidenceFile.Kind.PICTURE, name="meridian.png", subject=box,
            site_id=world.site.pk, by=world.operator, at=NOON,
        )  # fmt: skip
        versions.type_in(box, "BASE", "3.2.4", by=world.operator, at=NOON, picture_id=picture.pk)
        jobs.note(job, text="Meridian calls back", audience="CUSTOMER", by=world.agent, at=NOON)
        jobs.note(job, text="Meridian is slow", audience="STAFF", by=world.agent, at=NOON)
        Licence.objects.create(customer=world.customer, site=world.site, number=15, read_at=NOON)
        ReadinessCheck.objects.create(
            customer=world.customer, site=world.site, appliance=box, name="HEALTH", status="GOOD",
            observed="meridian is well", taken_at=NOON, valid_until=NOON,
        )  # fmt: skip
        hold = BaseHold.objects.create(
            customer=world.customer, appliance=box, step_id=asking.pk, job_id=job.pk,
            opened_at=NOON, reason="Meridian's base would not come up",
        )  # fmt: skip
        waiver = Waiver.objects.create(
            customer=world.customer, site=world.site, check_name="CLOCK", given_by=world.approver,
            reason="Meridian sets it", given_at=NOON, expires_at=NOON + timedelta(days=1),
        )  # fmt: skip
        drift = Drift.objects.create(
            customer=world.customer, site=world.site, appliance=box, fact="PRODUCT",
            expected="12.1", found="meridian's own", first_seen_at=NOON, last_seen_at=NOON,
        )  # fmt: skip
        differs = Difference.objects.create(
            customer=world.customer, appliance=box, job_id=job.pk, window=1, key="users", before=9,
            after=3, beyond=True, found_at=NOON, remark="Meridian looks",
        )  # fmt: skip
        kept = Snapshot.objects.create(
            customer=world.customer, appliance=box, job_id=job.pk, window=1, moment="BEFORE",
            taken_at=NOON, data={"company": "meridian", "users": 9},
        )  # fmt: skip
        rehearsed = Rehearsal.objects.create(
            customer=world.customer, site=world.site, target=job.target, procedure="single",
            method="automatic", digest="meridian", seed=1, asked_by=world.operator, asked_at=NOON,
        )  # fmt: skip
        new = replacements.register(
            box, name="Meridian's new one", host="new.meridian.sim", base_version="3.2.4",
            by=world.agent, at=NOON,
        )  # fmt: skip
        going = returns.open_failed(
            box, reason="Meridian dropped it", kind="REPLACE", by=world.operator, at=NOON
        )
        rollout = rolled.a_rollout(job.target, world.agent)
        place = rolled.enrolled_at(world.site, rollout, state="EXCLUDED", reason="Meridian moves")
        everywhere.ask_freeze(
            title="New Year", begin=datetime(2027, 1, 1), end=datetime(2027, 1, 2),  # noqa: DTZ001
            by=world.agent, at=NOON,
        )  # fmt: skip
        contact = Contact.objects.create(customer=world.customer, name="Jana Vesela")
        promise = Promise.objects.create(
            customer=world.customer, kind="NOTICE", days=7, agreed_on=NOON.date()
        )
        hook, _secret = endpoints.make(
            name="Meridian's desk", address="https://hooks.example.com/", by=world.agent, at=NOON
        )
        endpoints.test(hook, by=world.agent, at=NOON)
        frozen = Freeze.objects.create(
            customer=world.customer, site=world.site, title="Meridian counts stock", made_at=NOON,
            local_begin="2027-06-01T00:00", local_end="2027-06-02T00:00",
            span=(NOON + timedelta(days=180), NOON + timedelta(days=190)),
        )  # fmt: skip
        source = FreezeCalendar.objects.create(
            customer=world.customer, site=world.site, name="Meridian's own", made_at=NOON
        )
        exported = DataExport.objects.create(
            customer=world.customer, by=world.operator, at=NOON, made_at=NOON, state="MADE", size=1,
            expires_at=datetime(2099, 1, 1, tzinfo=UTC), sha256="0" * 64,
            stored_as=evidence.write(f"{world.customer.pk}/exports/1", iter([b"meridian"])),
        )  # fmt: skip
        found = {
            "webhooks": hook.pk, "data-exports": exported.pk,
            "freezes": frozen.pk, "freeze-calendars": source.pk,
            "contracts": Contract.objects.get().pk, "approvals": job.pk,
            "contacts": contact.pk, "promises": promise.pk, "enrolments": place.pk,
            "rehearsals": rehearsed.pk, "waivers": waiver.pk,
            "drifts": drift.pk,
            "snapshots": kept.pk,
            "differences": differs.pk, "replacements": new.pk, "returns": going.pk,
            "customers": world.customer.pk, "sites": world.site.pk, "appliances": box.pk,
            "jobs": job.pk, "steps": asking.pk, "holds": hold.pk, "evidence": picture.pk,
            "calendar": job.pk,
            "bookings": Booking.objects.first().pk, "windows": MaintenanceWindow.objects.get().pk,
        }  # fmt: skip
    agent = Caller(world.agent)
    found["keys"] = agent.key.pk
    found["messages"] = agent.rows("messages")[0]["id"]
    found["audit"] = agent.rows("audit")[0]["id"]
    delivery = agent.rows("deliveries")[0]
    found["deliveries"], found["events"] = delivery["id"], delivery["event"]
    return Rows({name: str(pk) for name, pk in found.items()})
