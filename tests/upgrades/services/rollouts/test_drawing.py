"""Who is in a rollout, in which wave, and why the others are not."""

from datetime import date

import pytest
from django.utils import translation
from django.utils.translation import gettext

from appliances.models import Appliance, HardwareReturn
from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services import rolled
from tests.upgrades.services.booked import utc
from tests.upgrades.services.rollouts.conftest import each, places
from upgrades.models import Enrolment, Freeze, UpgradeJob
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


def test_each_wave_takes_its_sites_from_those_that_the_waves_before_left(drawn):
    for number in range(5):
        rolled.a_ready_site(name=f"site {number}")

    rollout = drawn(WaveWish(by_likeness=True, size=1), WaveWish(share=40), WaveWish())

    assert sorted(row.wave.number for row in each(rollout)) == [1, 2, 2, 3, 3]
