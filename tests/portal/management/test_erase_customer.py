"""What two people decided is carried out by hand too, and nothing else is."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from portal import clock, tenancy
from portal.models import Message
from portal.services import audit_trail
from portal.services.erasing import carrying_out
from tests import filled
from tests.conftest import NOON
from tests.portal.services.erasing import conftest as erasing
from upgrades.models import UpgradeJob

park = erasing.park


def erase(capsys, *words, at=erasing.DUE, **options):
    with clock.at(at):
        call_command("erase_customer", *words, json=True, **options)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def refused(said, *words, at=erasing.DUE):
    before = filled.everything()
    with clock.at(at), pytest.raises(CommandError, match=said):
        call_command("erase_customer", *words)
    assert filled.everything() == before


def test_what_is_not_decided_is_refused_with_the_reason_and_nothing_goes(park):
    slug = park.leaving.slug

    refused("no customer nobody", "nobody")
    refused("Nobody has asked", slug)
    park.ask()
    refused("second person", slug)
    park.confirm()
    refused("taken back until", slug, at=NOON + timedelta(days=13))


def test_one_customer_goes_and_its_receipt_is_given_again(park, capsys):
    park.asked_and_confirmed()
    before = filled.everything(but=park.leaving)

    [begun] = erase(capsys, park.leaving.slug)
    [ended] = erase(capsys, at=erasing.DUE + timedelta(days=2))
    [given] = erase(capsys, receipts=True, at=erasing.DUE + timedelta(days=3))

    assert (begun["state"], ended["state"]) == ("ERASING", "ERASED")
    assert given == ended
    assert (given["customer"], len(given["head"])) == (str(park.leaving.pk), 64)
    after = filled.everything(but=park.leaving)
    assert after["portal_customer"] == before["portal_customer"]
    assert after["appliances_site"] == before["appliances_site"]


def receipt_of(other):
    """A receipt as a customer's erasure ends with, of the park's customer."""
    return {
        "receipt": "11111111-1111-4111-8111-111111111111", "customer": str(other.pk),
        "name": "erased-12345678", "state": "ERASED", "stage": "", "asked_by": "person 1",
        "confirmed_by": "support 1", "asked_at": NOON.isoformat(), "due_at": NOON.isoformat(),
        "confirmed_at": NOON.isoformat(), "begun_at": NOON.isoformat(),
        "ended_at": NOON.isoformat(), "rows": {}, "files": 0, "people": {}, "events": 9,
        "old_head": "00", "head": "00",
    }  # fmt: skip


def written(tmp_path, *receipts):
    file = tmp_path / "receipts.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in receipts))
    return file


def test_a_restored_customer_is_erased_again_by_its_receipt(park, capsys, tmp_path):
    """Also with an upgrade under way, as the backup had it."""
    with tenancy.transaction(park.leaving):
        UpgradeJob.objects.update(state="RUNNING")
    before = filled.everything(but=park.leaving)
    file = written(tmp_path, receipt_of(park.leaving))

    [ended] = erase(capsys, again=file, at=NOON)

    assert (ended["state"], ended["receipt"]) == ("ERASED", "11111111-1111-4111-8111-111111111111")
    with tenancy.transaction(park.leaving):
        assert not carrying_out.any_row()
        assert not Message.objects.exists(), "they were told when it was erased"
    assert audit_trail.verify(park.leaving).holds
    after = filled.everything(but=park.leaving)
    assert after["appliances_site"] == before["appliances_site"]
    assert erase(capsys, again=file, at=NOON) == [], "it is erased once more once"


def test_an_erasure_that_the_backup_knows_of_goes_on_by_its_receipt(park, capsys, tmp_path):
    park.ask()

    [ended] = erase(capsys, again=written(tmp_path, receipt_of(park.leaving)), at=NOON)

    assert ended["state"] == "ERASED"


def test_whom_the_backup_does_not_have_is_passed_over(park, capsys, tmp_path):
    stranger = receipt_of(park.leaving) | {"customer": str(park.boss.pk)}
    before = filled.everything()

    assert erase(capsys, again=written(tmp_path, stranger)) == []
    assert filled.everything() == before


@pytest.mark.parametrize("change", [
    {"state": "ERASING"}, {"customer": "x"}, {"ended_at": None}, {"name": "x" * 300},
    {"receipt": None}, {"confirmed_at": "yesterday"},
])  # fmt: skip
def test_what_is_no_receipt_erases_nobody(park, capsys, tmp_path, change):
    good = receipt_of(park.leaving)
    file = written(tmp_path, good, good | change)
    before = filled.everything()

    with pytest.raises(CommandError, match="holds no receipts"):
        erase(capsys, again=file)
    assert filled.everything() == before
    with pytest.raises(CommandError, match="cannot be read"):
        erase(capsys, again=tmp_path / "none")
