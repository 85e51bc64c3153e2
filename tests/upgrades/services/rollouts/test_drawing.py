"""Who is in a rollout, in which wave, and why the others are not."""

import signal
from datetime import date

import pytest
from django.utils import translation
from django.utils.translation import gettext

from appliances.models import Appliance, HardwareReturn, Site
from portal import tenancy
from portal.models import AuditEvent
from tests import factories
from tests.conftest import NOON
from tests.upgrades import processes
from tests.upgrades.services import rolled
from tests.upgrades.services.booked import utc
from tests.upgrades.services.rollouts.conftest import each, now, places
from upgrades.models import Enrolment, Freeze, UpgradeJob
from upgrades.services import enrolments
from upgrades.services.rollouts import drafts, drawing, lives
from upgrades.services.rollouts.drafts import WaveWish


def test_everybody_who_is_left_out_is_told_why(drawn, release, manager):
    release.is_major = True
    release.save()
    customer = factories.a_customer()
    factories.a_contract(customer)
    rolled.a_ready_site(customer, name="a in")
    rolled.a_ready_site(customer, name="b there", product="12.2.0")
    rolled.a_ready_site(customer, name="c bare", rule="")
    frozen = rolled.a_ready_site(customer, name="d frozen")
    away = rolled.a_ready_site(customer, name="e away")
    unread = rolled.a_ready_site(customer, name="f unread")
    left = rolled.a_ready_site(customer, name="g left", shape="PAIR")
    rolled.a_ready_site(name="h without contract")
    until = factories.a_customer()
    factories.a_contract(until, ends_on=date(2026, 11, 23))
    rolled.a_ready_site(until, name="i contract ends first")
    late = factories.a_customer()
    factories.a_contract(late, starts_on=rolled.FIRST)
    rolled.a_ready_site(late, name="j contract begins in time")
    with tenancy.transaction(customer):
        Freeze.objects.create(
            customer=customer, site=frozen, title="Fair", made_at=NOON,
            span=(utc("2026-11-01"), utc("2027-03-01")),
        )  # fmt: skip
        HardwareReturn.objects.create(
            customer=customer, site=away, appliance=away.appliances.get(), host="e", opened_at=NOON,
        )  # fmt: skip
        Appliance.objects.filter(site=unread).update(base_version="")
        UpgradeJob.objects.create(
            customer=customer, number=1, site=left, procedure="single", target=release,
            state="ABANDONED", requested_by=manager, made_at=NOON, started_at=NOON, ended_at=NOON,
            left_behind=["failover-broken"], left_state={"failover-broken": []},
        )  # fmt: skip

    rollout = drawn()

    assert places(rollout) == {
        "a in": "WAITING", "b there": "already-there", "c bare": "outside-windows",
        "d frozen": "frozen", "e away": "in-return", "f unread": "version-not-known",
        "g left": "left-behind", "h without contract": "no-contract",
        "i contract ends first": "no-contract", "j contract begins in time": "WAITING",
    }  # fmt: skip
    said = Enrolment.across.filter(state="EXCLUDED").values_list("reason", flat=True)
    assert all(said)
    assert any("Fair" in each for each in said)
    assert rollout.of_all == 10


def test_why_somebody_is_left_out_is_told_in_the_readers_language(opened, wish, manager):
    site = rolled.a_ready_site(name="one")
    opened()
    with translation.override("tr"):  # of whatever process draws it
        other = drafts.draft(wish(release=rolled.a_release("14.1")), by=manager, at=NOON)
        drawing.draw_due(NOON)

    row = Enrolment.across.get(rollout=other, site_id=site.pk)
    assert row.why == row.reason == "It is in another rollout: Autumn."
    with translation.override("fr"):
        assert row.why == gettext("It is in another rollout: %(name)s.") % {"name": "Autumn"}
        assert row.why != row.reason


def test_a_contract_that_ends_between_two_hops_leaves_it_out(wish, release, manager):
    """The second hop lies a night after the first one, and the contract no longer covers it."""
    goal = rolled.a_release("14.1", is_major=True)
    goal.requirements.create(kind="PRODUCT", version="12.2.0", provenance="DEMO")
    short, long = factories.a_customer(), factories.a_customer()
    factories.a_contract(short, ends_on=date(2026, 11, 24))
    factories.a_contract(long)
    rolled.a_ready_site(short, name="short")
    rolled.a_ready_site(long, name="long")

    rollout = drafts.draft(wish(release=goal), by=manager, at=NOON)
    drawing.draw_due(NOON)

    assert places(rollout) == {"long": "WAITING", "short": "contract-ends"}


@pytest.mark.parametrize(("audience", "names"), [
    ("site:nobody", []), ("site:one", ["one"]), ("", ["one", "two"]), ("tag:pilot", ["two"]),
])  # fmt: skip
def test_none_one_and_all(drawn, manager, audience, names):
    rolled.a_ready_site(name="one")
    rolled.a_ready_site(name="two", tags=["pilot"])

    rollout = drawn(WaveWish(share=50), WaveWish(), audience=audience)

    assert sorted(places(rollout)) == names
    if not names:
        with pytest.raises(lives.NobodyInIt):
            lives.open_it(rollout, by=manager, at=NOON)


def test_waves_by_likeness_share_and_rest(drawn):
    careful = factories.a_customer(tags=["careful"])
    rolled.a_ready_site(careful, name="careful", region="EMEA")
    for name in ("plain", "plain too", "plain three"):
        rolled.a_ready_site(name=name, region="EMEA")
    rolled.a_ready_site(name="odd", region="APAC", swing="NAT")

    rollout = drawn(WaveWish(by_likeness=True, size=2), WaveWish(share=40), WaveWish())

    waves = {row.site.name: row.wave.number for row in each(rollout)}
    assert waves["odd"] == 1
    assert waves["careful"] != 1
    assert sorted(waves.values()) == [1, 1, 2, 2, 3]
    [covered] = rollout.coverage.values()
    assert (covered["shown"], covered["missing"]) == (covered["all"], [])


def test_a_wave_is_not_made_smaller_by_sites_that_cannot_be_planned(drawn):
    rolled.a_ready_site(name="bare", rule="", region="APAC")
    for name in ("one", "two"):
        rolled.a_ready_site(name=name, region="EMEA")

    rollout = drawn(WaveWish(by_likeness=True, size=2), WaveWish())

    assert {row.site.name: row.wave and row.wave.number for row in each(rollout)} == {
        "bare": None, "one": 1, "two": 1,
    }  # fmt: skip
    assert rollout.coverage["1"]["missing"] == []


def test_what_the_first_wave_does_not_cover_is_named(drawn):
    for region in ("EMEA", "APAC", "AMER"):
        rolled.a_ready_site(region=region)

    rollout = drawn(WaveWish(by_likeness=True, size=1), WaveWish())

    missing = rollout.coverage["1"]["missing"]
    assert len(missing) == 2
    assert all(each.startswith("region:") for each in missing)


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
        assert enrolments.of_sites() == []
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
