import pytest

from portal import tenancy
from portal.models import AuditEvent, Membership, User
from portal.services import keys, people
from tests.factories import NOON, a_customer, a_member, a_person, staff

VIEWER, ADMINISTRATOR = Membership.Role.VIEWER, Membership.Role.ADMINISTRATOR


@pytest.fixture
def customer(db):
    return a_customer("Marmara")


def names():
    return [event.name for event in AuditEvent.objects.order_by("number")]


def test_addresses_are_kept_in_lower_case(db):
    assert people.create_user(" Elif@Example.COM", name="Elif").email == "elif@example.com"


def test_a_membership_and_its_changes_are_in_the_audit_trail(customer):
    admin, elif_ = a_member(customer), a_person("Elif")
    with tenancy.transaction(customer):
        member = people.add_member(elif_, role=VIEWER, by=admin, at=NOON)
        people.change_role(member, role=ADMINISTRATOR, by=admin, at=NOON)
        people.remove_member(member, by=admin, at=NOON)

    with tenancy.transaction(customer):
        assert names() == ["customer.opened", "member.added", "member.changed", "member.removed"]
        assert not Membership.objects.filter(user=elif_).exists()
        changed = AuditEvent.objects.get(name="member.changed")
        assert (changed.data["was"]["role"], changed.data["role"]) == (VIEWER, ADMINISTRATOR)


def test_nobody_becomes_a_member_twice_and_staff_never(customer):
    person = a_member(customer, VIEWER)

    with pytest.raises(people.AlreadyMember), tenancy.transaction(customer):
        people.add_member(person, role=VIEWER, by=None, at=NOON)
    with pytest.raises(people.StaffAreNoMembers), tenancy.transaction(customer):
        people.add_member(staff(), role=VIEWER, by=None, at=NOON)


def test_the_last_administrator_stays_unless_staff_take_them_away(customer):
    only = a_member(customer)
    with tenancy.transaction(customer):
        member = Membership.objects.get(user=only)

    with pytest.raises(people.LastAdministrator), tenancy.transaction(customer):
        people.remove_member(member, by=only, at=NOON)
    with pytest.raises(people.LastAdministrator), tenancy.transaction(customer):
        people.change_role(member, role=VIEWER, by=only, at=NOON)
    with tenancy.transaction(customer):
        people.remove_member(member, by=staff(), at=NOON)


def test_one_of_two_administrators_may_go(customer):
    first, second = a_member(customer), a_member(customer)
    with tenancy.transaction(customer):
        people.remove_member(Membership.objects.get(user=first), by=second, at=NOON)

    with tenancy.transaction(customer):
        assert Membership.objects.count() == 1


def test_keys_end_with_the_membership(customer):
    first, second = a_member(customer), a_member(customer)
    _key, token = keys.issue("robot", user=first, customer=customer, by=first, at=NOON)
    with tenancy.transaction(customer):
        people.remove_member(Membership.objects.get(user=first), by=second, at=NOON)

    assert keys.find(token, address="") is None


def test_a_person_chooses_how_to_read(db):
    person = a_person()

    people.choose(person, language="tr", zone="Europe/Istanbul")
    people.choose(person, theme="dark")

    kept = User.objects.get(pk=person.pk)
    assert (kept.language, kept.zone, kept.theme) == ("tr", "Europe/Istanbul", "dark")
