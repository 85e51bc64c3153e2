"""Failover pairs from end to end: the real runner, the simulator, a person at the pages."""

import pytest

from portal import tenancy
from portal.models import AuditEvent
from tests.upgrades import pairs
from tests.upgrades.pairs import A, B
from upgrades.models import Interim, JobStep


@pytest.fixture
def synchronous(catalogue, park):
    world = pairs.a_pair(catalogue)
    return world, pairs.play(park, world)


def test_synchronous_a_first_and_the_roles_as_they_were(synchronous):
    """G-SYNC: no failover takes place; broken once, established once, in sync at the end."""
    world, park = synchronous
    before = park.truth(A)["last_sync_at"]

    job = pairs.run(world, park, "pair-synchronous")

    assert pairs.roles(world) == {"A": "PRIMARY", "B": "BACKUP"}
    alpha, beta = park.truth(A), park.truth(B)
    assert (alpha["product"], beta["product"]) == ("12.2.0", "12.2.0")
    assert (alpha["failover_role"], beta["failover_role"]) == ("primary", "backup")
    assert alpha["last_sync_at"] > before
    names = pairs.effects(park, A) + pairs.effects(park, B)
    assert (names.count("break_failover"), names.count("establish_failover")) == (1, 1)
    assert names.count("install_product") == 2
    assert park.truth(A)["serves"]
    assert pairs.box(world, "A").in_production
    with tenancy.transaction(world.customer):
        interim = Interim.objects.get(site=world.site)
        assert (interim.state, interim.job_id, interim.ended_by_id) == ("ENDED", job.pk, job.pk)
        written = AuditEvent.objects.filter(job_id=job.pk).values_list("name", flat=True)
        assert {"interim.begun", "interim.ended", "roles.changed"} <= set(written)


def test_what_proves_each_step_is_what_the_appliances_say(synchronous):
    world, park = synchronous

    job = pairs.run(world, park, "pair-synchronous")

    with tenancy.transaction(world.customer):
        proof = {s.action: s.evidence for s in JobStep.objects.filter(job=job).in_order()}
    assert proof["break_failover"]["roles_seen"] == "A: none, B: none"
    assert proof["establish_failover"]["roles_seen"] == "A: primary, B: backup"
    assert proof["check_builds"]["product_version"] == "12.2.0"
    assert "completed" in proof["sync_now"]["sync_status"]
    assert proof["await_sync"]["synced_at"] > proof["sync_now"]["synced_at"]
    assert proof["verify_by_hosts_file"]["put_back"] is True


@pytest.mark.parametrize("swing", ["SHARED_IP", "DNS", "NAT"])
def test_asynchronous_b_first_and_the_roles_exchanged_for_good(catalogue, park, swing):
    """G-ASYNC: B takes over production by each of the three ways, A follows as its backup."""
    world = pairs.a_pair(catalogue, swing=swing)
    pairs.play(park, world)

    job = pairs.run(world, park, "pair-asynchronous")

    assert pairs.roles(world) == {"A": "BACKUP", "B": "PRIMARY"}
    alpha, beta = park.truth(A), park.truth(B)
    assert (alpha["product"], beta["product"]) == ("12.2.0", "12.2.0")
    assert (alpha["serves"], beta["serves"]) == (False, True)
    assert (alpha["failover_role"], beta["failover_role"]) == ("backup", "primary")
    assert pairs.box(world, "B").in_production
    assert pairs.box(world, "A").in_production is False
    with tenancy.transaction(world.customer):
        actions = list(JobStep.objects.filter(job=job).in_order().values_list("action", flat=True))
        seen = JobStep.objects.get(job=job, action="check_production").evidence
    assert seen["guid"] == beta["guid"]
    assert actions.index("check_production") < actions.index("confirm_release")
    moves = {"SHARED_IP": "take_shared_ip", "DNS": "point_dns", "NAT": "point_nat"}
    assert [action for action in actions if action in moves.values()] == [moves[swing]]
    assert job.plan["exchanges_roles"] is True


def test_a_shared_address_is_let_go_and_taken_and_how_long_nobody_had_it_is_kept(catalogue, park):
    world = pairs.a_pair(catalogue, swing="SHARED_IP")
    pairs.play(park, world)

    job = pairs.run(world, park, "pair-asynchronous")

    taken = pairs.step_of(world, job, "take_shared_ip")
    assert taken.evidence["taken"] == pairs.SHARED
    assert taken.evidence["seconds_without"] >= 0
    assert (pairs.box(world, "A").shared_ips, pairs.box(world, "B").shared_ips) == (
        [], [pairs.SHARED]
    )  # fmt: skip


def test_two_hops_bind_the_roles_anew_and_bring_them_back(catalogue, park):
    """Procedures §6: beta, alpha, then alpha, beta; after an even number A is primary again."""
    world = pairs.a_pair(catalogue)
    pairs.play(park, world)

    job = pairs.run(world, park, "pair-asynchronous", target="14.1.1")

    with tenancy.transaction(world.customer):
        rows = JobStep.objects.filter(job=job, action="install_product").in_order()
        assert [(s.hop, s.appliance.letter) for s in rows.select_related("appliance")] == [
            (1, "B"), (1, "A"), (2, "A"), (2, "B"),
        ]  # fmt: skip
        assert Interim.objects.filter(site=world.site, state="ENDED").count() == 2
    assert pairs.roles(world) == {"A": "PRIMARY", "B": "BACKUP"}
    assert park.truth(A)["serves"]
    assert {park.truth(A)["product"], park.truth(B)["product"]} == {"14.1.1"}
    assert job.plan["exchanges_roles"] is False


def test_without_waits_failover_is_broken_once_for_all_releases(synchronous):
    """G-PREP-8: clients off, each appliance to the newest in one window, clients on again."""
    world, park = synchronous

    pairs.run(world, park, "pair-synchronous-without-waits", target="14.1.1")

    names = pairs.effects(park, A) + pairs.effects(park, B)
    assert names.count("break_failover") == 1
    assert names.count("install_product") == 4
    assert pairs.roles(world) == {"A": "PRIMARY", "B": "BACKUP"}


def test_a_pair_without_api_is_upgraded_on_peoples_word(catalogue, park):
    world = pairs.a_pair(catalogue)
    pairs.play(park, world)
    with tenancy.transaction(world.customer):
        world.site.appliances.update(dialect="NO_API")

    pairs.run(world, park, "pair-asynchronous")

    assert pairs.roles(world) == {"A": "BACKUP", "B": "PRIMARY"}
    assert pairs.box(world, "B").in_production
    with tenancy.transaction(world.customer):
        assert Interim.objects.get(site=world.site).state == "ENDED"
    assert park.truth(B)["serves"]
