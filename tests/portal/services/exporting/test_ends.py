"""What becomes of an export when its customer goes, its worker dies, or its key is another one."""

import io
import json
import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection

from portal import tenancy
from portal.models import Customer, DataExport, EvidenceFile
from portal.services import cleaning, customer_export, customers, evidence, keyring, leased
from portal.services.exporting import making
from tests import factories, filled
from tests.conftest import NOON
from tests.portal.services.erasing.conftest import park
from tests.portal.services.exporting.exported import again, ask, fetched, made, stored

__all__ = ["park"]
DAY = timedelta(days=1)


def test_nothing_is_made_of_a_customer_that_is_being_erased(customer, boss):
    row = ask(customer, boss)
    with tenancy.transaction(customer):
        Customer.objects.filter(pk=customer.pk).update(closed_at=NOON)

    assert making.turn(NOON) == 0
    assert (again(row).state, stored(customer)) == ("MAKING", [])


def test_what_was_packed_when_an_erasure_began_does_not_stay(customer, boss, monkeypatch):
    ask(customer, boss)
    ending = leased.ending

    def closed_meanwhile(row):
        with tenancy.transaction(customer):
            Customer.objects.filter(pk=customer.pk).update(closed_at=NOON)
        return ending(row)

    monkeypatch.setattr(leased, "ending", closed_meanwhile)

    assert making.turn(NOON) == 0
    assert stored(customer) == []


class Killed(BaseException):
    """The worker is gone: nothing of it runs on."""


@pytest.mark.parametrize("where", ["_allowed", "pack", "write", "ending", "clear"])
def test_killed_anywhere_it_is_made_by_the_next_worker(customer, boss, monkeypatch, where):
    row = ask(customer, boss)
    at = {"_allowed": making, "pack": customer_export, "write": evidence,
          "ending": leased, "clear": leased}[where]  # fmt: skip
    own = getattr(at, where)

    def dies(*args, **values):
        found = own(*args, **values)
        if where == "pack":
            next(found)
        raise Killed(found)

    monkeypatch.setattr(at, where, dies)
    with pytest.raises(Killed):
        making.turn(NOON)
    monkeypatch.setattr(at, where, own)
    assert making.turn(NOON) == 0, "its lease runs"
    with tenancy.transaction(customer):
        begun = DataExport.objects.filter(state="MAKING")
        begun.update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))

    making.turn(NOON)

    found = again(row)
    assert found.state == "MADE"
    assert sha256(fetched(found, boss)).hexdigest() == found.sha256
    monkeypatch.setattr(cleaning, "_folders", lambda: iter([str(customer.pk)]))
    cleaning.sweep_files(older_than=timedelta(0))
    assert [file.endswith(found.stored_as) for file in stored(customer)] == [True]


def test_it_is_given_up_after_three_tries(customer, boss, monkeypatch):
    row = ask(customer, boss)
    monkeypatch.setattr(customer_export, "pack", lambda *args, **values: 1 / 0)
    for _ in range(4):
        assert making.turn(NOON) == 0

    assert (again(row).state, again(row).tries) == ("FAILED", 3)


def test_a_new_key_seals_it_anew(customer, boss, settings, tmp_path):
    settings.KEY_RING = Path(shutil.copy(settings.KEY_RING, tmp_path / "keys.json"))
    row = made(customer, boss)
    old = row.key_id

    new = keyring.add_key()
    keyring.reseal()

    assert (again(row).key_id, keyring.in_use()[old]) == (new, 0)
    assert sha256(fetched(again(row), boss)).hexdigest() == row.sha256


def test_of_two_full_customers_it_holds_one(park):
    for each in (park.leaving, park.staying):
        with tenancy.transaction(each):
            DataExport.objects.all().delete()  # that was filled in
    theirs = [line for lines in filled.everything(but=park.leaving).values() for line in lines]
    ids = set()
    with tenancy.transaction(park.staying):
        for model in customer_export.tables():
            ids |= {str(pk) for pk in tenancy.every_row(model).values_list("pk", flat=True)}
    assert theirs
    assert len(ids) > 40

    row = made(park.leaving, park.boss)
    archive = zipfile.ZipFile(io.BytesIO(fetched(row, park.boss)))

    told = json.loads(archive.read("manifest.json"))
    whole = b"".join(archive.read(name) for name in archive.namelist()).decode(errors="replace")
    assert told["tables"]["tables/appliances.site.jsonl"]["rows"] >= 1
    assert [name for name in sorted(ids) if name in whole] == []
    assert park.staying.name not in whole
    assert str(park.staying.pk) not in whole
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("changeover_app",)


def test_no_file_of_somebody_else_is_named_by_it(customer, boss):
    other = factories.a_customer("Bosporus")
    with tenancy.transaction(other):
        evidence.keep(
            [b"NSB of somebody else"], kind=EvidenceFile.Kind.BACKUP, name="other.nsb",
            subject=customers.current(), by=None, at=NOON,
        )  # fmt: skip

    content = fetched(made(customer, boss), boss)

    archive = zipfile.ZipFile(io.BytesIO(content))
    assert [name for name in archive.namelist() if name.startswith("files/")] == []
