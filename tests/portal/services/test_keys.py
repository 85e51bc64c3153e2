from datetime import timedelta

import pytest
from django.db import connection

from portal import tenancy
from portal.models import ApiKey, AuditEvent, Membership, User
from portal.services import keys, people
from tests.factories import NOON, a_customer, a_member, staff


@pytest.fixture
def customer(db):
    return a_customer("Marmara")


def issue(customer, user, **more):
    return keys.issue("robot", user=user, customer=customer, by=user, at=NOON, **more)


def test_a_token_has_a_form_that_scanners_know(customer):
    _key, token = issue(customer, a_member(customer))

    assert token.startswith("chg_live_")
    assert len(token) == len("chg_live_") + 43 + 6
    assert keys.well_formed(token)


def test_a_demo_customers_token_says_so(db):
    customer = a_customer("Demo", demo=True)

    assert issue(customer, a_member(customer))[1].startswith("chg_demo_")


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda token: token[:-1] + ("0" if token[-1] != "0" else "1"),
        lambda token: token[:20] + ("x" if token[20] != "x" else "y") + token[21:],
        lambda token: token[:-1],
        lambda token: token + "0",
        lambda token: "",
        lambda token: "chg_live_" + "é" * 49,
    ],
)
def test_a_spoilt_token_is_told_without_asking_the_database(spoilt):
    assert not keys.well_formed(spoilt(keys.make_token("live")))


def test_only_a_digest_is_kept(customer):
    key, token = issue(customer, a_member(customer))

    assert token.startswith(key.prefix)
    assert len(key.prefix) == 17
    assert token.encode() not in bytes(key.digest)


def test_a_living_key_is_found_with_its_person(customer):
    user = a_member(customer)
    key, token = issue(customer, user)

    found = keys.find(token)

    assert (found, found.user) == (key, user)
    assert keys.find(keys.make_token("live")) is None


def test_a_key_dies_when_revoked_and_both_are_in_the_audit_trail(customer):
    key, token = issue(customer, a_member(customer))

    keys.revoke(key, by=None, at=NOON)

    assert keys.find(token) is None
    with tenancy.transaction(customer):
        names = AuditEvent.objects.order_by("number").values_list("name", flat=True)
        assert list(names) == ["customer.opened", "key.issued", "key.revoked"]


def test_a_key_dies_with_its_person(customer):
    user = a_member(customer)
    _key, token = issue(customer, user)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert keys.find(token) is None


def test_a_key_dies_with_the_membership(customer):
    user, other = a_member(customer), a_member(customer)
    _key, token = issue(customer, user)
    with tenancy.transaction(customer):
        Membership.objects.get(user=user).delete()

    assert keys.find(token) is None
    assert other


def test_a_disabled_persons_keys_are_revoked_for_good(customer):
    user = a_member(customer)
    _key, token = issue(customer, user)
    people.disable(user, at=NOON)
    User.objects.filter(pk=user.pk).update(is_active=True)

    assert keys.find(token) is None


def test_a_key_lives_ninety_days_unless_told_and_a_year_at_most(customer):
    user = a_member(customer)
    key, _token = issue(customer, user)
    assert key.expires_at - key.made_at == timedelta(days=90)
    assert issue(customer, user, lives=timedelta(days=365))
    with pytest.raises(keys.TooLong):
        issue(customer, user, lives=timedelta(days=366))


def test_a_key_ends_by_the_databases_clock(customer):
    _key, token = issue(customer, a_member(customer))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_apikey SET expires_at = clock_timestamp()")

    assert keys.find(token) is None


def test_a_customers_person_has_no_key_for_all_customers_and_staff_may(customer):
    with pytest.raises(keys.KeyNeedsCustomer):
        issue(None, a_member(customer))

    _key, token = issue(None, staff())
    assert keys.find(token).customer is None


def test_its_last_use_is_noted_once_a_minute(customer):
    key, token = issue(customer, a_member(customer))
    keys.find(token)
    first = ApiKey.objects.get(pk=key.pk).last_used_at
    keys.find(token)
    assert ApiKey.objects.get(pk=key.pk).last_used_at == first
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_apikey SET last_used_at = last_used_at - interval '61 s'")

    keys.find(token)
    assert ApiKey.objects.get(pk=key.pk).last_used_at >= first
