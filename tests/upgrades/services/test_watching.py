"""The hourly read, and the looks that any worker takes: due in PostgreSQL, fair, beside no step."""

from datetime import timedelta

import pytest
from django.db import connection

from appliances.models import Appliance, Difference, Drift, Snapshot
from appliances.services import versions
from portal import clock, tenancy
from portal.models import Message
from tests.conftest import NOON
from tests.upgrades.services.test_story import approved
from upgrades.models import JobStep, Look, UpgradeJob
from upgrades.services import looks, waking, watching

A = "a.meridian.sim"


@pytest.fixture
def played(answering):
    answering.clock(anchor_virtual=NOON.timestamp())
    return answering


def read(at, most=5):
    with clock.at(at):
        return watching.read_due(at, most=most)


def open_drifts(world):
    with tenancy.transaction(world.customer):
        rows = Drift.objects.filter(ended_at=None)
        return [(row.fact, row.expected, row.found) for row in rows]


def test_an_appliance_is_read_once_an_hour(world, played):
    assert (read(NOON), read(NOON + timedelta(minutes=59))) == (1, 0)
    assert read(NOON + timedelta(minutes=60)) == 1
    assert world.appliance.last_seen_at is not None
    assert open_drifts(world) == []


def test_another_version_is_a_drift_told_once_and_ended_when_it_goes_away(world, played):
    read(NOON)
    played.control("PATCH", f"appliances/{A}", {"product": "12.2.0"})
    for hours in (1, 2):
        read(NOON + timedelta(hours=hours))

    assert open_drifts(world) == [("PRODUCT", "12.1", "12.2.0")]
    assert world.appliance.product_version == "12.1"
    with tenancy.transaction(world.customer):
        drift = Drift.objects.get()
        assert drift.last_seen_at - drift.first_seen_at == timedelta(hours=1)
        told = Message.objects.filter(kind="appliance_drifted").values_list("address", flat=True)
        assert len(told) == len(set(told)) == 2  # approver and operator

    played.control("PATCH", f"appliances/{A}", {"product": "12.1"})
    read(NOON + timedelta(hours=3))

    assert open_drifts(world) == []


@pytest.mark.parametrize(("typed", "drifts"), [("30417", 0), ("30418", 1)])
def test_a_build_read_off_a_page_is_the_one_that_the_api_tells_in_full(
    world, played, typed, drifts
):
    """The page shows its number alone, the command API a digest behind it."""
    played.control("PATCH", f"appliances/{A}", {"build": "30417", "hash": "285f50bd"})
    with tenancy.transaction(world.customer):
        versions.prove(world.appliance, "PRODUCT", "12.1", build=typed, at=NOON)

    read(NOON + timedelta(minutes=1))

    assert open_drifts(world) == [("BUILD", typed, "30417-285f50bd")] * drifts
    assert world.appliance.product_build == (typed if drifts else "30417-285f50bd")


def test_what_a_running_job_of_ours_installs_is_no_drift(world, played):
    job = approved(world)
    with tenancy.transaction(world.customer):
        UpgradeJob.objects.filter(pk=job.pk).update(state="RUNNING")
    played.control("PATCH", f"appliances/{A}", {"product": "12.2.0"})

    read(NOON)

    assert open_drifts(world) == []


@pytest.mark.parametrize(("state", "reads"), [("WATCHING", 0), ("CLAIMED", 0), ("PLANNED", 1)])
def test_an_appliance_is_never_read_beside_its_step(world, played, state, reads):
    job = approved(world)
    with tenancy.transaction(world.customer):
        JobStep.objects.filter(job=job, action="install_base", hop=1).update(state=state)

    assert read(NOON) == reads


def test_while_a_worker_holds_the_appliance_it_is_not_read(world, played, other_session):
    key = str(world.appliance.pk)
    with other_session.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])

    with clock.at(NOON):
        assert not watching.read(world.customer.pk, world.appliance.pk)


@pytest.fixture
def other_session(db):
    other = connection.copy()
    yield other
    other.close()


def test_no_more_are_read_a_minute_than_the_setting_allows(world, played, settings):
    settings.READS_A_MINUTE = 1

    assert (read(NOON), read(NOON + timedelta(hours=1))) == (1, 0)


def test_the_day_before_is_looked_at_once_and_bad_news_is_told(world, played):
    job = approved(world)
    played.faults(A, health_bad="Simulated: not well.")
    with clock.at(NOON):
        waking.want_looks(NOON)
        waking.want_looks(NOON)
        taken = [watching.take_look(NOON), watching.take_look(NOON)]

    assert taken == [True, False]
    with tenancy.transaction(world.customer):
        look = Look.objects.get(job=job, kind="DAY_BEFORE")
        assert (look.passed, look.done_at) == (False, NOON)
        assert Message.objects.filter(kind="not_ready").exists()


def test_after_a_window_the_state_is_compared_and_a_loss_waits_for_a_person(world, played):
    job = approved(world)
    with clock.at(NOON), tenancy.transaction(world.customer):
        box = Appliance.objects.get()
        Snapshot.objects.create(
            customer=world.customer, appliance=box, job_id=job.pk, window=1, moment="BEFORE",
            taken_at=NOON, data={"version": "12.1", "users": 9},
        )  # fmt: skip
        booking = job.bookings.order_by("slot").first()
        looks.want_end(job, booking, at=NOON)
    with clock.at(NOON):
        assert watching.take_look(NOON)

    with tenancy.transaction(world.customer):
        lost = Difference.objects.get(key="users")
        assert (lost.before, lost.is_open) == (9, True)
        assert Snapshot.objects.filter(moment="AFTER", job_id=job.pk).exists()
        assert Message.objects.filter(kind="window_differs").exists()
