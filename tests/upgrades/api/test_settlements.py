"""Changes for every customer over REST: asked, watched, decided."""

from datetime import timedelta

import pytest

from appliances.models import Site
from portal import clock, tenancy
from portal.models import PlatformEvent
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import ADMINISTER, Caller
from upgrades.models import Booking, PlatformFreeze
from upgrades.services.whatif import working


@pytest.fixture
def manager(world, noon):
    return Caller(factories.staff("ROLLOUT_MANAGER"), scope=ADMINISTER)


def asked(world):
    with tenancy.transaction(world.customer):
        begin = Booking.objects.filter(state="BOOKED").order_by("window").last().starts_at
    begin += timedelta(hours=3)
    return {"title": "A bad build", "begin": f"{begin:%Y-%m-%dT%H:%M}",
            "end": f"{begin + timedelta(hours=8):%Y-%m-%dT%H:%M}"}  # fmt: skip


def test_a_freeze_for_everybody_is_looked_at_then_confirmed(world, scheduled, manager, approver):
    found = manager.done("platform-freezes/preview", asked(world), 202)
    path = f"settlements/{found['id']}"
    assert (found["state"], found["progress"]) == ("LOOKING", {"done": 0, "of_all": 1})
    assert manager.post(f"{path}/confirm", {"strategy": "next"}).json()["code"] == "not-now"

    working.turn(NOON)
    [part] = manager.rows(f"{path}/customers")
    [hit] = part["upgrades"]
    assert (part["customer"]["slug"], hit["label"]) == ("meridian", scheduled["label"])
    assert [one["strategy"] for one in hit["outcomes"] if one["possible"]][0] == "next"
    assert not PlatformFreeze.objects.exists()
    assert approver.get(path).status_code == 403
    manager.done(f"{path}/confirm", {"strategy": "next"})
    working.turn(NOON)

    assert manager.get(path).json()["state"] == "DONE"
    [freeze] = approver.rows("platform-freezes")
    assert (freeze["title"], freeze["release"]) == ("A bad build", None)
    assert manager.delete(f"platform-freezes/{freeze['id']}").status_code == 204


def test_a_package_is_withdrawn_once_it_is_confirmed_or_dropped(world, scheduled, manager):
    package = world.packages["14.1.1"]
    found = manager.done(f"packages/{package.pk}/withdraw", status=202)
    working.turn(NOON)

    assert manager.get(f"packages/{package.pk}").json()["withdrawn_at"] is None
    assert manager.done(f"settlements/{found['id']}/drop")["state"] == "DROPPED"
    assert manager.get(f"packages/{package.pk}").json()["withdrawn_at"] is None


def test_what_the_portal_failed_at_is_tried_again_over_rest(world, scheduled, manager, approver):
    """A customer whose row no code expects fails, is named, and is worked at once more."""
    found = manager.done("platform-freezes/preview", asked(world), 202)
    path = f"settlements/{found['id']}"
    assert refusal(manager.post(f"{path}/retry")) == (409, "nothing-failed")
    in_zone(world, "Mars/Base")
    for _ in range(working.TRIES):
        working.turn(NOON)
    [left] = manager.rows(f"{path}/customers")
    assert (left["customer"]["slug"], left["failed_at"]) == ("meridian", "2026-11-23T12:00:00Z")
    assert manager.get(path).json()["state"] == "SHOWN"
    assert approver.post(f"{path}/retry").status_code == 403
    reader = Caller(manager.key.user, scope="READ")
    assert reader.post(f"{path}/retry").status_code == 403
    stale = manager.post(f"{path}/retry", **{"If-Match": '"0000000000000000"'})
    assert stale.status_code == 412

    in_zone(world, "Europe/Istanbul")
    with clock.at(NOON + timedelta(minutes=1)):
        first = manager.post(f"{path}/retry", **{"Idempotency-Key": "r1"})
        again = manager.post(f"{path}/retry", **{"Idempotency-Key": "r1"})
    assert (first.status_code, again.json()) == (200, first.json())
    assert first.json()["state"] == "LOOKING"
    working.turn(NOON)

    assert manager.get(path).json()["state"] == "SHOWN"
    [part] = manager.rows(f"{path}/customers")
    assert (part["failed_at"], len(part["upgrades"])) == (None, 1)
    retried = PlatformEvent.objects.filter(name="settlement.retried")
    assert retried.count() == 1
    assert refusal(manager.post(f"{path}/retry")) == (409, "nothing-failed")


def refusal(answer):
    return answer.status_code, answer.json()["code"]


def in_zone(world, zone):
    with tenancy.transaction(world.customer):
        Site.objects.update(zone=zone)
