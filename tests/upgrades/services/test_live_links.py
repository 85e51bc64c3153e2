"""Secret links for the night shift: who makes them, how long they live, what ends them."""

from datetime import timedelta

import pytest

from portal import tenancy
from portal.models import AuditEvent, Membership, User
from portal.services import signin
from tests.conftest import NOON
from tests.upgrades.views.conftest import proposed, scheduled  # noqa: F401
from tests.upgrades.views.states import again
from upgrades.models import LiveLink, UpgradeJob
from upgrades.services import jobs, live_links

HERE = "192.0.2.7"


@pytest.fixture(autouse=True)
def _at_noon(noon):
    """Monday 23 November 2026, 12:00 UTC."""


def make(world, job, **given):
    with tenancy.transaction(world.customer):
        given = {"name": "Wall", "by": world.operator, "at": NOON} | given
        return live_links.make(again(job), **given)


def opened(world, secret, at=NOON):
    """The job that a secret shows, found as its page finds it."""
    owner = live_links.customer_of(secret, address=HERE, at=at)
    assert owner == world.customer.pk
    with tenancy.transaction(owner):
        return live_links.open_page(secret, at=at)


def link_of(world):
    with tenancy.transaction(world.customer):
        return LiveLink.objects.select_related("job").get()


def test_only_the_hash_of_its_secret_is_kept_and_who_made_it_is_noted(world, scheduled):  # noqa: F811
    secret = make(world, scheduled)

    link = link_of(world)
    kept = [str(getattr(link, field.attname)) for field in LiveLink._meta.concrete_fields]
    assert len(secret) >= 43
    assert not any(secret in value for value in kept)
    assert len(bytes(link.digest)) == 32
    with tenancy.transaction(world.customer):
        event = AuditEvent.objects.get(name="live_link.made")
    assert (event.actor_id, event.job_id) == (world.operator.pk, scheduled.pk)
    assert secret not in str(event.data)
    assert opened(world, secret) == scheduled


def test_it_lives_until_half_a_day_after_the_last_window_and_never_over_a_fortnight(
    world,
    scheduled,  # noqa: F811
):
    with tenancy.transaction(world.customer):
        last = max(each.ends_at for each in scheduled.bookings.all())
        assert live_links.default_end(scheduled, NOON) == last + timedelta(hours=12)
        soon = last - timedelta(days=60)
        assert live_links.default_end(scheduled, soon) == soon + timedelta(days=14)
    make(world, scheduled, lasts=timedelta(days=90))
    assert link_of(world).expires_at == NOON + timedelta(days=14)


def test_over_revoked_and_unknown_are_one_answer(world, scheduled):  # noqa: F811
    secret = make(world, scheduled, lasts=timedelta(days=1))
    over = NOON + timedelta(days=1)
    said = set()
    for wrong, at in ((secret, over), ("x" * 43, NOON)):
        with pytest.raises(live_links.NoLink) as refused:
            live_links.customer_of(wrong, address=HERE, at=at)
        said.add(str(refused.value))
    with tenancy.transaction(world.customer):
        live_links.revoke(LiveLink.objects.get(), by=world.agent, at=NOON)
        live_links.revoke(LiveLink.objects.get(), by=world.agent, at=NOON)
        assert live_links.of_job(scheduled, NOON) == []
    with tenancy.transaction(world.customer):
        assert AuditEvent.objects.filter(name="live_link.ended").count() == 1
    with pytest.raises(live_links.NoLink) as refused:
        live_links.customer_of(secret, address=HERE, at=NOON)
    assert {*said, str(refused.value)} == {"There is nothing at this address."}


def test_it_is_worth_no_more_than_its_maker(world, scheduled):  # noqa: F811
    secret = make(world, scheduled)
    with tenancy.transaction(world.customer):
        mine = Membership.objects.filter(user=world.operator)
        mine.update(role="VIEWER")
    with pytest.raises(live_links.NoLink):
        opened(world, secret)
    with tenancy.transaction(world.customer):
        mine.update(role="OPERATOR", site_ids=[world.customer.pk])
    with pytest.raises(live_links.NoLink):
        opened(world, secret)
    with tenancy.transaction(world.customer):
        mine.update(site_ids=None)
    assert opened(world, secret) == scheduled
    User.objects.filter(pk=world.operator.pk).update(is_active=False)
    with pytest.raises(live_links.NoLink):
        opened(world, secret)


def test_of_a_closed_site_nothing_is_shown(world, scheduled):  # noqa: F811
    secret = make(world, scheduled)
    with tenancy.transaction(world.customer):
        world.site.closed_at = NOON
        world.site.save()
    with pytest.raises(live_links.NoLink):
        opened(world, secret)


def test_the_first_opening_of_each_hour_is_noted(world, scheduled):  # noqa: F811
    secret = make(world, scheduled)
    for minutes in (0, 30, 59, 60, 61):
        opened(world, secret, NOON + timedelta(minutes=minutes))

    with tenancy.transaction(world.customer):
        noted = AuditEvent.objects.filter(name="live_link.opened").order_by("number")
        assert [each.at - NOON for each in noted] == [timedelta(0), timedelta(hours=1)]
        assert {each.job_id for each in noted} == {None}
    assert link_of(world).last_opened_at == NOON + timedelta(hours=1)


def test_guesses_of_one_address_are_counted_and_the_right_secret_still_opens(world, scheduled):  # noqa: F811
    secret = make(world, scheduled)
    for number in range(signin.OF_ONE_ADDRESS):
        with pytest.raises(live_links.NoLink):
            live_links.customer_of(f"{number:043}", address=HERE, at=NOON)
    with pytest.raises(signin.TooManyTries):
        live_links.customer_of("y" * 43, address=HERE, at=NOON)
    assert opened(world, secret) == scheduled


def test_what_is_not_agreed_yet_or_is_over_is_not_shared_and_ten_are_enough(
    world,
    proposed,  # noqa: F811
):
    with pytest.raises(live_links.NothingToFollow):
        make(world, proposed)
    with tenancy.transaction(world.customer):
        jobs.approve(UpgradeJob.objects.with_site().get(), by=world.approver, at=NOON)
    for _ in range(live_links.MOST):
        make(world, proposed)
    with pytest.raises(live_links.TooManyLinks):
        make(world, proposed)
    assert make(world, proposed, at=NOON + timedelta(days=13))
