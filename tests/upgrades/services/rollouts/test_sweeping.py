"""Waves open by their thresholds, or the line stops; each site goes on, once."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services import rolled
from tests.upgrades.services.rollouts.conftest import each, now, states
from upgrades.models import Enrolment, UpgradeJob
from upgrades.services import jobs
from upgrades.services.rollouts import lives, stopping, sweeping
from upgrades.services.rollouts.drafts import WaveWish

DAY = timedelta(days=1)
MOVES = {
    "UPGRADED": ("begin", "complete"), "FAILED": ("begin", "fail"), "UPGRADING": ("begin",),
}  # fmt: skip


def bring(rollout, *ends, wave=1):
    """The wave's enrolments to their ends, in the fair order, as their jobs would."""
    ours = (row for row in each(rollout) if row.wave.number == wave)
    for row, end in zip(ours, ends, strict=False):
        row.book(at=NOON)
        for move in MOVES[end]:
            getattr(row, move)(**({"reason": "Smoke"} if move == "fail" else {}))
        row.save()


def test_the_first_wave_is_offered_and_the_second_waits(opened):
    for _ in range(3):
        rolled.a_ready_site()
    rollout = opened(WaveWish(size=2), WaveWish())

    assert sweeping.turn(NOON) == 2

    assert states(rollout) == ["ALERTED", "ALERTED", "WAITING"]
    for row in [row for row in each(rollout) if row.state == "ALERTED"]:
        with tenancy.transaction(row.customer_id):
            job = UpgradeJob.objects.get(pk=row.job_id)
            assert (job.state, job.requested_by) == ("PROPOSED", rollout.made_by)
            assert rolled.moves(job.customer) == ["ready", "alerted"]
            assert row.last_possible_on == rolled.LAST
            assert row.planned_on == job.not_before >= rolled.FIRST
    assert sweeping.turn(NOON) == 0


