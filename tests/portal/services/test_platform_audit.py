"""The platform's own chain: what is told in it, and that nobody changes it."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction

from appliances.models import Package
from appliances.services import catalogue
from portal import audit
from portal.models import PlatformEvent
from portal.services import audit_trail, keyring, keys, people, staff
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.usefixtures("db", "noon")


def told(*leave_out):
    found = PlatformEvent.objects.order_by("number").values_list("name", flat=True)
    return [name for name in found if name not in leave_out]


def by_the_owner(statement):
    """What only somebody with the owner's rights could do: around the trigger that forbids it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE portal_platformevent DISABLE TRIGGER unchangeable")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE portal_platformevent ENABLE TRIGGER unchangeable")


def three():
    for number in range(3):
        audit.record_platform("package.withdrawn", data={"number": number})


def test_it_is_appended_to_linked_and_holds():
    assert audit_trail.verify_platform() == audit_trail.Verdict(0, None, True)
    three()

    assert audit_trail.verify_platform() == audit_trail.Verdict(3, None, True)
    assert [row.number for row in PlatformEvent.objects.order_by("at", "number")] == [1, 2, 3]


@pytest.mark.parametrize("alias", ["default", "staff", "owner"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE portal_platformevent SET name = 'x.y'", "DELETE FROM portal_platformevent"],
)
def test_nobody_changes_it_nor_takes_from_it(alias, statement):
    three()

    with pytest.raises(DatabaseError), connections[alias].cursor() as cursor:
        cursor.execute(statement)

    assert audit_trail.verify_platform() == audit_trail.Verdict(3, None, True)


def test_the_role_that_serves_customers_cannot_read_it():
    three()

    with pytest.raises(DatabaseError), connections["default"].cursor() as cursor:
        cursor.execute("SELECT name FROM portal_platformevent")


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        ("UPDATE portal_platformevent SET actor_name = 'Nobody' WHERE number = 2", (3, 2, True)),
        ("DELETE FROM portal_platformevent WHERE number = 2", (2, 3, True)),
        ("DELETE FROM portal_platformevent WHERE number = 3", (2, None, False)),
        ("DELETE FROM portal_platformevent", (0, None, False)),
    ],
)
def test_what_was_changed_around_the_triggers_is_found_and_verify_audit_fails(statement, verdict):
    three()
    by_the_owner(statement)

    assert audit_trail.verify_platform() == audit_trail.Verdict(*verdict)
    with pytest.raises(CommandError):
        call_command("verify_audit")


def test_what_is_undone_is_not_told():
    with transaction.atomic():
        audit.record_platform("package.withdrawn")
        transaction.set_rollback(True)

    assert told() == []


def test_staff_made_moved_disabled_and_let_in_again():
    first = factories.staff("ADMINISTRATOR")
    made = staff.make("noor@example.com", name="Noor", role="AGENT", by=first, at=NOON)
    staff.change_role(made, role="ADMINISTRATOR", by=first, at=NOON)
    staff.disable(made, by=first, at=NOON)
    staff.enable(made, by=first, at=NOON)

    assert told() == ["staff.made", "staff.role_changed", "person.disabled", "person.enabled"]
    changed = PlatformEvent.objects.get(name="staff.role_changed")
    assert changed.data == {"was": "AGENT", "role": "ADMINISTRATOR", "email": "noor@example.com"}
    assert (changed.actor_id, changed.subject_id) == (first.pk, str(made.pk))


def test_packages_loaded_withdrawn_and_put_back():
    by = factories.staff("ROLLOUT_MANAGER")
    rows = catalogue.read(catalogue.VENDOR)
    catalogue.load(rows)
    catalogue.load(rows)  # nothing is new: nothing is told
    package = Package.objects.first()
    catalogue.withdraw(package, by=by, at=NOON)
    catalogue.restore(package, by=by)

    assert told() == ["catalogue.loaded", "package.withdrawn", "package.restored"]
    assert len(PlatformEvent.objects.get(name="catalogue.loaded").data["added"]) > 10


def test_customers_opened_and_keys_that_open_all_of_them():
    by = factories.staff()
    customer = factories.a_customer("Atlas")
    key, _token = keys.issue("robot", user=by, by=by, at=NOON)
    keys.revoke(key, by=by, at=NOON)

    assert told() == ["customer.opened", "key.issued", "key.revoked"]
    assert PlatformEvent.objects.get(name="customer.opened").about_customer == customer.pk


def test_the_keys_that_seal_secrets(tmp_path, settings):
    ring = tmp_path / "keys.json"
    ring.write_bytes(settings.KEY_RING.read_bytes())
    settings.KEY_RING = ring
    name = keyring.add_key()
    keyring.reseal()

    assert told() == ["keyring.key_added", "keyring.resealed"]
    assert PlatformEvent.objects.get(name="keyring.key_added").data == {"key": name}


def test_support_at_a_customer_is_told_to_the_customer_and_here(client):
    agent = factories.staff(name="Ines Duarte")
    customer = factories.a_customer("Atlas")
    administrator = factories.a_member(customer, "ADMINISTRATOR")
    client.force_login(agent)
    client.get(f"/c/{customer.slug}/audit/")

    event = PlatformEvent.objects.get(name="staff.opened")
    assert (event.actor_id, event.about_customer) == (agent.pk, customer.pk)
    client.force_login(administrator)
    page = client.get(f"/c/{customer.slug}/audit/").content.decode()
    assert "Support opened this customer’s pages" in page
    assert "Ines Duarte" in page


def test_a_customers_disabled_person_is_told_too():
    people.disable(factories.a_person(email="gone@example.com"), at=NOON)

    assert told() == ["person.disabled"]
