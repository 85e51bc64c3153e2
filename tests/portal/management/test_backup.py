import json
import shutil
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connections

from portal import audit, secrets, tenancy
from portal.models import AuditEvent, Contract, EvidenceFile, User
from portal.services import dumping, evidence, keyring, restoring
from tests.conftest import empty_tables
from tests.factories import NOON, a_contract, a_customer, a_member

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


@pytest.fixture(autouse=True)
def _own_places(settings, tmp_path):
    options = {**settings.STORAGES["default"]["OPTIONS"], "location": str(tmp_path / "files")}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": options},
    }
    settings.KEY_RING = Path(shutil.copy(settings.KEY_RING, tmp_path / "keys.json"))


@pytest.fixture
def customer(db):
    customer = a_customer("Marmara Lojistik", slug="marmara")
    a_customer("Other")
    a_contract(customer)
    a_member(customer, name="Elif Şahin\t\\N")
    with tenancy.transaction(customer):
        evidence.keep([PNG], kind="PICTURE", name="a.png", subject=customer, by=None, at=NOON)
        evidence.keep([b"NSB"], kind="BACKUP", name="a.nsb", subject=customer, by=None, at=NOON)
        audit.record("customer.looked", customer, by=None, at=NOON, data={"ğ": [1, None, "x\n"]})
    return customer


def contents():
    """Every row of every table of a backup, as text."""
    found = {}
    with connections["owner"].cursor() as cursor:
        for table, _columns in dumping.tables_of(cursor):
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def lose_everything():
    empty_tables()
    shutil.rmtree(default_storage.location)


def test_a_restored_portal_is_what_it_was(customer, tmp_path, capsys):
    before = contents()
    call_command("backup", tmp_path / "backup")
    lose_everything()

    call_command("restore", tmp_path / "backup")

    assert contents() == before
    assert "all in place" in capsys.readouterr().out
    with tenancy.transaction(customer):
        for file, content in zip(EvidenceFile.objects.order_by("kind"), [b"NSB", PNG], strict=True):
            assert b"".join(evidence.open_file(file)) == content


def test_a_restored_portal_goes_on(customer, tmp_path):
    call_command("backup", tmp_path / "backup")
    lose_everything()
    call_command("restore", tmp_path / "backup")

    with tenancy.transaction(customer):
        audit.record("customer.looked", customer, by=None, at=NOON)
    call_command("verify_audit")
    with tenancy.transaction(customer):
        numbers = AuditEvent.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers) == [1, 2, 3]
    assert User.objects.create_user("new@example.com", name="New")


def test_programs_are_told_one_object_a_line(customer, tmp_path, capsys):
    call_command("backup", tmp_path / "backup", json=True)
    [kept] = map(json.loads, capsys.readouterr().out.splitlines())
    lose_everything()

    call_command("restore", tmp_path / "backup", json=True)

    restored, *chains, asked = map(json.loads, capsys.readouterr().out.splitlines())
    assert (kept["files"], kept["with_keys"], kept["missing_files"]) == (2, False, [])
    assert restored == {"rows": kept["rows"], "files": 2, "missing_keys": []}
    assert len(chains) == 3, "two customers and the platform"
    assert all(chain["holds"] for chain in chains)
    assert asked == {"asked_again": 0}


@pytest.mark.parametrize("names", [("test",), ("k7",), ("test", "k2")])
def test_a_key_ring_of_another_installation_is_told(customer, tmp_path, settings, capsys, names):
    """Its keys may have the same names, and open nothing."""
    call_command("backup", tmp_path / "backup")
    lose_everything()
    settings.KEY_RING = tmp_path / "other.json"
    for name in names:
        secrets.add_key(settings.KEY_RING, name)

    call_command("restore", tmp_path / "backup")

    sealed = set(keyring.in_use())
    assert sealed
    told = capsys.readouterr().err
    assert all(f"What is sealed with {key} does not open" in told for key in sealed)


