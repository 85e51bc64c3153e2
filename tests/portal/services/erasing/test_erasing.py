"""Nothing of the customer is left but its trail and the receipt, nothing of others is touched."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from portal import audit, tenancy
from portal.models import AuditEvent, Customer, EvidenceFile, Membership, User
from portal.services import audit_trail, customer_export, customers, evidence, messages, people
from portal.services.erasing import carrying_out, receipts, tables
from tests import factories, filled
from tests.conftest import NOON
from tests.portal.services.erasing.conftest import DUE

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
OF_PERSONS = {
    "portal_onetimelink", "portal_ownletter", "portal_passkey",
    "portal_passkeychallenge", "portal_recoverycode", "portal_secondstep", "portal_session",
    "portal_user",
}  # fmt: skip
CHANGED = {"portal_platformevent", "portal_platformhead"}  # by what is noted there
NAMES = ("Aylin", "aylin", "Secret", "Marmara", "marmara")


def keep(customer, content, kind):
    with tenancy.transaction(customer):
        return evidence.keep(
            [content], kind=kind, name="a.nsb", subject=customers.current(), by=None, at=NOON
        )


def test_another_customers_rows_are_as_they_were(park):
    park.asked_and_confirmed()
    before = filled.everything(but=park.leaving)

    park.erased()

    after = filled.everything(but=park.leaving)
    changed = {table for table in before if before[table] != after[table]}
    assert changed == OF_PERSONS | CHANGED
    for table in OF_PERSONS:  # one row less each, of the one who is gone; nothing was changed
        assert set(after[table]) < set(before[table])
        assert len(after[table]) == len(before[table]) - 1
    assert audit_trail.verify(park.staying).holds


def test_nothing_is_left_but_shell_trail_and_receipt(park):
    park.asked_and_confirmed()
    erasure = park.erased()

    assert erasure.state == "ERASED"
    left = filled.everything()
    mine = str(park.leaving.pk)
    holding = {table for table, found in left.items() if any(mine in row for row in found)}
    assert holding == {
        "portal_auditevent", "portal_chainhead", "portal_customer", "portal_erasure",
        "portal_platformevent",
    }  # fmt: skip
    with tenancy.transaction(park.leaving):
        assert not carrying_out.any_row()


def test_no_name_is_left_anywhere(park):
    with tenancy.transaction(park.leaving):
        data = {"person": str(park.boss.pk), "to": park.boss.email, "Aylin Secret": ["Aylin", 3]}
        audit.record("member.invited", customers.current(), by=park.boss, data=data, at=NOON)
        audit.record("member.changed", park.boss, by=park.staff, data={"name": "Aylin"}, at=NOON)
    audit.record_platform("passkey.added", park.boss, by=park.boss, data={"name": "Aylin’s"})
    audit.record_platform(
        "staff.opened", park.leaving, by=park.staff, about_customer=park.leaving,
        data={"customer": park.leaving.name},
    )  # fmt: skip
    park.asked_and_confirmed()

    park.erased()

    left = filled.everything(but=park.staying)  # that is full of the same invented words
    found = [(table, row) for table in left for row in left[table] for n in NAMES if n in row]
    assert found == []
    assert str(park.boss.pk) not in str(left)
    assert park.member_of_both.name not in str(left["portal_auditevent"])


def test_what_can_name_nobody_stays_in_the_trail(park):
    with tenancy.transaction(park.leaving):
        data = {
            "state": "RUNNING", "version": "14.1.1", "at": NOON, "number": 4, "good": True,
            "site": str(park.leaving.pk), "note": "call Aylin", "phone": "905321234567",
        }  # fmt: skip
        audit.record("job.noted", customers.current(), by=park.boss, data=data, at=NOON)
        audit.record("job.noted", customers.current(), by=park.staff, at=NOON)
        audit.record("job.noted", customers.current(), by=park.member_of_both, at=NOON)
    park.asked_and_confirmed()
    park.erased()

    with tenancy.transaction(park.leaving):
        first, by_staff, by_both = AuditEvent.objects.filter(name="job.noted").order_by("number")
    assert first.data == {
        "state": "RUNNING", "version": "14.1.1", "at": "2026-11-23T12:00:00Z", "number": 4,
        "good": True, "site": str(park.leaving.pk), "note": "…", "phone": "…",
    }  # fmt: skip
    assert (first.actor_name, first.actor_id != park.boss.pk) == ("person 1", True)
    assert (by_staff.actor_name, by_staff.actor_id) == ("support 1", park.staff.pk)
    assert (by_both.actor_name, by_both.actor_id != park.member_of_both.pk) == ("person 2", True)


def test_files_are_gone_from_the_disk_of_this_customer_alone(park):
    picture = keep(park.leaving, PNG, EvidenceFile.Kind.PICTURE)
    backup = keep(park.leaving, b"NSB", EvidenceFile.Kind.BACKUP)
    orphan = evidence.write(f"{park.leaving.pk}/ab/orphan", iter([b"x"]))
    theirs = keep(park.staying, PNG, EvidenceFile.Kind.PICTURE)
    park.asked_and_confirmed()

    erasure = park.erased()

    gone = [picture.stored_as, backup.stored_as, orphan]
    assert [name for name in gone if default_storage.exists(name)] == []
    assert not (Path(settings.MEDIA_ROOT) / str(park.leaving.pk)).exists()
    assert default_storage.exists(theirs.stored_as)
    assert erasure.files == 3


def test_people_stay_where_something_else_needs_them(park):
    """Members elsewhere as they were; whom another's rows name keeps the name alone."""
    former = factories.a_member(park.leaving, name="Fatma Former")
    helper = factories.a_member(park.leaving, name="Hale Helper")
    with tenancy.transaction(park.staying):
        contact = customers.current()
        messages.write(
            "member_added", to=helper, about=contact, key="k", at=NOON,
            context={"role": "x", "by": "x"},
        )  # fmt: skip
    with tenancy.transaction(park.leaving):
        people.remove_member(Membership.objects.get(user=former), by=park.boss, at=NOON)
    park.asked_and_confirmed()

    erasure = park.erased()

    assert erasure.people == {"gone": 2, "member": 1, "named": 1}
    known = set(User.objects.values_list("pk", flat=True))
    assert known.isdisjoint({park.boss.pk, former.pk})
    assert User.objects.get(pk=park.member_of_both.pk).has_usable_password()
    helper.refresh_from_db()
    assert (helper.name, helper.is_active) == ("Hale Helper", False)
    assert helper.email == f"erased-{helper.pk}@erased.invalid"
    assert not helper.has_usable_password()


