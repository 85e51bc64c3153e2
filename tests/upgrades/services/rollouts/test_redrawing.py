"""Rollouts that were killed while drawn, edited while they run, or stand beside others."""

import signal

import pytest

from appliances.models import Site
from portal import tenancy
from portal.models import AuditEvent
from tests import factories
from tests.conftest import NOON
from tests.upgrades import processes
from tests.upgrades.services import rolled
from tests.upgrades.services.rollouts.conftest import each, now, places
from upgrades.services import enrolments
from upgrades.services.rollouts import drafts, drawing, lives
from upgrades.services.rollouts.drafts import WaveWish


def test_a_worker_killed_half_way_leaves_what_the_next_one_completes(wish, manager):
    for name in ("one", "two", "three"):
        rolled.a_ready_site(name=name)
    rollout = drafts.draft(wish(), by=manager, at=NOON)

    killed = drawing.steps(rollout.pk, at=NOON)
    assert len({next(killed), next(killed)}) == 2
    killed.close()

    assert drawing.progress(now(rollout)) == (2, 3)
    assert now(rollout).drawn_at is None
    assert drawing.draw_due(NOON) == 1
    assert set(places(rollout).values()) == {"WAITING"}
    assert drawing.progress(now(rollout)) == (3, 3)
    assert drawing.draw_due(NOON) == 0


@pytest.mark.slow
def test_one_killed_inside_a_customer_leaves_nothing_half_drawn_and_the_sweep_draws_it(
    wish, manager
):  # fmt: skip
    for _ in range(3):
        customer = factories.a_customer()
        rolled.a_ready_site(customer)
        rolled.a_ready_site(customer)
    rollout = drafts.draft(wish(), by=manager, at=NOON)

    dead = processes.python("-m", "tests.upgrades.doomed_drawing", NOON.isoformat())

    assert dead.wait(60) == -signal.SIGKILL
    assert drawing.progress(now(rollout)) == (2, 6)
    assert len({row.customer_id for row in each(rollout)}) == 1
    with pytest.raises(lives.NotDrawn):
        lives.open_it(now(rollout), by=manager, at=NOON)
    assert drawing.due() == [rollout.pk]  # what the sweep rings for, or draws itself
    # The dead worker's lock is gone as soon as the server has seen that its process is.
    assert processes.wait_for(lambda: drawing.draw_due(NOON) == 1, seconds=60)
    assert drawing.progress(now(rollout)) == (6, 6)
    assert set(places(rollout).values()) == {"WAITING"}


def test_edited_while_it_runs_some_come_some_go_and_those_that_upgrade_stay(
    opened, wish, manager
):  # fmt: skip
    for name in ("begun", "offered", "later", "new"):
        rolled.a_ready_site(name=name, tags=["new"] if name == "new" else ["old"])
    rollout = opened(WaveWish(size=2), WaveWish(), audience="tag:old")
    first, *_others = each(rollout)
    with tenancy.transaction(first.customer_id):
        first = rolled.again(first)
        first.ready()
        first.alert(at=NOON, answer_by=NOON)
        first.book(at=NOON)
        first.begin()
        first.save()

    drafts.edit(
        rollout, wish(WaveWish(size=2), WaveWish(), audience="tag:new"), by=manager, at=NOON
    )
    assert drawing.draw_due(NOON) == 1

    found = places(rollout)
    assert found.pop("new") == "WAITING"
    assert found.pop(first.site.name) == "UPGRADING"
    assert set(found.values()) == {"not-in-audience"}
    drafts.edit(rollout, wish(WaveWish(size=2), WaveWish()), by=manager, at=NOON)
    drawing.draw_due(NOON)
    assert sorted(places(rollout).values()) == ["UPGRADING", "WAITING", "WAITING", "WAITING"]


def test_who_was_left_out_by_hand_stays_out_and_a_draft_is_in_no_customers_trail(drawn, manager):
    site = rolled.a_ready_site(name="one")
    rollout = drawn()
    [row] = each(rollout)
    with tenancy.transaction(site.customer_id):
        assert not AuditEvent.objects.filter(name__startswith="enrolment").exists()
        assert enrolments.shown(enrolments.rows_of()) == []
        enrolments.exclude(rolled.again(row), reason="They move house", by=manager, at=NOON)

    drafts.draw_again(rollout, by=manager, at=NOON)
    drawing.draw_due(NOON)

    assert places(rollout) == {"one": "by-hand"}


def test_a_site_is_in_one_rollout_at_a_time(opened, wish, manager):
    rolled.a_ready_site(name="one")
    opened()
    other = drafts.draft(wish(release=rolled.a_release("14.1")), by=manager, at=NOON)
    drawing.draw_due(NOON)
    same = drafts.draft(wish(), by=manager, at=NOON)
    drawing.draw_due(NOON)

    assert places(other) == {"one": "other-rollout"}
    with pytest.raises(lives.NobodyInIt):
        lives.open_it(now(same), by=manager, at=NOON)


def test_two_rollouts_of_one_release_are_not_open_at_once(drawn, manager):
    rolled.a_ready_site(name="one")
    rolled.a_ready_site(name="two")
    first, second = drawn(audience="site:one"), drawn(audience="site:two")
    lives.open_it(first, by=manager, at=NOON)

    with pytest.raises(lives.OneRollout):
        lives.open_it(second, by=manager, at=NOON)
    lives.close(first, by=manager, at=NOON)
    assert lives.open_it(second, by=manager, at=NOON).state == "OPEN"


def test_the_same_fleet_gives_the_same_waves(drawn, manager):
    for _ in range(4):
        rolled.a_ready_site()
    rollout = drawn(WaveWish(share=50), WaveWish())

    def told():
        return [(row.site_id, row.wave_id, row.planned_on, row.place) for row in each(rollout)]

    before = told()
    drafts.draw_again(rollout, by=manager, at=NOON)
    drawing.draw_due(NOON)

    assert told() == before
    assert Site.across.count() == 4
