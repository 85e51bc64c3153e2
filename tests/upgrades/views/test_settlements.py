"""The page of a change for every customer, where the portal failed at one."""

from datetime import timedelta

import pytest

from appliances.models import Site
from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.test_story import approved
from upgrades.models import Booking, Settlement
from upgrades.services.whatif import everywhere, working


@pytest.fixture
def failed(world, noon):
    approved(world)
    with tenancy.transaction(world.customer):
        begin = Booking.objects.latest("slot").starts_at.replace(tzinfo=None) + timedelta(hours=3)
    asked = everywhere.ask_freeze(
        title="A bad build", begin=begin, end=begin + timedelta(hours=8),
        by=factories.staff("ROLLOUT_MANAGER"), at=NOON,
    )  # fmt: skip
    with tenancy.transaction(world.customer):
        Site.objects.update(zone="Mars/Base")  # what no code expects
    for _ in range(working.TRIES):
        working.turn(NOON)
    with tenancy.transaction(world.customer):
        Site.objects.update(zone="Europe/Istanbul")
    return Settlement.objects.get(pk=asked.pk)


def test_the_customer_is_named_and_whoever_may_has_it_tried_again(client, failed, world):
    path = f"/settlements/{failed.pk}/"
    client.force_login(factories.staff("ROLLOUT_MANAGER", "Max"))

    page = client.get(path).content.decode()
    assert "Meridian Freight</b>: The portal failed here." in page
    assert f"{path}retry/" in page
    answer = client.post(f"{path}retry/")

    assert answer["Location"] == path
    assert Settlement.objects.get(pk=failed.pk).state == "LOOKING"
    assert client.post(f"{path}retry/").status_code == 409  # it is worked at


def test_others_do_not(client, failed, world):
    path = f"/settlements/{failed.pk}/"
    client.force_login(factories.staff("AGENT", "Ann"))
    assert f"{path}retry/" not in client.get(path).content.decode()
    assert client.post(f"{path}retry/").status_code == 403

    client.force_login(world.approver)
    assert client.post(f"{path}retry/").status_code in (403, 404)
