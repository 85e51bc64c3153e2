"""A sandbox's own clock, and its end, over REST."""

import pytest

from portal import tenancy
from portal.models import Customer
from tests import factories
from tests.portal.api.caller import ADMINISTER, Caller
from tests.upgrades.api.test_jobs import refused
from tests.upgrades.api.test_sandboxes import WISH, Tokened, administrator, made
from upgrades.services import sandboxes

__all__ = ["administrator", "made"]


def test_its_clock_is_put_forward_by_its_own_key_or_its_makers(noon, administrator, made):
    own, path = Tokened(made["token"]), f"sandboxes/{made['id']}/advance"
    assert (made["now"], made["ahead_seconds"]) == ("2026-11-23T12:00:00Z", 0)

    one = own.done(path, {"seconds": 86400})
    two = administrator.done(path, {"seconds": 3600})

    assert (one["now"], one["ahead_seconds"]) == ("2026-11-24T12:00:00Z", 86400)
    assert (two["now"], two["ahead_seconds"]) == ("2026-11-24T13:00:00Z", 90000)
    assert own.get(f"sandboxes/{made['id']}").json() == two
    times = [row["at"] for row in own.rows("audit", limit=100) if row["name"] == "sandbox.advanced"]
    assert sorted(times) == ["2026-11-24T12:00:00Z", "2026-11-24T13:00:00Z"]


def test_a_repeated_advance_is_done_once_and_a_stale_one_not_at_all(noon, made):
    own, path = Tokened(made["token"]), f"sandboxes/{made['id']}/advance"
    tag = own.get(f"sandboxes/{made['id']}").headers["ETag"]

    first = own.post(path, {"seconds": 60}, **{"Idempotency-Key": "k", "If-Match": tag})
    again = own.post(path, {"seconds": 60}, **{"Idempotency-Key": "k", "If-Match": tag})
    stale = own.post(path, {"seconds": 60}, **{"If-Match": tag})

    assert first.status_code == again.status_code == 200
    assert refused(stale) == (412, "if-match-stale")
    assert own.get(f"sandboxes/{made['id']}").json()["ahead_seconds"] == 60


@pytest.mark.parametrize("body", [
    {"seconds": 0}, {"seconds": -5}, {"seconds": 31536001}, {"seconds": "1e309"}, {"days": 1},
])  # fmt: skip
def test_what_is_no_length_of_time_moves_nothing(noon, made, body):
    own = Tokened(made["token"])
    assert own.post(f"sandboxes/{made['id']}/advance", body).status_code == 400
    assert own.get(f"sandboxes/{made['id']}").json()["ahead_seconds"] == 0


def test_no_stranger_and_no_lesser_key_touches_its_clock(world, noon, agent, administrator, made):
    path, told = f"sandboxes/{made['id']}/advance", {"seconds": 60}
    other = Caller(factories.a_member(world.customer, name="Olga"), world.customer, ADMINISTER)
    approver = Tokened(made["approver_token"])
    foreign = Tokened(other.done("sandboxes", WISH, 201)["token"])

    for stranger in (other, foreign):
        assert stranger.post(path, told).status_code == 404
        assert stranger.get(f"sandboxes/{made['id']}").status_code == 404
    assert refused(approver.post(path, told)) == (403, "key-scope")
    assert agent.post(path, told).status_code in (403, 404)
    real = administrator.post(f"sandboxes/{world.customer.pk}/advance", told)
    assert real.status_code == 404
    assert administrator.get(f"sandboxes/{made['id']}").json()["ahead_seconds"] == 0


def test_with_nothing_to_wait_for_it_says_so(noon, made):
    own = Tokened(made["token"])
    assert refused(own.post(f"sandboxes/{made['id']}/advance")) == (409, "clock-stands")


def test_who_made_it_ends_it(administrator, made):
    at = f"sandboxes/{made['id']}"
    own = Tokened(made["token"])
    assert administrator.get(at).json()["ends_at"]

    assert administrator.delete(at).status_code == 204

    assert administrator.get(at).status_code == 404
    assert administrator.delete(at).status_code == 404
    assert own.get("sites").status_code == 401, "its keys open nothing any more"
    assert administrator.get("sandboxes").json()["results"] == []


def test_nobody_else_ends_it(administrator, made, world):
    at = f"sandboxes/{made['id']}"
    other = factories.a_customer("Bora")
    stranger = Caller(factories.a_member(other), other, ADMINISTER)
    colleague = Caller(factories.a_member(world.customer), world.customer, ADMINISTER)
    narrow = Caller(administrator.key.user, world.customer, "ACT")

    assert stranger.delete(at).status_code == 404
    assert colleague.delete(at).status_code == 404
    assert narrow.delete(at).status_code == 403
    assert administrator.delete(f"sandboxes/{world.customer.pk}").status_code == 404
    assert administrator.get(at).status_code == 200
    with tenancy.transaction(world.customer):
        assert Customer.objects.get().closed_at is None


def test_an_ended_one_makes_room_for_another(administrator):
    for _ in range(sandboxes.MOST):
        last = administrator.done("sandboxes", WISH, 201)
    assert administrator.post("sandboxes", WISH).json()["code"] == "too-many-sandboxes"

    administrator.delete(f"sandboxes/{last['id']}")

    administrator.done("sandboxes", WISH, 201)