def test_two_sweeps_at_once_offer_once(opened):
    for _ in range(4):
        rolled.a_ready_site()
    rollout = opened()

    def sweep():
        sweeping.turn(NOON)
        connections.close_all()

    threads = [Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert states(rollout) == ["ALERTED"] * 4
    assert UpgradeJob.across.count() == 4


def test_the_next_wave_opens_when_enough_are_upgraded_and_the_soak_is_over(opened):
    for _ in range(4):
        rolled.a_ready_site()
    rollout = opened(WaveWish(size=2, opens_next_at=50, soak_days=2), WaveWish())
    sweeping.turn(NOON)
    bring(rollout, "UPGRADED")

    sweeping.turn(NOON)
    assert rollout.waves.get(number=1).passed_at == NOON
    sweeping.turn(NOON + 2 * DAY - timedelta(minutes=1))
    assert rollout.waves.get(number=2).opened_at is None
    sweeping.turn(NOON + 2 * DAY)

    assert rollout.waves.get(number=2).opened_at == NOON + 2 * DAY
    assert states(rollout)[2:] == ["ALERTED", "ALERTED"]


def test_those_who_take_no_part_hold_nobody_up(opened):
    for _ in range(3):
        rolled.a_ready_site()
    rollout = opened(WaveWish(size=2), WaveWish())
    sweeping.turn(NOON)
    bring(rollout, "UPGRADED")
    [_first, second, _third] = each(rollout)
    with tenancy.transaction(second.customer_id):
        second.decline(reason="Not now", at=NOON)
        second.save()

    sweeping.turn(NOON)

    assert rollout.waves.get(number=2).opened_at == NOON


@pytest.mark.parametrize(("stops_at", "state"), [(50, "OPEN"), (49, "STOPPED")])
def test_failures_beyond_the_threshold_stop_the_line(opened, stops_at, state):
    for _ in range(2):
        rolled.a_ready_site()
    rollout = opened(WaveWish(stops_at=stops_at))
    sweeping.turn(NOON)
    bring(rollout, "FAILED")

    sweeping.turn(NOON)

    assert now(rollout).state == state
    if state == "STOPPED":
        assert "1" in now(rollout).reason


def test_failures_known_when_it_was_lifted_stop_it_no_more_and_a_new_one_does(opened, manager):
    for _ in range(3):
        rolled.a_ready_site()
    rollout = opened(WaveWish(stops_at=0))
    sweeping.turn(NOON)
    bring(rollout, "FAILED")
    sweeping.turn(NOON)

    stopping.lift(rollout, by=manager, at=NOON)
    sweeping.turn(NOON)
    assert now(rollout).state == "OPEN"
    bring_last = [row for row in each(rollout) if row.state == "ALERTED"][0]
    with tenancy.transaction(bring_last.customer_id):
        bring_last.book(at=NOON)
        bring_last.begin()
        bring_last.fail(reason="Smoke")
        bring_last.save()
    sweeping.turn(NOON)

    assert now(rollout).state == "STOPPED"


def test_a_release_withdrawn_meanwhile_stops_the_line(opened, manager, release):
    rolled.a_ready_site()
    rollout = opened()
    release.withdrawn_at = NOON
    release.save()

    sweeping.turn(NOON)

    assert (now(rollout).state, states(rollout)) == ("STOPPED", ["WAITING"])
    with pytest.raises(lives.Withdrawn):
        stopping.lift(rollout, by=manager, at=NOON)


def test_a_paused_rollout_offers_nothing_and_goes_on_when_it_is_resumed(opened, manager):
    rolled.a_ready_site()
    rollout = opened()
    lives.pause(rollout, reason="Holiday", by=manager, at=NOON)
    sweeping.turn(NOON)
    assert states(rollout) == ["WAITING"]

    lives.resume(rollout, by=manager, at=NOON)
    sweeping.turn(NOON)
    assert states(rollout) == ["ALERTED"]


def test_what_cannot_be_offered_now_waits_with_its_reason(opened, manager):
    customer = factories.a_customer()
    site = rolled.a_ready_site(customer)
    rollout = opened()
    with tenancy.transaction(customer):
        other = jobs.draft(
            site, rollout.release, procedure="single", method="automatic", by=manager, at=NOON
        )
    sweeping.turn(NOON)
    [row] = each(rollout)
    assert (row.state, row.code, row.look_at) == (
        "WAITING", "one-job-a-site", NOON + sweeping.AGAIN,
    )  # fmt: skip
    assert other.label in row.reason
    with tenancy.transaction(customer):
        jobs.cancel(other, by=manager, reason="No", at=NOON)

    assert sweeping.turn(NOON) == 0
    assert sweeping.turn(NOON + sweeping.AGAIN) == 1
    assert states(rollout) == ["ALERTED"]


def test_what_has_become_impossible_since_is_left_out(opened):
    customer = factories.a_customer()
    site = rolled.a_ready_site(customer)
    rollout = opened()
    with tenancy.transaction(customer):
        site.appliances.update(product_version="12.2.0")

    sweeping.turn(NOON)

    [row] = each(rollout)
    assert (row.state, row.code) == ("EXCLUDED", "already-there")
    assert row.reason


def test_a_closed_rollout_takes_back_what_nobody_answered_and_leaves_what_is_booked(
    opened, manager
):  # fmt: skip
    customer = factories.a_customer()
    for _ in range(2):
        rolled.a_ready_site(customer)
    approver = factories.a_member(customer, "APPROVER")
    rollout = opened()
    sweeping.turn(NOON)
    [first, second] = each(rollout)
    with tenancy.transaction(customer):
        jobs.approve(UpgradeJob.objects.with_site().get(pk=first.job_id), by=approver, at=NOON)

    lives.close(rollout, by=manager, at=NOON)
    sweeping.turn(NOON)

    assert states(rollout) == ["BOOKED", "EXCLUDED"]
    with tenancy.transaction(customer):
        found = dict(UpgradeJob.objects.values_list("pk", "state"))
    assert (found[first.job_id], found[second.job_id]) == ("SCHEDULED", "CANCELLED")
    assert sweeping.turn(NOON) == 0
    assert Enrolment.across.get(pk=second.pk).code == "closed"
