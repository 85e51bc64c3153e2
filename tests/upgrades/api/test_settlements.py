"""Changes for every customer over REST: asked, watched, decided."""

from datetime import timedelta

import pytest

from portal import tenancy
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
