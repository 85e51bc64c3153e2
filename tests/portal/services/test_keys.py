from datetime import timedelta

import pytest
from django.db import connection

from portal import tenancy
from portal.models import ApiKey, AuditEvent, Membership, User
from portal.services import key_families, key_tokens, keys, people
from tests.factories import NOON, a_customer, a_member, staff

HERE = "192.0.2.7"


@pytest.fixture
def customer(db):
    return a_customer("Marmara")


def issue(customer, user, **more):
    return keys.issue("robot", user=user, customer=customer, by=user, at=NOON, **more)


def test_a_token_has_a_form_that_scanners_know(customer):
    _key, token = issue(customer, a_member(customer))

    assert token.startswith("chg_live_")
    assert len(token) == len("chg_live_") + 43 + 6
    assert key_tokens.well_formed(token)


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
    assert not key_tokens.well_formed(spoilt(key_tokens.make("live")))


def test_only_a_digest_is_kept(customer):
    key, token = issue(customer, a_member(customer))

    assert token.startswith(key.prefix)
    assert len(key.prefix) == 17
    assert token.encode() not in bytes(key.digest)


def test_a_living_key_is_found_with_its_person(customer):
    user = a_member(customer)
    key, token = issue(customer, user)

    found = keys.find(token, address=HERE)

    assert (found, found.user) == (key, user)
    assert keys.find(key_tokens.make("live"), address=HERE) is None


def test_a_key_dies_when_revoked_and_both_are_in_the_audit_trail(customer):
    key, token = issue(customer, a_member(customer))

    keys.revoke(key, by=None, at=NOON)

    assert keys.find(token, address=HERE) is None
    with tenancy.transaction(customer):
        names = AuditEvent.objects.order_by("number").values_list("name", flat=True)
        assert list(names) == ["customer.opened", "key.issued", "key.revoked"]


def test_a_key_dies_with_its_person(customer):
    user = a_member(customer)
    _key, token = issue(customer, user)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert keys.find(token, address=HERE) is None


def test_a_key_dies_with_the_membership(customer):
    user, other = a_member(customer), a_member(customer)
    _key, token = issue(customer, user)
    with tenancy.transaction(customer):
        Membership.objects.get(user=user).delete()

    assert keys.find(token, address=HERE) is None
    assert other


def test_a_disabled_persons_keys_are_revoked_for_good(customer):
    user = a_member(customer)
    _key, token = issue(customer, user)
    people.disable(user, at=NOON)
    User.objects.filter(pk=user.pk).update(is_active=True)

    assert keys.find(token, address=HERE) is None


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

    assert keys.find(token, address=HERE) is None


def test_a_customers_person_has_no_key_for_all_customers_and_staff_may(customer):
    with pytest.raises(keys.KeyNeedsCustomer):
        issue(None, a_member(customer))

    _key, token = issue(None, staff())
    assert keys.find(token, address=HERE).customer is None


def test_its_last_use_is_noted_once_a_minute(customer):
    key, token = issue(customer, a_member(customer))
    keys.find(token, address=HERE)
    first = ApiKey.objects.get(pk=key.pk).last_used_at
    keys.find(token, address=HERE)
    assert ApiKey.objects.get(pk=key.pk).last_used_at == first
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_apikey SET last_used_at = last_used_at - interval '61 s'")

    keys.find(token, address=HERE)
    assert ApiKey.objects.get(pk=key.pk).last_used_at >= first


@pytest.mark.parametrize(
    ("networks", "address", "opens"),
    [
        ([], "203.0.113.9", True),
        (["192.0.2.0/24"], "192.0.2.255", True),
        (["192.0.2.0/24"], "192.0.3.0", False),
        (["192.0.2.0/24"], "::ffff:192.0.2.1", True),
        (["198.51.100.7", "2001:db8::/32"], "2001:db8:1::1", True),
        (["198.51.100.7"], "198.51.100.8", False),
        (["192.0.2.0/24"], "", False),
        (["192.0.2.0/24"], "192.0.2.1, 10.0.0.1", False),
    ],
)
def test_a_key_opens_from_its_own_networks_alone(customer, networks, address, opens):
    key, token = issue(customer, a_member(customer), networks=networks)

    if opens:
        assert keys.find(token, address=address) == key
    else:
        with pytest.raises(keys.FromElsewhere):
            keys.find(token, address=address)
        assert ApiKey.objects.get(pk=key.pk).last_used_at is None


@pytest.mark.parametrize("wrong", ["192.0.2.1/24", "here", "0/0/0", "1.2.3.4-9"])
def test_what_is_no_network_is_refused(customer, wrong):
    with pytest.raises(keys.BadNetwork):
        issue(customer, a_member(customer), networks=[wrong])


def test_a_renewed_key_may_the_same_while_both_live_for_a_while(customer):
    user = a_member(customer)
    old, token = issue(customer, user, scope="ACT", networks=["192.0.2.0/24"])

    new, fresh = keys.rotate(ApiKey.objects.get(pk=old.pk), by=user, at=NOON, hours=2)

    assert keys.find(token, address=HERE) == old
    assert keys.find(fresh, address=HERE) == new
    assert (new.scope, new.networks, new.customer) == ("ACT", ["192.0.2.0/24"], customer)
    left = ApiKey.objects.get(pk=old.pk).expires_at - new.made_at
    assert timedelta(minutes=119) < left <= timedelta(hours=2)
    keys.rotate(ApiKey.objects.get(pk=new.pk), by=user, at=NOON, hours=0)
    assert keys.find(fresh, address=HERE) is None
    with pytest.raises(keys.KeyIsDead):
        keys.rotate(ApiKey.objects.get(pk=new.pk), by=user, at=NOON)


def test_whoever_ends_a_key_ends_what_it_made(customer):
    user = a_member(customer)
    first, _token = issue(customer, user, scope="ADMINISTER")
    second, of_second = issue(customer, user, maker=first)
    _third, of_third = issue(customer, user, maker=second)
    renewed, of_renewed = keys.rotate(
        ApiKey.objects.get(pk=first.pk), by=user, at=NOON, maker=first
    )
    _other, of_other = issue(customer, user)

    assert [len(found) for found in key_families.of_each([first, second]).values()] == [3, 1]
    keys.revoke(first, by=user, at=NOON)

    assert [keys.find(token, address=HERE) for token in (of_second, of_third, of_renewed)] == [
        None, None, None,
    ]  # fmt: skip
    assert keys.find(of_other, address=HERE) is not None
    with tenancy.transaction(customer):
        ended = AuditEvent.objects.filter(name="key.revoked").values_list("subject_id", flat=True)
        assert len(ended) == 4
        assert renewed.pk in ended
