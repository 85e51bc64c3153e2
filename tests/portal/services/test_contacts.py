import pytest

from portal import tenancy
from portal.models import AuditEvent, Contact
from portal.services import contacts
from tests import factories
from tests.conftest import NOON


@pytest.fixture
def customer(db):
    return factories.a_customer("Meridian Freight", slug="meridian")


def make(**values):
    return contacts.make(
        **{"name": "Elif Kaya", "phone": "+90 212 555 01 00", "by": None, "at": NOON} | values
    )


def test_a_contact_with_a_members_address_is_that_person_and_nobody_elses(customer):
    member = factories.a_member(customer, "APPROVER", "Elif Kaya", email="elif@example.com")
    other = factories.a_customer("Borealis", slug="borealis")
    with tenancy.transaction(customer):
        known, stranger = make(email="Elif@Example.com"), make(email="x@example.com")
    with tenancy.transaction(other):
        elsewhere = make(email="elif@example.com")

    assert (known.user, stranger.user, elsewhere.user) == (member, None, None)
    assert known.email == "elif@example.com"


def test_a_changed_address_has_not_bounced_and_may_be_nobody(customer):
    factories.a_member(customer, "APPROVER", "Elif Kaya", email="elif@example.com")
    with tenancy.transaction(customer):
        contact = make(email="elif@example.com")
        Contact.objects.filter(pk=contact.pk).update(bounced_at=NOON)
        contact.refresh_from_db()

        contacts.change(contact, email="deniz@example.com", by=None, at=NOON)
        contacts.change(contact, email="deniz@example.com", by=None, at=NOON)

    with tenancy.transaction(customer):
        kept = Contact.objects.get()
        told = AuditEvent.objects.filter(name__startswith="contact.").order_by("number")
        assert [event.name for event in told] == ["contact.made", "contact.changed"]
    assert (kept.user, kept.bounced_at, kept.email) == (None, None, "deniz@example.com")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " \x00 "),
        ("email", "nobody"),
        ("phone", "1" * 41),
        ("language", "xx"),
        ("zone", "Europe/Nowhere"),
        ("rank", 0),
    ],
)
def test_what_cannot_be_a_contact_is_said_at_its_field(customer, field, value):
    with tenancy.transaction(customer), pytest.raises(contacts.BadContact) as refusal:
        make(**{field: value})
    assert list(refusal.value.fields) == [field]