def test_the_last_mail_leaves_before_the_addresses_go(park, sink):
    park.asked_and_confirmed()

    assert park.carry_out().stage == "LETTERS"
    assert User.objects.filter(pk=park.boss.pk).exists()
    with tenancy.transaction(park.leaving):
        assert list(messages.Message.objects.values_list("kind", flat=True)) == ["erasure_done"]
    messages.send_due(DUE)
    assert park.carry_out().state == "ERASED"
    assert "All data of Marmara A.Ş. is erased" in [mail["Subject"] for mail in sink.mails]
    assert not User.objects.filter(pk=park.boss.pk).exists()


def test_nobody_comes_in_once_it_has_begun(park, tmp_path):
    park.asked_and_confirmed()
    park.carry_out()

    assert customers.id_of_slug(park.leaving.slug) is None
    assert park.leaving.pk not in customers.every_id()
    assert list(Customer.across.values_list("pk", flat=True)) == [park.staying.pk]
    assert customers.of_person(park.boss) == []
    with pytest.raises(CommandError, match="no customer"):
        call_command("export_customer", park.leaving.slug, tmp_path / "x.zip")


def test_a_row_that_is_written_meanwhile_goes_too(park, monkeypatch):
    park.asked_and_confirmed()
    park.carry_out()
    with tenancy.transaction(park.leaving):
        factories.Contract.objects.create(
            customer=park.leaving, number="L", starts_on=NOON.date(), ends_on=NOON.date()
        )
    assert park.carry_out(DUE + carrying_out.LAST_MAIL).state == "ERASED"
    with tenancy.transaction(park.leaving):
        assert not carrying_out.any_row()


def test_the_receipt_says_what_went_and_who_decided(park):
    asked = park.asked_and_confirmed()
    park.erased()

    receipt = receipts.every().get()
    told = receipts.told(receipt)
    assert (told["receipt"], told["state"]) == (str(asked.pk), "ERASED")
    assert (told["asked_by"], told["confirmed_by"]) == ("person 1", "support 1")
    assert (receipt.reason, receipt.asked_by_id, receipt.confirmed_by_id) == (
        "", None, park.staff.pk,
    )  # fmt: skip
    assert receipt.customer_name == f"erased-{park.leaving.pk.hex[:8]}"
    assert set(told["rows"]) == {
        *(model._meta.label for model in tables.owned()), "portal.ApiKey", "portal.CalendarFeed",
    }  # fmt: skip
    assert len(told["old_head"]) == len(told["head"]) == 64


def test_it_is_done_once(park):
    park.asked_and_confirmed()
    park.erased()
    before = filled.everything()

    assert carrying_out.due(DUE) == []
    assert park.carry_out().state == "ERASED"
    assert filled.everything() == before


def test_an_export_breaks_off(park):
    park.asked_and_confirmed()
    pieces = customer_export.pack(park.leaving.pk, demand=lambda: None, at=NOON)
    next(pieces)
    park.carry_out()
    with pytest.raises(customer_export.Closed):
        list(pieces)
