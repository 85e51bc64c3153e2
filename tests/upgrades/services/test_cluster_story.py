"""Atlas clusters from end to end: the real runner against the simulator over HTTP."""

from datetime import datetime

import pytest

from appliances.models import Appliance, ConfigurationFreeze
from portal import tenancy
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.clusters import a_cluster, box_of, host
from tests.upgrades.services.test_story import approved, states
from upgrades.models import Interim, UpgradeJob


@pytest.fixture
def arrives(catalogue, park):
    """Run a job to its end; it must be done. Answers with the job and the appliances by letter."""

    def run(world, target, procedure, **more):
        job = approved(world, target=target, procedure=procedure, **more)
        operator.run_to_the_end(world, job, park, at=NOON, turns=1500)
        with tenancy.transaction(world.customer):
            found = UpgradeJob.objects.get(pk=job.pk)
            assert found.state == "DONE", states(world, job)
            assert {s.state for s in found.steps.all()} == {"DONE"}
            return found, {box.letter: box for box in found.site.appliances.all()}

    return run


@pytest.mark.parametrize("procedure", ["atlas", "atlas-without-waits"])
def test_a_cluster_two_releases_behind_arrives(catalogue, park, arrives, procedure):
    """G-ATLAS-1 to 7, once a hop."""
    world = a_cluster(catalogue, park, {"east": 2, "west": 1})

    job, boxes = arrives(world, "14.1.1", procedure, word=True)  # the west has one node

    assert {box.product_version for box in boxes.values()} == {"14.1.1"}
    assert {box.base_version for box in boxes.values()} == {"4.0.1"}
    assert {boxes[node].accepting for node in ("N1", "N2", "N3")} == {True}
    for letter in boxes:
        truth = park.truth(host(letter))
        assert (truth["base"], truth["product"]) == ("4.0.1", "14.1.1")
        assert truth["accepting"]
    assert not box_of(world, "A").accepting


@pytest.mark.parametrize("swing", ["DNS", "NAT", "SHARED_IP"])
def test_a_cluster_with_failover_is_served_by_the_other_master_afterwards(
    catalogue, park, arrives, swing
):
    """G-ATLASF-1 to 13: B takes over, the roles stay exchanged, backup operations are on again."""
    world = a_cluster(catalogue, park, {"east": 2, "west": 2}, failover=True, swing=swing)

    job, boxes = arrives(world, "12.2.0", "atlas-failover")

    assert {box.product_version for box in boxes.values()} == {"12.2.0"}
    assert (boxes["A"].failover_role, boxes["B"].failover_role) == ("BACKUP", "PRIMARY")
    assert boxes["B"].in_production
    assert (boxes["A"].backup_operations, boxes["B"].backup_operations) == (True, False)
    assert all(boxes[f"N{number}"].accepting for number in range(1, 5))
    truth = {letter: park.truth(host(letter)) for letter in boxes}
    assert {one["product"] for one in truth.values()} == {"12.2.0"}
    assert truth["B"]["serves"]
    assert not truth["A"]["serves"]
    assert all(truth[f"N{number}"]["accepting"] for number in range(1, 5))
    assert truth["A"]["backup_operations"]
    with tenancy.transaction(world.customer):
        synced = list(job.steps.filter(action="cluster_sync").in_order())
        assert len(synced) == 2  # G-ATLASF-10, G-ATLASF-13: read from B, not a person's word alone
        assert all(step.evidence["sync_status"] for step in synced)
        told = [datetime.fromisoformat(step.evidence["synced_at"]) for step in synced]
        assert told[0] < told[1]


def test_the_time_without_failover_is_from_the_first_master_to_backup_operations_on_again(
    catalogue, park, arrives
):
    """G-ATLASF-4 to 13: while the masters' releases differ neither could stand in for the other."""
    world = a_cluster(catalogue, park, {"east": 2}, failover=True)

    job, boxes = arrives(world, "12.2.0", "atlas-failover")

    with tenancy.transaction(world.customer):
        interim = Interim.objects.get(site=world.site)
        steps = job.steps.select_related("appliance")
        first = steps.get(action="install_product", appliance=boxes["B"])
        again = steps.get(action="start_backup_operations")
        assert (interim.state, interim.job_id, interim.ended_by_id) == ("ENDED", job.pk, job.pk)
        assert (interim.began_at, interim.ended_at) == (first.ended_at, again.ended_at)


def test_two_hops_without_waits_end_with_the_roles_as_they_were(catalogue, park, arrives):
    """G-PREP-8: each hop exchanges the roles; an even number of hops gives them back."""
    world = a_cluster(catalogue, park, {"east": 2}, failover=True)

    job, boxes = arrives(world, "14.1.1", "atlas-failover-without-waits")

    assert (boxes["A"].failover_role, boxes["B"].failover_role) == ("PRIMARY", "BACKUP")
    assert {box.product_version for box in boxes.values()} == {"14.1.1"}
    with tenancy.transaction(world.customer):
        swaps = job.steps.filter(action="become_backup").select_related("appliance").in_order()
        assert [step.appliance.letter for step in swaps] == ["A", "B"]
        frozen = ConfigurationFreeze.objects.order_by("began_at").select_related("appliance")
        assert [each.appliance.letter for each in frozen] == ["A", "B"]
        assert all(each.ended_at for each in frozen)


@pytest.mark.parametrize("failover", [False, True], ids=["atlas", "atlas-failover"])
def test_a_cluster_of_one_node_arrives_with_the_word_that_it_is_away(catalogue, park, failover):
    world = a_cluster(catalogue, park, {"east": 1}, failover=failover, minutes=20 * 60)
    procedure = "atlas-failover" if failover else "atlas"

    job = approved(world, target="12.2.0", procedure=procedure, word=True)
    operator.run_to_the_end(world, job, park, at=NOON, turns=1500)

    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        assert found.state == "DONE", states(world, job)
        assert found.word_by == world.approver
        assert found.steps.filter(action="stop_accepting").count() == 0
    assert park.truth(host("N1"))["accepting"]


def test_without_interfaces_people_say_what_the_portal_would_read(catalogue, park):
    """No driver on any appliance: every count, flag and version is a person's word."""
    world = a_cluster(catalogue, park, {"east": 2})
    with tenancy.transaction(world.customer):
        Appliance.objects.filter(site=world.site).update(dialect="NO_API")

    job = approved(world, target="12.2.0", procedure="atlas")
    operator.run_to_the_end(world, job, park, at=NOON, turns=1500)

    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        assert found.state == "DONE", states(world, job)
        nodes = {box.letter: box for box in found.site.appliances.all()}
    assert {box.product_version for box in nodes.values()} == {"12.2.0"}
    assert (nodes["N1"].accepting, nodes["N2"].accepting) == (True, True)
