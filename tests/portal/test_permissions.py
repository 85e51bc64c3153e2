"""Who may do what at whose customer: the policy itself, asked without a page."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal import permissions, tenancy
from tests import factories

HERE, ELSEWHERE = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.fixture
def customer(db):
    return factories.a_customer("Marmara")


def outcome(user, action, **more):
    """What `demand` does, and that `may` answers the same."""
    try:
        permissions.demand(user, action, **more)
    except (Http404, PermissionDenied) as refused:
        assert permissions.may(user, action, **more) is False
        return type(refused)
    assert permissions.may(user, action, **more) is True
    return "may"


@pytest.mark.parametrize(
    ("role", "action", "expected"),
    [
        ("VIEWER", "site.view", "may"),
        ("VIEWER", "site.check", PermissionDenied),
        ("OPERATOR", "site.check", "may"),
        ("OPERATOR", "job.approve", PermissionDenied),
        ("APPROVER", "job.approve", "may"),
        ("ADMINISTRATOR", "backup.download", "may"),
        ("ADMINISTRATOR", "erasure.confirm", PermissionDenied),
    ],
)
def test_a_member_may_what_its_role_may(customer, role, action, expected):
    person = factories.a_member(customer, role)

    with tenancy.transaction(customer):
        assert outcome(person, action) == expected


@pytest.mark.parametrize(
    ("role", "action", "expected"),
    [
        ("AGENT", "site.view", "may"),
        ("AGENT", "backup.download", PermissionDenied),
        ("ROLLOUT_MANAGER", "rollout.manage", "may"),
        ("ROLLOUT_MANAGER", "staff.manage", PermissionDenied),
        ("ADMINISTRATOR", "staff.manage", "may"),
        ("ADMINISTRATOR", "provider.manage", PermissionDenied),
    ],
)
def test_staff_may_what_its_own_role_may_at_every_site(customer, role, action, expected):
    person = factories.staff(role)

    with tenancy.transaction(customer):
        assert outcome(person, action) == expected
        assert outcome(person, action, site_id=HERE) == expected
        assert permissions.visible_sites(person) is None


def test_a_stranger_is_told_of_nothing(customer):
    stranger = factories.a_member(factories.a_customer("Borealis"))

    with tenancy.transaction(customer):
        assert outcome(stranger, "site.view") is Http404
        assert outcome(stranger, "site.view", site_id=HERE) is Http404
        assert permissions.membership_of(stranger) is None


def test_who_is_limited_to_some_sites_is_a_stranger_at_the_others(customer):
    confined = factories.a_member(customer, "ADMINISTRATOR", site_ids=[HERE])

    with tenancy.transaction(customer):
        assert outcome(confined, "job.approve", site_id=HERE) == "may"
        assert outcome(confined, "job.approve", site_id=ELSEWHERE) is Http404
        assert permissions.visible_sites(confined) == [HERE]


def test_who_is_limited_to_no_site_sees_none(customer):
    confined = factories.a_member(customer, "ADMINISTRATOR", site_ids=[])

    with tenancy.transaction(customer):
        assert outcome(confined, "site.view", site_id=HERE) is Http404
        assert permissions.visible_sites(confined) == []


def test_the_platforms_pages_are_there_for_staff_alone(customer):
    with pytest.raises(Http404):
        permissions.demand_staff(factories.a_member(customer), "site.view")
    with pytest.raises(PermissionDenied):
        permissions.demand_staff(factories.staff("AGENT"), "staff.manage")
    permissions.demand_staff(factories.staff("ADMINISTRATOR"), "staff.manage")
