"""Contacts and promises over REST."""

from portal.models import Membership
from tests import factories
from tests.portal.api.caller import ADMINISTER, Caller

GIVEN = {"name": "Elif", "email": "elif@example.com", "language": "tr", "zone": "Europe/Istanbul"}
PROMISED = {"kind": "NOTICE", "days": 7, "agreed_on": "2026-11-01"}


def test_contacts_are_kept_changed_and_ended(caller, agent):
    made = caller.done("contacts", GIVEN, 201)

    assert (made["email"], made["rank"], made["site_ids"]) == ("elif@example.com", 1, None)
    assert caller.done(f"contacts/{made['id']}/change", {"rank": 2})["rank"] == 2
    assert [row["id"] for row in caller.rows("contacts")] == [made["id"]]
    assert [row["id"] for row in agent.rows("contacts")] == [made["id"]]
    wrong = caller.post("contacts", {**GIVEN, "zone": "Mars"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "contact-not-possible")
    assert caller.post("contacts", {**GIVEN, "user": made["id"]}).status_code == 400
    assert agent.post("contacts", GIVEN).status_code == 409
    caller.done(f"contacts/{made['id']}/end")
    assert caller.rows("contacts") == []


def test_others_see_and_change_nothing(customer, caller, noon):
    made = caller.done("contacts", GIVEN, 201)
    other = factories.a_customer("Other")
    stranger = Caller(factories.a_member(other), other, ADMINISTER)
    viewer = Caller(factories.a_member(customer, Membership.Role.VIEWER), customer)

    assert stranger.rows("contacts") == []
    assert stranger.post(f"contacts/{made['id']}/end").status_code == 404
    assert viewer.get("contacts").status_code == 403
    assert viewer.post("promises", PROMISED).status_code == 403


def test_whoever_sees_some_sites_alone_is_refused(customer, caller, noon):
    made = caller.done("contacts", GIVEN, 201)
    limited = factories.a_member(customer, name="Lim", site_ids=[customer.pk])
    program = Caller(limited, customer, ADMINISTER)

    assert program.get("contacts").status_code == 403
    assert program.post(f"contacts/{made['id']}/end").status_code == 403


def test_promises_are_made_and_given_up_by_the_customer(customer, caller, noon):
    manager = Caller(factories.staff("ROLLOUT_MANAGER"), customer)
    made = caller.done("promises", PROMISED, 201)

    assert manager.done("promises", {**PROMISED, "days": 9}, 201)["id"] == made["id"]
    lower = manager.post("promises", PROMISED)
    assert (lower.status_code, lower.json()["code"]) == (409, "only-the-customer")
    assert manager.post(f"promises/{made['id']}/end").status_code == 409
    assert caller.post(f"promises/{made['id']}/end").status_code == 204
    assert caller.rows("promises") == []
