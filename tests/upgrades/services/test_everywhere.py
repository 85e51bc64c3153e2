"""Changes for every customer: looked at, decided, carried out by workers that may die."""

from datetime import datetime, timedelta

import pytest
from django.utils import translation
from django.utils.translation import gettext
from django_fsm import TransitionNotAllowed

from appliances.models import Site
from portal import tenancy, times
from portal.models import Message, PlatformEvent
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.test_story import approved
from upgrades.models import Booking, PlatformFreeze, Settlement, SettlementPart, UpgradeJob
from upgrades.services.whatif import Strategy, everywhere, lists, working

S = Settlement.State


@pytest.fixture
def job(world, noon):
    return approved(world)


@pytest.fixture
def manager(job):
    return factories.staff("ROLLOUT_MANAGER")


def last(world):
    with tenancy.transaction(world.customer):
        row = Booking.objects.filter(state__in=["HELD", "BOOKED"]).order_by("window").last()
        return row.starts_at if row else None


def asked(world, manager):
    begin = last(world).replace(tzinfo=None) + timedelta(hours=3)  # Istanbul's wall
    return everywhere.ask_freeze(
        title="A bad build", begin=begin, end=begin + timedelta(hours=8), by=manager, at=NOON
    )


def shown(world, manager):
    found = asked(world, manager)
    working.turn(NOON)
    return Settlement.objects.get(pk=found.pk)


def part(world):
    with tenancy.transaction(world.customer):
        return SettlementPart.objects.get()


def test_it_is_looked_at_by_a_worker_and_nothing_is_changed(world, job, manager):
    found = asked(world, manager)
    assert (found.state, found.of_all, working.progress(found)) == (S.LOOKING, 1, (0, 1))

    working.turn(NOON)

    found = Settlement.objects.get(pk=found.pk)
    assert (found.state, part(world).hits) == (S.SHOWN, 1)
    assert part(world).shown[0]["label"] == job.label
    assert not PlatformFreeze.objects.exists()
    assert working.due() == []


def test_what_is_decided_counts_at_once_and_each_customer_is_treated(world, job, manager):
    found, was = shown(world, manager), last(world)

    everywhere.confirm(found, strategy=Strategy.NEXT, by=manager, at=NOON)
    assert PlatformFreeze.objects.get().title == "A bad build"
    assert last(world) == was
    working.turn(NOON)
    working.turn(NOON)

    found = Settlement.objects.get(pk=found.pk)
    assert (found.state, working.progress(found), part(world).why) == (S.DONE, (1, 1), "")
    assert last(world) > was
    assert [row.name for row in PlatformEvent.objects.filter(subject_id=found.pk)].count(
        "settlement.done"
    ) == 1


def test_a_worker_that_died_between_two_customers_is_followed_by_another(world, job, manager):
    found = shown(world, manager)
    everywhere.confirm(found, strategy=Strategy.NEXT, by=manager, at=NOON)
    dying = working.steps(found.pk, at=NOON)
    next(dying)
    with tenancy.transaction(world.customer):
        told, moved = Message.objects.count(), last(world)

    dying.close()
    assert working.due() == [found.pk]
    working.turn(NOON)

    assert Settlement.objects.get(pk=found.pk).state == S.DONE
    with tenancy.transaction(world.customer):
        assert (Message.objects.count(), last(world)) == (told, moved)


def test_a_turn_is_no_longer_than_it_may_and_the_next_goes_on(world, job, manager):
    found = asked(world, manager)

    working.turn(NOON, most=1)
    assert (Settlement.objects.get(pk=found.pk).state, part(world).hits) == (S.LOOKING, 1)
    working.turn(NOON, most=1)

    assert Settlement.objects.get(pk=found.pk).state == S.SHOWN


def test_one_that_changed_meanwhile_is_left_and_named(world, job, manager):
    found = shown(world, manager)
    with tenancy.transaction(world.customer):
        SettlementPart.objects.update(digest="another world")
    everywhere.confirm(found, strategy=Strategy.NEXT, by=manager, at=NOON)

    working.turn(NOON)

    assert "changed meanwhile" in part(world).why
    assert Settlement.objects.get(pk=found.pk).state == S.DONE
    with tenancy.transaction(world.customer):
        assert UpgradeJob.objects.get(pk=job.pk).state == "SCHEDULED"


def test_a_customer_that_was_not_hit_when_it_was_looked_at_is_named_too(world, job, manager):
    found = shown(world, manager)
    with tenancy.transaction(world.customer):
        SettlementPart.objects.all().delete()
    everywhere.confirm(found, strategy=Strategy.NEXT, by=manager, at=NOON)

    working.turn(NOON)

    assert (part(world).hits, part(world).why[:33]) == (1, "Upgrades that it did not hit when")


