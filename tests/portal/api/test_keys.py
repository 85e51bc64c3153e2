"""Keys over REST: a program makes, renews and ends keys, never wider ones than its own."""

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.dateparse import parse_datetime

from portal import tenancy
from portal.models import ApiKey, AuditEvent, Membership
from portal.services import keys
from tests import factories
from tests.portal.api.caller import ACT, ADMINISTER, Caller

SITE, OTHER = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"
HERE = ["127.0.0.0/8"]


def get(token, path="keys"):
    return Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})


def refused(answer):
    return answer.status_code, answer.json()["code"], list(answer.json().get("errors", ()))


def test_a_key_is_made_works_is_renewed_and_ended(customer, caller):
    made = caller.done("keys", {"name": "CMDB", "scope": "ACT", "days": 30}, 201)

    assert get(made["token"]).status_code == 200
    assert made["token"].startswith(made["prefix"])
    shown = caller.get(f"keys/{made['id']}").json()
    assert shown == {**{k: v for k, v in made.items() if k != "token"}, "last_used_at": shown[
        "last_used_at"
    ]}  # fmt: skip
    fresh = caller.done(f"keys/{made['id']}/rotate", {"hours": 0}, 201)
    assert get(made["token"]).status_code == 401
    assert (get(fresh["token"]).status_code, fresh["scope"]) == (200, "ACT")
    caller.done(f"keys/{fresh['id']}/end")
    assert get(fresh["token"]).status_code == 401
    assert caller.get(f"keys/{fresh['id']}").status_code == 404
    with tenancy.transaction(customer):
        told = AuditEvent.objects.filter(name__startswith="key.", actor_id=caller.key.pk)
        assert sorted(told.values_list("name", flat=True)) == [
            "key.issued", "key.issued", "key.revoked", "key.rotated",
        ]  # fmt: skip


def test_its_text_is_in_no_repeated_answer(caller):
    first = caller.post("keys", {"name": "CMDB"}, **{"Idempotency-Key": "k1"}).json()
    again = caller.post("keys", {"name": "CMDB"}, **{"Idempotency-Key": "k1"}).json()

    assert again == {**first, "token": None}
    assert ApiKey.objects.filter(name="CMDB").count() == 1


def test_without_words_it_is_as_its_maker_but_reads_only(customer, member):
    narrow = Caller(member, customer, ADMINISTER, site_ids=[SITE], networks=HERE,
                    lives=timedelta(days=10))  # fmt: skip

    made = narrow.done("keys", {"name": "CMDB"}, 201)

    assert (made["scope"], made["site_ids"], made["networks"]) == ("READ", [SITE], HERE)
    assert made["customer"] == str(customer.pk)
    assert parse_datetime(made["expires_at"]) == narrow.key.expires_at


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"site_ids": [OTHER]}, "site_ids"),
        ({"site_ids": [SITE, OTHER]}, "site_ids"),
        ({"networks": ["126.0.0.0/7"]}, "networks"),
        ({"networks": ["127.0.0.1", "192.0.2.1"]}, "networks"),
        ({"networks": ["::1"]}, "networks"),
        ({"days": 11}, "days"),
    ],
)
def test_a_key_makes_no_wider_one(customer, member, wish, field):
    narrow = Caller(member, customer, ADMINISTER, site_ids=[SITE], networks=HERE,
                    lives=timedelta(days=10))  # fmt: skip

    answer = narrow.post("keys", {"name": "CMDB", **wish})

    assert refused(answer) == (400, "key-wider-than-its-maker", [field])
    assert ApiKey.objects.count() == 1


def test_a_narrower_key_neither_renews_nor_ends_a_wider_one(customer, member, caller):
    narrow = Caller(member, customer, ADMINISTER, site_ids=[SITE])
    path = f"keys/{caller.key.pk}"

    for act in ("rotate", "end"):
        assert refused(narrow.post(f"{path}/{act}"))[:2] == (400, "key-wider-than-its-maker")
    assert caller.get(path).status_code == 200
    assert ApiKey.objects.filter(revoked_at=None).count() == 2


def test_a_key_renews_itself_but_never_beyond_its_own_end(caller):
    fresh = caller.done(f"keys/{caller.key.pk}/rotate", {"hours": 2}, 201)

    assert parse_datetime(fresh["expires_at"]) == caller.key.expires_at
    assert caller.get("keys").status_code == 200
    assert refused(caller.post("keys", {"name": "x", "days": 1})) == (
        400, "key-wider-than-its-maker", ["days"],
    ), "the old one ends in two hours"  # fmt: skip


def test_a_key_that_acts_makes_none(customer, member):
    acting = Caller(member, customer, ACT)

    assert refused(acting.post("keys", {"name": "x"}))[:2] == (403, "key-scope")
    assert refused(acting.post(f"keys/{acting.key.pk}/end"))[:2] == (403, "key-scope")
    assert [row["id"] for row in acting.rows("keys")] == [str(acting.key.pk)]


def test_keys_are_a_persons_own_for_the_keys_customer(customer, member, caller, agent):
    other = factories.a_customer("Borealis", slug="borealis")
    colleague = Caller(factories.a_member(customer, name="Petr Hora"), customer, ADMINISTER)
    with tenancy.transaction(other):
        Membership.objects.create(customer=other, user=member, role="ADMINISTRATOR")
    elsewhere = Caller(member, other, ADMINISTER)
    staff = Caller(agent.key.user, customer, ADMINISTER)

    for foreign in (colleague, elsewhere, staff, agent):
        path = f"keys/{foreign.key.pk}"
        assert caller.get(path).status_code == 404
        assert caller.post(f"{path}/end").status_code == 404
        assert caller.post(f"{path}/rotate").status_code == 404
    assert [row["id"] for row in caller.rows("keys")] == [str(caller.key.pk)]
    assert {row["id"] for row in agent.rows("keys")} == {str(agent.key.pk), str(staff.key.pk)}


def test_there_is_a_most_of_living_keys(customer, member, caller, monkeypatch):
    monkeypatch.setattr(keys, "MOST", 2)
    caller.done("keys", {"name": "second"}, 201)

    assert refused(caller.post("keys", {"name": "third"}))[:2] == (409, "too-many-keys")


def test_every_line_of_the_log_names_the_key(member, customer, caller, caplog):
    abroad = Caller(member, customer, networks=["192.0.2.0/24"])
    with caplog.at_level(logging.INFO, "portal.request"):
        said = [each.get("keys").status_code for each in (caller, abroad)]

    assert said == [200, 403]
    assert [line.key for line in caplog.records if line.name == "portal.request"] == [
        caller.key.prefix, abroad.key.prefix,
    ]  # fmt: skip
