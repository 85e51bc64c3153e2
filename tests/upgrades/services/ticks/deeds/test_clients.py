"""What the runner reads and does about client software, against the simulator."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import clock, tenancy
from portal.errors import Refused
from tests.upgrades.following import (
    CHECK,
    EVERY_KIND,
    RELEASE,
    client,
    looks_of,
    off,
    set_clients,
    step_of,
    turn,
    upgraded,
    without_configuration,
)
from upgrades.models import ClientDecision, ClientLook, ClientRow, JobStep
from upgrades.services import convergence, skipping, steps
from upgrades.services.clients import looks
from upgrades.services.ticks import loop

HOUR = timedelta(hours=1)
WAITS = ("WAITING", "READY")


def kinds_of(world, job):
    with tenancy.transaction(world.customer):
        look = looks.latest(job.pk, 1)
        return {row.name: row.kind for row in ClientRow.objects.filter(look=look)}


def decide(world, job, names, choice="LET_GO", reason="Scrapped last week", at=CHECK):
    with tenancy.transaction(world.customer):
        look = looks.latest(job.pk, 1)
        rows = ClientRow.objects.filter(look=look, name__in=names)
        fresh = JobStep.objects.select_related("job").filter(job=job).first().job
        return convergence.decide(
            fresh, rows, hop=1, choice=choice, reason=reason, by=world.operator, at=at
        )


def test_every_client_is_kept_with_what_it_is(world, answering):
    """G-CLIENT-5: pending are those that can be reached, passive ones that have checked in too."""
    job = upgraded(world)
    set_clients(answering, EVERY_KIND)

    turn(answering, CHECK)

    assert kinds_of(world, job) == {
        "POS-1": "FOLLOWED", "POS-2": "FOLLOWED", "POS-3": "FOLLOWED",
        "POS-4": "PENDING", "POS-5": "PENDING", "POS-6": "OFF_LINE", "POS-7": "OFF_LINE",
        "POS-8": "LOST", "POS-9": "GONE",
    }  # fmt: skip
    step = step_of(world, job, "check_clients")
    assert (step.state, step.reason) == ("WAITING", "Clients that still need the update")
    assert {key: step.observed[key] for key in ("total", "undecided", "off_line", "lost")} == {
        "total": 8, "undecided": 2, "off_line": 2, "lost": 1,
    }  # fmt: skip


def test_only_the_latest_look_of_a_hop_is_kept(world, answering):
    job = upgraded(world)
    set_clients(answering, EVERY_KIND)
    turn(answering, CHECK)
    [first] = looks_of(world, job)

    turn(answering, CHECK + HOUR)

    [second] = looks_of(world, job)
    assert second.pk != first.pk
    with tenancy.transaction(world.customer):
        assert set(ClientRow.objects.values_list("look_id", flat=True)) == {second.pk}


def test_pending_clients_hold_until_they_follow(world, answering):
    job = upgraded(world)
    set_clients(answering, [client(1), client(2, pending=True)])
    turn(answering, CHECK)
    assert step_of(world, job, "check_clients").state == "WAITING"

    set_clients(answering, [client(1), client(2)])
    turn(answering, CHECK + HOUR)

    step = step_of(world, job, "check_clients")
    assert (step.state, step.evidence["updated"], step.evidence["undecided"]) == ("DONE", 2, 0)


def test_those_that_cannot_be_reached_hold_nothing(world, answering):
    job = upgraded(world)
    set_clients(answering, [client(1), off(2, days=3), off(3, days=30)])

    turn(answering, CHECK)

    step = step_of(world, job, "check_clients")
    assert (step.state, step.evidence["off_line"], step.evidence["lost"]) == ("DONE", 1, 1)


def test_a_passive_client_has_its_day_and_one_whose_host_was_off_before_it_has_not(
    world, answering
):
    """G-CLIENT-5, 6: at least 24 hours from the release on, also after the last hop."""
    early = RELEASE + timedelta(hours=2)
    job = upgraded(world, at=early)
    came = {"connected_at": RELEASE.timestamp() - 3600, "phase": 0}
    gone = RELEASE.timestamp() - 3 * 86400
    set_clients(answering, [
        client(1, passive=True, pending=True, **came),
        client(2, passive=True, pending=True, off_since=gone, connected_at=gone),
    ])  # fmt: skip

    turn(answering, early)

    assert kinds_of(world, job) == {"POS-1": "PENDING", "POS-2": "OFF_LINE"}
    assert step_of(world, job, "check_clients").state == "WAITING"


def test_a_person_lets_clients_go_with_a_reason_and_the_job_goes_on(world, answering):
    job = upgraded(world)
    set_clients(answering, EVERY_KIND)
    turn(answering, CHECK)

    with pytest.raises(Refused, match="Write a reason"):
        decide(world, job, ["POS-4"], reason=" ")
    with pytest.raises(Refused, match="None of these clients"):
        decide(world, job, ["POS-1"])
    assert decide(world, job, ["POS-4"]) == 1
    turn(answering, CHECK + timedelta(minutes=1))
    assert step_of(world, job, "check_clients").state in WAITS  # looked, and one is left
    assert decide(world, job, ["POS-5"], "WAIT", "") == 1
    turn(answering, CHECK + timedelta(minutes=2))
    assert step_of(world, job, "check_clients").state in WAITS  # waiting for it holds
    assert decide(world, job, ["POS-5"], "REDEPLOY", "Jan drives there") == 1
    turn(answering, CHECK + timedelta(minutes=3))

    step = step_of(world, job, "check_clients")
    assert (step.state, step.evidence["decided"]) == ("DONE", 2)
    with tenancy.transaction(world.customer):
        kept = ClientDecision.objects.order_by("key").values_list("key", "choice", "reason")
        assert list(kept) == [
            ("pos-4|pos-4", "LET_GO", "Scrapped last week"),
            ("pos-5|pos-5", "REDEPLOY", "Jan drives there"),
        ]


def test_after_its_deadline_it_is_held_and_tried_again_once_all_is_decided(world, answering):
    job = upgraded(world)
    set_clients(answering, [client(1, pending=True), client(2, pending=True)])
    turn(answering, CHECK)
    turn(answering, CHECK + timedelta(hours=49))
    step = step_of(world, job, "check_clients")
    assert (step.state, "Decide for each of them" in step.reason) == ("HELD", True)

    decide(world, job, ["POS-1"], at=CHECK + timedelta(hours=50))
    assert step_of(world, job, "check_clients").state == "HELD"
    decide(world, job, ["POS-2"], at=CHECK + timedelta(hours=50))
    turn(answering, CHECK + timedelta(hours=50))

    assert step_of(world, job, "check_clients").state == "DONE"


def test_the_dwell_shows_who_is_to_come_and_lasts_its_24_hours(world, answering):
    """G-PREP-6: looks on the way make it neither shorter nor longer."""
    job = upgraded(world, target="14.1.1", until="dwell", at=RELEASE + HOUR)
    set_clients(answering, EVERY_KIND)
    early = RELEASE + HOUR

    turn(answering, early)

    step = step_of(world, job, "dwell")
    assert (step.state, step.waits_until) == ("WAITING", RELEASE + timedelta(hours=24))
    assert step.next_at == early + timedelta(hours=6)
    assert step.observed["total"] == 8
    turn(answering, early + timedelta(hours=6))
    again = step_of(world, job, "dwell")
    assert (again.waits_until, again.next_at) == (step.waits_until, early + timedelta(hours=12))
    turn(answering, RELEASE + timedelta(hours=24))
    done = step_of(world, job, "dwell")
    assert (done.state, done.evidence["to_come"]) == ("DONE", 4)


def test_a_dwell_that_is_extended_ends_as_much_later(world, answering):
    job = upgraded(world, target="14.1.1", until="dwell", at=RELEASE + HOUR)
    set_clients(answering, EVERY_KIND)
    turn(answering, RELEASE + HOUR)
    with tenancy.transaction(world.customer):
        step = JobStep.objects.select_related("job").get(pk=step_of(world, job, "dwell").pk)
        skipping.extend(step, hours=10, by=world.operator, at=RELEASE + HOUR)

    for hour in (34, 40):
        turn(answering, RELEASE + timedelta(hours=hour) - timedelta(minutes=1))
        state = step_of(world, job, "dwell").state
        assert (state == "DONE") == (hour == 40)


def test_where_the_appliance_cannot_tell_a_person_is_asked(world, answering):
    """G-CLIENT-7: no configuration interface; nobody is told that all have followed."""
    job = upgraded(world)
    without_configuration(answering)

    turn(answering, CHECK)

    step = step_of(world, job, "check_clients")
    assert step.state == "ASKING"
    assert looks_of(world, job) == []
    with tenancy.transaction(world.customer):
        fresh = JobStep.objects.select_related("job__site").get(pk=step.pk)
        with pytest.raises(Refused, match="what happens with the clients"):
            steps.confirm(fresh, values={"followed": 10, "pending": 2}, by=world.operator, at=CHECK)
    with tenancy.transaction(world.customer):
        fresh = JobStep.objects.select_related("job__site").get(pk=step.pk)
        told = {"followed": 10, "pending": 2, "decision": "Two tills, off until Monday"}
        steps.confirm(fresh, values=told, by=world.operator, at=CHECK)
    assert step_of(world, job, "check_clients").state == "DONE"


def test_a_worker_that_dies_while_it_reads_leaves_nothing_that_is_shown(world, answering):
    """What was written by then belongs to a look without an end; the next one takes it away."""
    job = upgraded(world)
    set_clients(answering, EVERY_KIND)
    with tenancy.transaction(world.customer):
        begun = looks.begin(job, 1, source=ClientLook.Source.API, at=CHECK)
        begun.write([looks.Seen(1, "POS-1", "FOLLOWED")])
        assert looks.latest(job.pk, 1) is None

    turn(answering, CHECK)

    [look] = looks_of(world, job)
    assert look.ended_at is not None
    with tenancy.transaction(world.customer):
        assert ClientRow.objects.count() == len(EVERY_KIND)


def test_a_thousand_clients_cost_a_statement_a_page(world, answering):
    job = upgraded(world)
    set_clients(answering, {"count": 950, "passive": 0.0, "off": 0.0, "seed": 3})
    answering.clock(anchor_virtual=CHECK.timestamp())
    with clock.at(CHECK), CaptureQueriesContext(connection) as asked:
        loop.run(30)

    [look] = looks_of(world, job)
    assert look.total == 950
    rows = [each for each in asked if "upgrades_clientrow" in each["sql"]]
    assert len(rows) < 10  # the pages' own are prepared statements, one each
