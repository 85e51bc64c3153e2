"""What an abandoned job leaves, and its repair, by the real runner over HTTP."""

import pytest

from portal import clock, tenancy
from tests.upgrades import pairs, repairs
from tests.upgrades.clusters import a_cluster, box_of, host
from tests.upgrades.pairs import A, B
from tests.upgrades.services.test_story import approved, states
from upgrades.models import UpgradeJob
from upgrades.services import jobs, leftovers, repairing


def ids_of(world, *letters):
    with tenancy.transaction(world.customer):
        return {box.pk for box in world.site.appliances.filter(letter__in=letters)}


def left(world, job, word):
    with tenancy.transaction(world.customer):
        return leftovers.ids(UpgradeJob.objects.get(pk=job.pk), word)


def refused_while_left(world, job, at):
    """A new upgrade names the repair that comes first."""
    with tenancy.transaction(world.customer), pytest.raises(repairing.LeftBehind) as refusal:
        jobs.draft(
            world.site, world.packages["14.1.1"], procedure="pair-synchronous",
            method="automatic", by=world.agent, at=at,
        )  # fmt: skip
    assert job.label in str(refusal.value)
    return str(refusal.value.remedy)


@pytest.mark.parametrize(("before", "late"), [("check_updates", ""), ("confirm_release", "B")])
def test_a_pair_given_up_between_break_and_join_is_related_again(catalogue, park, before, late):
    """G-SYNC-7 to 9: level or not, it ends as a pair on one release."""
    world = pairs.a_pair(catalogue)
    pairs.play(park, world)
    job = pairs.approved(world, "pair-synchronous")
    job, at = repairs.abandoned(world, job, park, before)
    assert {"failover-broken", "jump-client-limit-lowered"} <= set(job.left_behind)
    assert left(world, job, "failover-broken") == ids_of(world, "A", "B")
    assert ("installers-invalid" in job.left_behind) is bool(late)
    assert "Restore failover" in refused_while_left(world, job, at)

    repair = repairs.repaired(world, job, park, at)

    assert repair.state == "DONE", states(world, repair)
    assert pairs.roles(world) == {"A": "PRIMARY", "B": "BACKUP"}
    alpha, beta = park.truth(A), park.truth(B)
    assert alpha["product"] == beta["product"] == ("12.2.0" if late else "12.1")
    assert (alpha["failover_role"], beta["failover_role"]) == ("primary", "backup")
    assert ("install_product" in repairs.actions(world, repair)) is bool(late)
    with tenancy.transaction(world.customer):
        assert leftovers.at_site(world.site) is None


@pytest.mark.parametrize("failover", [False, True])
def test_nodes_drained_and_not_yet_upgraded_accept_again(catalogue, park, failover):
    """G-ATLAS-2, G-ATLASF-2: level with their master, they come back at once, without a window."""
    world = a_cluster(catalogue, park, {"east": 2, "west": 2}, failover=failover)
    name = "atlas-failover" if failover else "atlas"
    job = approved(world, target="12.2.0", procedure=name)
    job, at = repairs.abandoned(world, job, park, "check_updates")
    off = left(world, job, "nodes-not-accepting")
    assert off == ids_of(world, "N1", "N3")
    assert not park.truth(host("N1"))["accepting"]

    repair = repairs.repaired(world, job, park, at)

    assert repair.state == "DONE", states(world, repair)
    assert [box_of(world, node).accepting for node in ("N1", "N2", "N3", "N4")] == [True] * 4
    assert all(park.truth(host(node))["accepting"] for node in ("N1", "N2", "N3", "N4"))
    assert "install_product" not in repairs.actions(world, repair)


def test_nodes_ahead_of_their_master_wait_until_it_follows(catalogue, park):
    """Rule 7: a node accepts only at its master's release, so the master is brought there."""
    world = a_cluster(catalogue, park, {"east": 2, "west": 2})
    job = approved(world, target="12.2.0", procedure="atlas")
    job, at = repairs.abandoned(world, job, park, "install_product", nth=3)

    repair = repairs.repaired(world, job, park, at)

    assert repair.state == "DONE", states(world, repair)
    for letter in ("A", "N1", "N2", "N3", "N4"):
        assert park.truth(host(letter))["product"] == "12.2.0"
        assert letter == "A" or park.truth(host(letter))["accepting"]


def test_a_cluster_given_up_after_b_and_before_the_swap_is_level_again(catalogue, park):
    """G-ATLASF-4 to 6: B and half of the nodes are ahead of the master that serves. It is brought
    to their release, and every node accepts at it."""
    world = a_cluster(catalogue, park, {"east": 2}, failover=True)
    job = approved(world, target="12.2.0", procedure="atlas-failover")
    job, at = repairs.abandoned(world, job, park, "become_backup")
    assert park.truth(host("B"))["product"] == park.truth(host("N1"))["product"] == "12.2.0"
    assert park.truth(host("A"))["serves"]

    repair = repairs.repaired(world, job, park, at)

    assert (repair.state, repair.procedure) == ("DONE", "repair-nodes"), states(world, repair)
    truth = {letter: park.truth(host(letter)) for letter in ("A", "B", "N1", "N2")}
    assert {one["product"] for one in truth.values()} == {"12.2.0"}
    assert truth["N1"]["accepting"]
    assert truth["N2"]["accepting"]
    assert truth["A"]["serves"]
    assert {truth["A"]["failover_role"], truth["B"]["failover_role"]} == {"primary", "backup"}
    with tenancy.transaction(world.customer):
        assert leftovers.at_site(world.site) is None


def test_clients_removed_for_an_upgrade_without_waits_come_back(world, answering):
    """G-PREP-8: what was removed is installed again, although nothing was upgraded."""
    job = approved(world, procedure="single-without-waits")
    job, at = repairs.abandoned(world, job, answering, "check_updates")
    assert job.left_behind == ["clients-removed"]
    assert answering.truth("a.meridian.sim")["jump_clients"] == []

    repair = repairs.repaired(world, job, answering, at)

    assert repair.state == "DONE", states(world, repair)
    assert repair.procedure == "repair-clients"
    assert len(answering.truth("a.meridian.sim")["jump_clients"]) == 12
    with clock.at(at), tenancy.transaction(world.customer):
        again = jobs.draft(
            world.site, world.packages["14.1.1"], procedure="single", method="automatic",
            by=world.agent, at=at,
        )  # fmt: skip
        assert again.state == "DRAFT"


def test_a_repair_that_is_given_up_leaves_what_it_was_to_put_right(world, answering):
    job = approved(world, procedure="single-without-waits")
    job, at = repairs.abandoned(world, job, answering, "check_updates")
    with clock.at(at), tenancy.transaction(world.customer):
        fresh = UpgradeJob.objects.get(pk=job.pk)
        made = jobs.draft(
            world.site, repairing.target_of(fresh), procedure="repair-clients",
            method="automatic", by=world.agent, at=at, repairs=fresh,
        )  # fmt: skip
        jobs.submit(made, by=world.agent, at=at)
    with tenancy.transaction(world.customer):
        made = UpgradeJob.objects.get(pk=made.pk)
        jobs.approve(made, by=world.approver, at=at, digest=made.plan["digest"])
        assert made.state == "RUNNING"
    made = repairs._give_up(world, made, at)
    assert made.left_behind == ["clients-removed"]

    second = repairs.repaired(world, made, answering, at)

    assert second.state == "DONE", states(world, second)
    assert len(answering.truth("a.meridian.sim")["jump_clients"]) == 12