def test_a_backup_is_one_moment(customer, tmp_path, monkeypatch):
    real = dumping._copy_out
    seen = []

    def slowly(cursor, table, *rest):
        if not seen:
            seen.append(table)
            a_contract(customer)
            with tenancy.transaction(customer):
                audit.record("customer.looked", customer, by=None, at=NOON)
        return real(cursor, table, *rest)

    monkeypatch.setattr(dumping, "_copy_out", slowly)
    manifest = dumping.dump(tmp_path / "backup")

    assert manifest["tables"]["portal_contract"]["rows"] == 1
    assert manifest["tables"]["portal_auditevent"]["rows"] == 3


def test_the_key_ring_is_left_out_unless_asked_for(customer, tmp_path, settings):
    dumping.dump(tmp_path / "without")
    dumping.dump(tmp_path / "with", with_keys=True)

    assert not (tmp_path / "without" / "keys.json").exists()
    assert (tmp_path / "with" / "keys.json").read_text() == settings.KEY_RING.read_text()
    assert (tmp_path / "with").stat().st_mode & 0o077 == 0
    for file in (tmp_path / "with").rglob("*"):
        assert file.is_dir() or file.stat().st_mode & 0o077 == 0, file


def test_without_its_key_a_restored_secret_is_named_as_lost(customer, tmp_path, settings, capsys):
    call_command("backup", tmp_path / "backup")
    lose_everything()
    ring = json.loads(settings.KEY_RING.read_text())
    settings.KEY_RING.write_text(json.dumps({"newest": "k9", "keys": {"k9": ring["keys"]["test"]}}))

    call_command("restore", tmp_path / "backup")

    assert "sealed with test does not open" in capsys.readouterr().err


def test_a_backup_goes_into_a_folder_of_its_own(db, tmp_path):
    (tmp_path / "something").write_text("x")

    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", tmp_path)


def test_a_database_with_rows_is_not_restored_into(customer, tmp_path):
    dumping.dump(tmp_path / "backup")

    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", tmp_path / "backup")


@pytest.mark.parametrize("name", ["tables/portal_contract", "tables/portal_auditevent"])
def test_a_spoilt_backup_is_not_restored(customer, tmp_path, name):
    dumping.dump(tmp_path / "backup")
    lose_everything()
    file = tmp_path / "backup" / name
    file.write_bytes(file.read_bytes().replace(b"2026", b"2025"))

    with pytest.raises(CommandError, match="not as it was"):
        call_command("restore", tmp_path / "backup")
    assert all(not rows for rows in contents().values())


def test_a_history_that_was_changed_is_not_restored_even_with_a_new_manifest(customer, tmp_path):
    dumping.dump(tmp_path / "backup")
    lose_everything()
    file = tmp_path / "backup" / "tables" / "portal_auditevent"
    file.write_bytes(file.read_bytes().replace(b"customer.looked", b"customer.smiled"))
    manifest = json.loads((tmp_path / "backup" / "manifest.json").read_text())
    manifest["tables"]["portal_auditevent"]["sha256"] = restoring._digest(file)
    (tmp_path / "backup" / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(CommandError, match="audit trail in this backup does not hold"):
        call_command("restore", tmp_path / "backup")
    assert all(not rows for rows in contents().values())


def test_another_version_is_not_restored_into(customer, tmp_path):
    dumping.dump(tmp_path / "backup")
    lose_everything()
    path = tmp_path / "backup" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["migrations"].append("portal.0099_later")
    path.write_text(json.dumps(manifest))

    with pytest.raises(CommandError, match="another version"):
        call_command("restore", tmp_path / "backup")


def test_a_folder_without_manifest_is_no_backup(db, tmp_path):
    with pytest.raises(CommandError, match="no whole backup"):
        call_command("restore", tmp_path)


def test_a_file_name_that_leads_out_of_the_backup_is_refused(customer, tmp_path):
    dumping.dump(tmp_path / "backup")
    lose_everything()
    path = tmp_path / "backup" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"]["../../keys.json"] = "0" * 64
    path.write_text(json.dumps(manifest))

    with pytest.raises(CommandError, match="missing from the backup"):
        call_command("restore", tmp_path / "backup")


def test_sessions_and_links_are_not_in_a_backup(customer, tmp_path):
    manifest = dumping.dump(tmp_path / "backup")

    assert not {"django_session", "portal_session", "portal_onetimelink", "portal_signintry"} & set(
        manifest["tables"]
    )
    assert Contract._meta.db_table in manifest["tables"]
