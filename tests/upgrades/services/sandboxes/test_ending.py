"""A sandbox ends: at once for whoever used it, then piece by piece; nobody else's row changes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from appliances.models import Site
from portal import own_clock, tenancy
from portal.egress import simulator as wire
from portal.models import ApiKey, Customer, Erasure, Membership, Message
from portal.services import audit_trail, customers
from portal.services.erasing import asking, carrying_out, closing
from tests import factories, filled
from tests.conftest import NOON
from tests.upgrades.services.sandboxes.conftest import TWO_HOPS
from tests.upgrades.services.test_story import approved
from upgrades.services import ending, sandbox_time, sandboxes
from upgrades.services.ticks import loop

DAY = timedelta(days=1)
# What of the platform tells of an erasure, and what goes with keys and people; all else stays.
TOUCHED = {
    "portal_platformevent", "portal_platformhead", "portal_apikey", "portal_user",
    "portal_membership", "portal_customer",
}  # fmt: skip


def row_of(world):
    with tenancy.transaction(world.customer):
        return customers.current(), asking.current()


def hosts():
    return {row["hostname"] for row in wire.control("GET", "/_sim/appliances")["appliances"]}


def whole_end(world, at=NOON):
    for _ in range(3):
        ending.look_after(at)
        carrying_out.turn(at)
    return row_of(world)[1]


def test_it_is_closed_at_once_and_gone_soon_after(world, park, key):
    before = hosts()
    assert [host for host in before if world.customer.slug in host]

    ending.end(world.customer, by=key, at=NOON)

    row, erasure = row_of(world)
    assert (row.closed_at, erasure.state, erasure.stage) == (NOON, "ASKED", "PARK")
    assert not ApiKey.objects.filter(customer=world.customer, revoked_at=None).exists()
    assert customers.id_of_slug(world.customer.slug) is None
    home = ApiKey.objects.get(user=world.agent, name="CI")
    assert sandboxes.of_key(home) == []

    done = whole_end(world)

    assert done.state == "ERASED"
    assert hosts() < before
    with tenancy.transaction(world.customer):
        assert not carrying_out.any_row()
        assert not Membership.objects.exists()
    assert not ApiKey.objects.filter(customer=world.customer).exists()
    assert done.counts["appliances.Site"] == 1
    assert done.people == {"gone": 1, "member": 1}, "its approver is gone, its maker is not"
    assert row_of(world)[0].name.startswith("erased-")
    assert audit_trail.verify(world.customer).holds
    assert audit_trail.verify_platform().holds


def test_nobody_elses_row_changes(world, real, key):
    before = filled.everything(but=world.customer)

    ending.end(world.customer, by=key, at=NOON)
    assert whole_end(world).state == "ERASED"

    after = filled.everything(but=world.customer)
    changed = {table for table in before if before[table] != after[table]}
    assert changed <= TOUCHED
    for table in ("portal_apikey", "portal_membership", "portal_user", "portal_customer"):
        assert set(after[table]) <= set(before[table]), table
    with tenancy.transaction(real):
        assert Site.objects.count() == 1


def test_an_upgrade_that_runs_in_it_keeps_nothing_back(world, key):
    approved(world, target=TWO_HOPS)
    loop.run(1)

    ending.end(world.customer, by=key, at=NOON)

    assert whole_end(world).state == "ERASED"


def test_one_whose_clock_is_ahead_ends_by_the_installations(world, key):
    sandbox_time.advance(world.customer, 40 * DAY, maker=key)
    assert own_clock.all_ahead() == [world.customer.pk]

    ending.end(world.customer, by=key, at=NOON)

    assert own_clock.all_ahead() == []
    assert whole_end(world).state == "ERASED"


def test_no_living_clock_is_put_back(world, key):
    sandbox_time.advance(world.customer, DAY, maker=key)
    with pytest.raises(Exception, match="never put back"), tenancy.transaction(world.customer):
        Customer.objects.filter(pk=world.customer.pk).update(clock_ahead=timedelta())


class Killed(BaseException):
    """The worker is gone."""


@pytest.mark.parametrize(("module", "name"), [
    (sandboxes, "plans"), (ending, "control"), (carrying_out, "_begin"),
    (carrying_out, "_erase_rows"), (carrying_out, "_erase_files"), (carrying_out, "_letters_left"),
    (carrying_out, "_erase_people"), (closing, "close"), (closing, "_make_shell"),
])  # fmt: skip
@pytest.mark.parametrize("after", [False, True])
def test_killed_anywhere_it_is_gone_on_with(world, key, monkeypatch, module, name, after):
    own, met = getattr(module, name), []

    def dies(*args, **values):
        met.append(name)
        found = own(*args, **values) if after else None
        raise Killed(found)

    ending.end(world.customer, by=key, at=NOON)
    with monkeypatch.context() as patched:
        for stage, piece in list(carrying_out.PIECES.items()):
            if piece is own:
                patched.setitem(carrying_out.PIECES, stage, dies)
        patched.setattr(module, name, dies)
        with pytest.raises(Killed):
            whole_end(world)
    assert met

    assert whole_end(world).state == "ERASED"
    assert [host for host in hosts() if world.customer.slug in host] == []
    assert audit_trail.verify(world.customer).holds


def test_without_its_simulator_it_waits_and_nothing_of_it_goes(world, key, settings):
    ending.end(world.customer, by=key, at=NOON)
    settings.SIMULATOR_URL = "http://127.0.0.1:9"  # nobody answers there

    assert whole_end(world).state == "ASKED"
    with tenancy.transaction(world.customer):
        assert Site.objects.exists()


def test_ended_twice_is_ended_once(world, key):
    ending.end(world.customer, by=key, at=NOON)
    ending.end(world.customer, by=key, at=NOON + DAY)

    with tenancy.transaction(world.customer):
        assert Erasure.objects.get().asked_at == NOON


def test_who_sees_some_sites_ends_nothing(world):
    with tenancy.transaction(world.customer):
        Membership.objects.filter(user=world.agent).update(site_ids=[world.site.pk])

    with pytest.raises(PermissionDenied):
        ending.end(world.customer, by=world.agent, at=NOON)
    assert row_of(world)[1] is None


def used(world, at):
    ApiKey.objects.filter(customer=world.customer).update(last_used_at=at)


def letters(world):
    with tenancy.transaction(world.customer):
        return list(Message.objects.filter(kind="sandbox_ends").values_list("address", flat=True))


def test_after_its_days_of_rest_it_ends_and_its_people_were_told_a_week_before(world, real):
    used(world, NOON)
    ending.look_after(NOON + 22 * DAY)
    assert letters(world) == []

    ending.look_after(NOON + 23 * DAY)
    assert letters(world) == [world.agent.email]
    ending.look_after(NOON + 29 * DAY)
    assert (row_of(world)[1], len(letters(world))) == (None, 1)

    ending.look_after(NOON + 30 * DAY)

    erasure = row_of(world)[1]
    assert (erasure.state, erasure.asked_by_name) == ("CONFIRMED", "Changeover")
    with tenancy.transaction(real):
        assert asking.current() is None


def test_it_is_told_a_week_before_also_where_nobody_looked_for_long(world):
    used(world, NOON)

    ending.look_after(NOON + 90 * DAY)
    ending.look_after(NOON + 96 * DAY)
    assert row_of(world)[1] is None
    with tenancy.transaction(world.customer):
        assert ending.ends_at(customers.current()) == NOON + 97 * DAY

    ending.look_after(NOON + 97 * DAY)
    assert row_of(world)[1] is not None


def test_whoever_uses_it_keeps_it(world):
    used(world, NOON)
    ending.look_after(NOON + 23 * DAY)
    used(world, NOON + 24 * DAY)

    ending.look_after(NOON + 40 * DAY)

    assert row_of(world)[1] is None
    with tenancy.transaction(world.customer):
        assert ending.ends_at(customers.current()) == NOON + 54 * DAY


def test_a_real_customer_never_ends_so(real, settings):
    settings.SANDBOX_DAYS = 0

    ending.look_after(NOON + 900 * DAY)

    with tenancy.transaction(real):
        assert asking.current() is None
        assert not Message.objects.filter(kind="sandbox_ends").exists()


def test_what_is_built_late_is_not_built_into_an_ended_one(catalogue, noon, park, monkeypatch):
    home = factories.a_customer("Home")
    program = factories.a_member(home, "ADMINISTRATOR")
    maker, _token = sandboxes.keys.issue(
        "CI", user=program, by=program, at=NOON, customer=home, scope="ADMINISTER"
    )
    made = sandboxes.open_one("Our CI", shapes=["SINGLE"], maker=maker, at=NOON)
    before = hosts()
    ending.end(made.customer, by=maker, at=NOON)
    monkeypatch.setattr(sandboxes, "_waiting", lambda: [made.customer.pk])  # read before

    sandboxes.build_due(NOON)

    assert hosts() == before
