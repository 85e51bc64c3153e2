"""Everything of a customer: few a day, made by a worker, kept for some days, of nobody else."""

import io
import json
import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import connection
from django.http import Http404

from portal import clock, tenancy
from portal.models import AuditEvent, Customer, DataExport, EvidenceFile, Membership, User
from portal.services import cleaning, customer_export, customers, evidence, keyring
from portal.services.exporting import asking, making
from tests import factories, filled
from tests.conftest import NOON
from tests.portal.services.erasing.conftest import park

__all__ = ["park"]
DAY = timedelta(days=1)


@pytest.fixture
def customer(db, noon):
    return factories.a_customer("Marmara")


@pytest.fixture
def boss(customer):
    return factories.a_member(customer, zone="Europe/Istanbul")


def ask(customer, person, at=NOON):
    with clock.at(at), tenancy.transaction(customer):
        return asking.ask(by=person, at=at)


def again(row):
    with tenancy.transaction(row.customer_id):
        return DataExport.objects.get(pk=row.pk)


def made(customer, person, at=NOON):
    row = ask(customer, person, at)
    with clock.at(at):
        assert making.turn(at) == 1
    return again(row)


def fetched(row, person, at=NOON):
    with tenancy.transaction(row.customer_id):
        pieces = asking.fetch(row, by=person, at=at)
    return b"".join(pieces)


def stored(customer):
    """What lies in the customer's own folder."""
    folder = Path(default_storage.path(str(customer.pk)))
    return sorted(str(file) for file in folder.rglob("*") if file.is_file())


def standing(customer):
    with tenancy.transaction(customer):
        rows = list(DataExport.objects.order_by("pk").values())
        return rows, AuditEvent.objects.count()


def test_it_is_asked_for_made_and_fetched(customer, boss):
    row = made(customer, boss)

    content = fetched(row, boss)

    assert (row.state, row.tries, row.expires_at) == ("MADE", 1, NOON + 3 * DAY)
    assert (len(content), sha256(content).hexdigest()) == (row.size, row.sha256)
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    with tenancy.transaction(customer):
        names = AuditEvent.objects.values_list("name", "actor_name")
        assert {("customer.export_asked", str(boss)), ("customer.exported", str(boss))} <= {*names}
    sealed = Path(default_storage.path(row.stored_as)).read_bytes()
    assert content[:200] not in sealed, "it is sealed"


def test_one_at_a_time(customer, boss):
    ask(customer, boss)
    before = standing(customer)

    with pytest.raises(asking.ExportUnderWay):
        ask(customer, boss)
    assert standing(customer) == before


def test_so_many_a_day_and_the_refusal_says_when_again(customer, boss):
    for hour in range(3):
        made(customer, boss, NOON + timedelta(hours=hour))
    before = standing(customer)

    with pytest.raises(asking.TooManyExports) as refused:
        ask(customer, boss, NOON + timedelta(hours=23))

    assert standing(customer) == before
    assert "from Tue 24 Nov 2026, 15:00 UTC+03:00 on" in str(refused.value.remedy)
    ask(customer, boss, NOON + DAY)


def test_the_limit_is_of_a_customer(customer, boss):
    for hour in range(3):
        made(customer, boss, NOON + timedelta(hours=hour))
    other = factories.a_customer("Bosporus")

    assert ask(other, factories.a_member(other), NOON + timedelta(hours=3)).state == "WAITING"


def test_who_sees_some_sites_asks_for_nothing(customer, boss):
    confined = factories.a_member(customer, site_ids=[customer.pk])
    before = standing(customer)

    with pytest.raises(PermissionDenied):
        ask(customer, confined)
    assert standing(customer) == before


def test_its_file_goes_when_its_day_is_over_and_the_row_stays(customer, boss):
    row = made(customer, boss)
    over = NOON + 3 * DAY
    assert making.turn(over - timedelta(seconds=1)) == 0
    assert again(row).state == "MADE"
    with pytest.raises(asking.ExportNotThere):  # also where no worker has come by
        fetched(row, boss, over)

    making.turn(over)

    assert (again(row).state, again(row).stored_as, stored(customer)) == ("EXPIRED", "", [])
    with pytest.raises(asking.ExportNotThere):
        fetched(again(row), boss, over)


def test_what_is_not_made_is_not_fetched(customer, boss):
    row = ask(customer, boss)
    before = standing(customer)

    with pytest.raises(asking.ExportNotThere):
        fetched(row, boss)
    assert standing(customer) == before


def test_whoever_lost_the_right_before_it_was_made_gets_none(customer, boss):
    row = ask(customer, boss)
    with tenancy.transaction(customer):
        Membership.objects.filter(user=boss).update(role="VIEWER")

    assert making.turn(NOON) == 0

    assert (again(row).state, stored(customer)) == ("FAILED", [])


@pytest.mark.parametrize("how", ["disabled", "removed", "confined"])
def test_whoever_loses_the_right_while_reading_gets_no_whole_file(customer, boss, monkeypatch, how):
    row = made(customer, boss)
    monkeypatch.setattr(asking, "PIECES", 1)
    monkeypatch.setattr(evidence.secrets, "CHUNK", 64)
    monkeypatch.setattr(asking.evidence, "open_file", lambda _row: iter([b"a", b"b"]))
    with tenancy.transaction(customer):
        pieces = asking.fetch(row, by=boss, at=NOON)
    assert next(pieces) == b"a"
    with tenancy.transaction(customer):
        member = Membership.objects.filter(user=boss)
        if how == "disabled":
            User.objects.filter(pk=boss.pk).update(is_active=False)
        elif how == "removed":
            member.delete()
        else:
            member.update(site_ids=[customer.pk])

    with pytest.raises((Http404, PermissionDenied)):
        next(pieces)


def test_nothing_is_made_of_a_customer_that_is_being_erased(customer, boss):
    row = ask(customer, boss)
    with tenancy.transaction(customer):
        Customer.objects.filter(pk=customer.pk).update(closed_at=NOON)

    assert making.turn(NOON) == 0
    assert (again(row).state, stored(customer)) == ("MAKING", [])


def test_what_was_packed_when_an_erasure_began_does_not_stay(customer, boss, monkeypatch):
    ask(customer, boss)
    kept = making._keep

    def closed_meanwhile(row, *args, **values):
        with tenancy.transaction(customer):
            Customer.objects.filter(pk=customer.pk).update(closed_at=NOON)
        return kept(row, *args, **values)

    monkeypatch.setattr(making, "_keep", closed_meanwhile)

    assert making.turn(NOON) == 0
    assert stored(customer) == []


class Killed(BaseException):
    """The worker is gone: nothing of it runs on."""


@pytest.mark.parametrize("where", ["_claimed", "pack", "write", "_keep", "_file"])
def test_killed_anywhere_it_is_made_by_the_next_worker(customer, boss, monkeypatch, where):
    row = ask(customer, boss)
    at = {"_claimed": making, "pack": customer_export, "write": evidence,
          "_keep": making, "_file": making}[where]  # fmt: skip
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
