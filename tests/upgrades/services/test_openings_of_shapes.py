"""The look at a window's start, and drift, at a pair and a cluster in the simulator."""

from datetime import timedelta

import pytest

from appliances.models import Appliance, ReadinessCheck, Snapshot
from appliances.services import drift, readiness
from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades import pairs
from tests.upgrades.clusters import a_cluster, box_of, host
from tests.upgrades.driving import drive, step_of
from tests.upgrades.services.test_story import approved
from upgrades.models import JobStep, Look
from upgrades.services import looks, watching
from upgrades.services.ticks import opening
from upgrades.services.ticks.work import Work


def opened(world, job, window=1):
    with tenancy.transaction(world.customer):
        return Look.objects.filter(job=job, window=window, kind="START", passed=True).exists()


def held(world, job):
    with tenancy.transaction(world.customer):
        return [s.reason for s in JobStep.objects.filter(job=job, state="HELD").in_order()]


@pytest.fixture
def pair(catalogue, park):
    world = pairs.a_pair(catalogue)
    return world, pairs.play(park, world), pairs.approved(world, "pair-synchronous")


def test_a_pairs_window_opens_with_the_state_of_both(pair):
    world, park, job = pair

    drive(world, job, park, at=NOON, until=lambda: opened(world, job) or held(world, job))

    assert held(world, job) == []
    with tenancy.transaction(world.customer):
        before = Snapshot.objects.filter(job_id=job.pk, moment="BEFORE", window=1)
        roles = {row.appliance.letter: row.data["failover_role"] for row in before}
        kept = ReadinessCheck.objects.filter(job_id=job.pk, window=1)
        names = {row.name: row.status for row in kept}
    assert roles == {"A": "primary", "B": "backup"}
    assert (names["PAIR_ROLES"], names["PAIR_VERSIONS"]) == ("GOOD", "GOOD")
    assert names["KEYS"] == "UNKNOWN"  # a person compares them in a step to come


def test_another_version_on_one_of_a_pair_holds_its_first_change(pair):
    world, park, job = pair
    drive(world, job, park, at=NOON, until=lambda: step_state(world, job, "check_readiness"))
    park.control("PATCH", f"appliances/{pairs.B}", {"product": "14.1.1"})

    drive(world, job, park, at=NOON, until=lambda: opened(world, job) or held(world, job))

    assert held(world, job) != []
    with tenancy.transaction(world.customer):
        (found,) = drift.open_at(world.site)
        assert (found.appliance.letter, found.fact, found.found) == ("B", "PRODUCT", "14.1.1")


def step_state(world, job, action):
    return step_of(world, job, action).state == "DONE"


@pytest.fixture
def cluster(catalogue, park):
    world = a_cluster(catalogue, park, {"east": 2})
    park.clock(anchor_virtual=NOON.timestamp())
    return world, park, approved(world, target="12.2.0", procedure="atlas")


def test_a_node_that_stopped_accepting_is_a_drift_seen_in_its_masters_list(cluster):
    world, park, _job = cluster
    for hours in (0, 1):
        at = NOON + timedelta(hours=hours)
        with clock.at(at):
            watching.read_due(at, most=10)
        park.control("PATCH", f"appliances/{host('N1')}", {"accepting": False})

    with tenancy.transaction(world.customer):
        (found,) = drift.open_at(world.site)
        assert (found.appliance.letter, found.fact) == ("N1", "ACCEPTING")


def of_window(world, job):
    """A step of the first window, and the question asked before its first change."""
    step = step_of(world, job, "install_product", "N1")
    with clock.at(NOON), tenancy.transaction(world.customer):
        asked = looks.question(step.job.site, step.job, window=step.window)
        return step, asked


def test_a_node_that_the_window_leaves_alone_holds_nobody_up(cluster):
    world, park, job = cluster
    step, asked = of_window(world, job)
    other = box_of(world, "N2")
    with tenancy.transaction(world.customer):
        JobStep.objects.filter(job=job, appliance=other).update(window=99)
        JobStep.objects.filter(job=job, about_ids__contains=[other.pk]).update(about_ids=[])
        alone = opening.left_alone(step, asked)
    assert alone == {other.pk}
    park.faults(host("N2"), health_bad="Simulated: not well.")
    with clock.at(NOON):
        answers = readiness.judge(asked, readiness.look(asked, tries=1))
    assert [one.letter for one in answers.stopping if one.name == "HEALTH"] == ["N2"]

    assert stopped_by(step, answers, left_alone=frozenset()) == ["N2"]
    assert stopped_by(step, answers, left_alone=alone) == []


def stopped_by(step, answers, *, left_alone):
    work = Work(None, step, step.job, step.job.site, None, None, NOON, left_alone=left_alone)
    found = [one for one in answers.stopping if one.name == "HEALTH"]
    return [one.letter for one in found if opening.concerns(work, one)]


def test_the_lease_is_renewed_before_every_question_to_every_node(cluster):
    world, _park, job = cluster
    _step, asked = of_window(world, job)
    renewed = []

    with clock.at(NOON):
        found = readiness.look(asked, progress=renewed.append, tries=1)

    with tenancy.transaction(world.customer):
        nodes = Appliance.objects.filter(site=world.site, cluster_role="TRAFFIC").count()
        masters = Appliance.objects.filter(site=world.site).count() - nodes
    assert all(one.seen.answered for one in found)
    assert len(renewed) >= 3 * nodes + 10 * masters


def test_a_worker_that_lost_its_step_asks_no_further_node(cluster):
    world, _park, job = cluster
    _step, asked = of_window(world, job)

    def lost(_number):
        raise InterruptedError

    with clock.at(NOON), pytest.raises(InterruptedError):
        readiness.look(asked, progress=lost)
