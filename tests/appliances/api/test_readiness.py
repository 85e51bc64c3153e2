"""Waivers, drift, differences and thresholds over REST, as each role."""

from datetime import timedelta

import pytest

from appliances.models import Difference, Drift, ReadinessCheck, Threshold, Waiver
from appliances.services import drift
from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import ADMINISTER, Caller

UNTIL = "2026-11-25T12:00:00Z"
CLOCK = {"check": "CLOCK", "reason": "It is set tonight.", "expires_at": UNTIL}


def caller(customer, role, *scope):
    return Caller(factories.a_member(customer, role), customer, *scope)


@pytest.fixture
def approver(customer, site, noon):
    return caller(customer, "APPROVER")


@pytest.fixture
def drifted(customer, appliance, noon):
    with tenancy.transaction(customer):
        return drift.open_one(appliance, "PRODUCT", "22.3.1", "22.4.1", at=NOON)


@pytest.fixture
def differs(customer, appliance):
    with tenancy.transaction(customer):
        return Difference.objects.create(
            customer=customer, appliance=appliance, job_id=appliance.pk, window=1, key="users",
            before=9, after=3, beyond=True, found_at=NOON,
        )  # fmt: skip


def test_a_check_is_waived_shown_and_the_waiver_withdrawn(approver, customer, site):
    given = approver.done(f"sites/{site.pk}/waivers", CLOCK, status=201)

    assert (given["check"], given["counts"], given["appliance"]) == ("CLOCK", True, None)
    assert [row["id"] for row in approver.rows("waivers", site=str(site.pk))] == [given["id"]]

    ended = approver.done(f"waivers/{given['id']}/withdraw")

    assert (ended["counts"], ended["withdrawn_at"]) == (False, "2026-11-23T12:00:00Z")
    assert approver.rows("waivers", withdrawn="false") == []


def test_readiness_carries_what_an_answer_weighs_and_who_answers_for_it(approver, customer, site):
    with tenancy.transaction(customer):
        waiver = Waiver.objects.create(
            customer=customer, site=site, check_name="CLOCK", reason="It is set tonight.",
            given_by=factories.a_member(customer, "ADMINISTRATOR"), given_at=NOON,
            expires_at=NOON + timedelta(days=1),
        )  # fmt: skip
        ReadinessCheck.objects.create(
            customer=customer, site=site, name="CLOCK", status="BAD", blocks=True, waiver=waiver,
            observed="+4000 s", taken_at=NOON, valid_until=NOON + timedelta(hours=1),
        )  # fmt: skip

    [check] = approver.get(f"sites/{site.pk}/readiness").json()["checks"]

    assert (check["severity"], check["stops"], check["observed"]) == ("blocks", False, "+4000 s")
    assert check["parameters"] == {"warns_seconds": 120, "bad_seconds": 3600}
    assert check["waiver"]["reason"] == "It is set tonight."
    assert check["valid_until"] == "2026-11-23T13:00:00Z"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"check": "IDENTITY"}, (409, "never-waived")),
        ({"check": "KEYS"}, (409, "never-waived")),
        ({"expires_at": "2026-11-22T12:00:00Z"}, (400, "bad-waiver")),
        ({"expires_at": "2028-11-22T12:00:00Z"}, (400, "bad-waiver")),
    ],
)
def test_what_cannot_be_waived_is_refused(approver, customer, site, change, told):
    answer = approver.post(f"sites/{site.pk}/waivers", CLOCK | change)

    assert (answer.status_code, answer.json()["code"]) == told
    with tenancy.transaction(customer):
        assert not Waiver.objects.exists()


def test_a_drift_is_accepted_as_it_was_read(approver, customer, appliance, drifted):
    [row] = approver.rows("drifts", open="true")
    stale = approver.post(f"drifts/{row['id']}/accept", {"found": "22.5"})

    ended = approver.done(f"drifts/{row['id']}/accept", {"found": row["found"], "remark": "Ours."})

    assert stale.status_code == 409
    assert (ended["ended"], ended["remark"]) == ("ACCEPTED", "Ours.")
    with tenancy.transaction(customer):
        appliance.refresh_from_db()
        assert appliance.product_version == "22.4.1"
    assert approver.rows("drifts", open="true") == []