def test_what_was_kept_is_told_in_each_readers_language(world, job, manager):
    found = shown(world, manager)
    begin, end = datetime.fromisoformat(found.begin), datetime.fromisoformat(found.end)
    [row] = part(world).shown

    with translation.override("fr"):
        said = lists.told(row)
        [why] = said["why"]
        assert times.day_label(begin.date()) in why
        assert times.day_label(end.date()) in why
        assert "nothing may run" not in why
    with translation.override("en"):
        assert "nothing may run from" in lists.told(row)["why"][0]


def break_it(world, zone):
    """A row that no code expects: whatever reads it raises, and no customer else is hit."""
    with tenancy.transaction(world.customer):
        Site.objects.update(zone=zone)


def turns(count):
    for _ in range(count):
        working.turn(NOON)


def test_a_customer_that_fails_ends_it_named_and_a_person_has_it_tried_again(world, job, manager):
    found = asked(world, manager)
    break_it(world, "Mars/Base")
    turns(working.TRIES - 1)
    assert Settlement.objects.get(pk=found.pk).state == S.LOOKING
    turns(1)

    found = Settlement.objects.get(pk=found.pk)
    assert (found.state, [row.customer for row in lists.left(found)]) == (S.SHOWN, [world.customer])
    assert (lists.may_retry(found), working.due()) == (True, [])
    break_it(world, "Europe/Istanbul")
    everywhere.retry(found, by=manager, at=NOON + timedelta(minutes=1))
    turns(1)

    found = Settlement.objects.get(pk=found.pk)
    assert (found.state, part(world).hits, lists.left(found)) == (S.SHOWN, 1, [])
    with pytest.raises(everywhere.NothingFailed):
        everywhere.retry(found, by=manager, at=NOON)


def test_one_that_fails_when_it_is_treated_ends_it_too_and_is_treated_once_it_can_be(
    world, job, manager
):  # fmt: skip
    found, was = shown(world, manager), last(world)
    everywhere.confirm(found, strategy=Strategy.NEXT, by=manager, at=NOON)
    break_it(world, "Mars/Base")
    turns(working.TRIES)
    found = Settlement.objects.get(pk=found.pk)
    assert (found.state, part(world).failed_at, last(world)) == (S.DONE, NOON, was)

    break_it(world, "Europe/Istanbul")
    everywhere.retry(found, by=manager, at=NOON + timedelta(minutes=1))
    turns(1)

    assert Settlement.objects.get(pk=found.pk).state == S.DONE
    assert (part(world).why, part(world).failed_at) == ("", None)
    assert last(world) > was


def test_what_hits_nobody_stands_at_once(world, job, manager):
    begin = last(world).replace(tzinfo=None) + timedelta(days=90)

    found = everywhere.ask_freeze(
        title="Spring", begin=begin, end=begin + timedelta(hours=8), by=manager, at=NOON
    )

    assert (found.state, found.freeze) == (S.DONE, PlatformFreeze.objects.get())


def test_a_dropped_one_changes_nothing_and_a_decided_one_stays(world, job, manager):
    found = shown(world, manager)
    everywhere.drop(found, by=manager, at=NOON)

    with pytest.raises(TransitionNotAllowed):
        everywhere.confirm(found, strategy=Strategy.NEXT, by=manager, at=NOON)
    assert not PlatformFreeze.objects.exists()


def test_a_package_that_is_withdrawn_holds_the_jobs_that_need_it(world, job, manager):
    package = world.packages["14.1.1"]
    found = everywhere.ask_withdrawal(package, by=manager, at=NOON)
    working.turn(NOON)
    found = Settlement.objects.get(pk=found.pk)
    assert part(world).hits == 1
    with translation.override("fr"):
        [row] = part(world).shown
        refusals = {one["refusal"] for one in lists.told(row)["outcomes"]}
        message = "Its plan needs what was withdrawn: another date does not help."
        assert message != gettext(message) in refusals
    package.refresh_from_db()
    assert package.withdrawn_at is None

    everywhere.confirm(found, strategy=Strategy.HOLD, by=manager, at=NOON)
    working.turn(NOON)

    package.refresh_from_db()
    assert package.withdrawn_at == NOON
    assert part(world).why == ""
    with tenancy.transaction(world.customer):
        assert UpgradeJob.objects.get(pk=job.pk).state == "DRAFT"
    with pytest.raises(everywhere.Withdrawn):
        everywhere.ask_withdrawal(package, by=manager, at=NOON)
