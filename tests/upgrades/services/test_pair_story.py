"""Failover pairs from end to end: the real runner, the simulator, a person at the pages."""

from datetime import timedelta

import pytest

from portal import clock, tenancy
from portal.models import AuditEvent, Message
from tests.conftest import NOON
from tests.upgrades import operator, pairs
from tests.upgrades.driving import drive, turn
from tests.upgrades.pairs import A, B
from upgrades.models import Interim, JobStep
from upgrades.services import evidence, judging, steps


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


def test_two_machines_are_named_and_both_hosts_files_put_back(synchronous):
    """G-ASYNC-3: a session from a machine to itself proves nothing."""
    world, park = synchronous
    job = pairs.approved(world, "pair-synchronous")
    at = drive(
        world, job, park, at=NOON, leave=lambda step: step.action == "verify_by_hosts_file",
        until=lambda: pairs.step_of(world, job, "verify_by_hosts_file").state == "ASKING",
    )  # fmt: skip
    step = pairs.step_of(world, job, "verify_by_hosts_file")
    typed, _files = operator.values(step)

    def confirmed(**other):
        with clock.at(at), tenancy.transaction(world.customer):
            fresh = pairs.step_of(world, job, "verify_by_hosts_file")
            return steps.confirm(fresh, values=typed | other, by=world.operator, at=at)

    for again in ("bench-1", " BENCH-1 "):
        with pytest.raises(judging.OneMachine) as refused:
            confirmed(other_machine=again)
        assert "other_machine" in refused.value.fields
    with pytest.raises(evidence.BadEvidence) as refused:
        confirmed(put_back=False)
    assert "put_back" in refused.value.fields
    assert confirmed().state == "DONE"


@pytest.mark.parametrize(("minutes", "told"), [(2, False), (9, True)])
def test_a_long_gap_of_the_shared_address_is_warned_of(catalogue, park, minutes, told):
    """Guide §12: the site is away from the untick to the tick."""
    world = pairs.a_pair(catalogue, swing="SHARED_IP")
    pairs.play(park, world)
    job = pairs.approved(world, "pair-asynchronous")
    at = drive(
        world, job, park, at=NOON, leave=lambda step: step.action == "take_shared_ip",
        until=lambda: pairs.step_of(world, job, "take_shared_ip").state == "ASKING",
    )  # fmt: skip
    late = at + timedelta(minutes=minutes)
    turn(park, late)
    with tenancy.transaction(world.customer):
        overdue = Message.objects.filter(dedupe_key__contains="overdue:").exists()
    with clock.at(late):
        operator.act(world, pairs.step_of(world, job, "take_shared_ip"), park)
    turn(park, late + timedelta(seconds=20))

    step = pairs.step_of(world, job, "take_shared_ip")
    with tenancy.transaction(world.customer):
        warned = AuditEvent.objects.filter(job_id=job.pk, name="step.gap_long")
        assert (step.state, warned.exists(), overdue) == ("DONE", told, told)
    assert step.evidence["seconds_without"] >= 60 * minutes


@pytest.mark.parametrize(
    ("clients", "by_address", "kept"),
    [
        (True, True, True), (True, None, True), (None, None, True),
        (True, False, False), (False, None, False),
    ],
)  # fmt: skip
def test_pulls_by_address_are_checked_unless_it_is_known_that_there_are_none(
    catalogue, clients, by_address, kept
):
    """G-ASYNC-5; what is not known counts as so."""
    site = {"has_integration_clients": clients, "integration_by_ip": by_address}
    world = pairs.a_pair(catalogue, **site)
    job = pairs.approved(world, "pair-asynchronous")

    with tenancy.transaction(world.customer):
        checked = JobStep.objects.filter(job=job, action="check_pull")
        assert checked.exists() is kept


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