def test_a_difference_is_acknowledged_once(customer, site, differs, noon):
    operator = caller(customer, "OPERATOR")
    [row] = operator.rows("differences", site=str(site.pk), open="true", beyond="true")
    path = f"differences/{row['id']}/acknowledge"

    seen = operator.done(path, {"remark": "They left."})

    assert (seen["key"], seen["before"], seen["after"]) == ("users", 9, 3)
    assert (seen["remark"], seen["acknowledged_at"]) == ("They left.", "2026-11-23T12:00:00Z")
    assert operator.post(path, {}).status_code == 409


def test_an_administrator_sets_the_customers_own_values(customer, site, noon):
    administrator = caller(customer, "ADMINISTRATOR", ADMINISTER)
    path = f"customers/{customer.pk}/thresholds"

    changed = administrator.done(path, {"values": {"CLOCK.warns_seconds": 60}})

    [clock] = [row for row in changed["thresholds"] if row["key"] == "CLOCK.warns_seconds"]
    assert (clock["value"], clock["own"], clock["given"]) == (60, 60, 120)
    wrong = administrator.post(path, {"values": {"CLOCK.warns_seconds": 0, "MOON.phase": 1}})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad-threshold")
    administrator.done(path, {"values": {"CLOCK.warns_seconds": None}})
    with tenancy.transaction(customer):
        assert not Threshold.objects.exists()


@pytest.mark.parametrize("role", ["VIEWER", "OPERATOR"])
def test_who_may_not_decide_is_told_so(customer, site, drifted, noon, role):
    one = caller(customer, role)

    assert one.post(f"sites/{site.pk}/waivers", CLOCK).status_code == 403
    assert one.post(f"drifts/{drifted.pk}/accept", {"found": "22.4.1"}).status_code == 403
    values = {"values": {"CLOCK.warns_seconds": 60}}
    assert one.post(f"customers/{customer.pk}/thresholds", values).status_code == 403
    with tenancy.transaction(customer):
        assert Drift.objects.get().ended_at is None


def test_another_customers_program_finds_nothing(customer, other_customer, site, drifted, noon):
    stranger = caller(other_customer, "ADMINISTRATOR", ADMINISTER)

    assert stranger.post(f"sites/{site.pk}/waivers", CLOCK).status_code == 404
    assert stranger.post(f"drifts/{drifted.pk}/accept", {"found": "22.4.1"}).status_code == 404
    assert stranger.get(f"customers/{customer.pk}/thresholds").status_code == 404
    assert stranger.rows("drifts") == []


def test_a_manager_sets_the_installations_values_and_an_agent_reads_them(customer, noon):
    manager = Caller(factories.staff("ROLLOUT_MANAGER", "Mara Neri"), None, ADMINISTER)
    agent = Caller(factories.staff("AGENT", "Ana Ruiz"), None, ADMINISTER)

    manager.done("thresholds", {"values": {"CLOCK.warns_seconds": 90}}, status=201)

    [clock] = [
        row
        for row in agent.get("thresholds").json()["thresholds"]
        if row["key"] == "CLOCK.warns_seconds"
    ]
    assert (clock["value"], clock["own"], clock["given"]) == (90, 90, 120)
    assert agent.post("thresholds", {"values": {"CLOCK.warns_seconds": 60}}).status_code == 403
    wrong = manager.post("thresholds", {"values": {"CLOCK.warns_seconds": 0}})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad-threshold")
    own = caller(customer, "ADMINISTRATOR", ADMINISTER)
    assert own.get("thresholds").status_code == 403
    assert own.post("thresholds", {"values": {"CLOCK.warns_seconds": 60}}).status_code == 403
    told = own.get(f"customers/{customer.pk}/thresholds").json()["thresholds"]
    assert [row["given"] for row in told if row["key"] == "CLOCK.warns_seconds"] == [90]
