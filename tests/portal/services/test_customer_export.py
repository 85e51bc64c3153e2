"""Everything of one customer in one file, written while it is read."""

import io
import json
import stat
import zipfile
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.http import Http404

from portal import audit, tenancy
from portal.models import AuditEvent, EvidenceFile
from portal.services import customer_export, customers, evidence
from tests.factories import NOON, a_customer

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


def packed(customer, demand=lambda: None):
    content = b"".join(customer_export.pack(customer.pk, demand=demand, at=NOON))
    return zipfile.ZipFile(io.BytesIO(content))


def lines(archive, name):
    return [json.loads(line) for line in archive.read(f"{name}.jsonl").splitlines()]


def keep(customer, content, kind, name):
    with tenancy.transaction(customer):
        return evidence.keep(
            [content], kind=kind, name=name, subject=customers.current(), by=None, at=NOON
        )


def test_rows_beyond_one_transaction_follow(db, monkeypatch):
    customer = a_customer("Marmara")
    with tenancy.transaction(customer):
        for number in range(7):
            at = NOON + timedelta(minutes=number)
            audit.record("customer.changed", customers.current(), by=None, at=at)
    with tenancy.transaction(customer):
        known = AuditEvent.objects.count()
    monkeypatch.setattr(customer_export, "ROWS", 3)

    rows = lines(packed(customer), "tables/portal.auditevent")

    assert [row["number"] for row in rows] == list(range(1, known + 1))
    assert len(rows[0]["hash"]) == 64


def test_files_are_opened_and_a_missing_one_is_named(db):
    customer = a_customer("Marmara")
    picture = keep(customer, PNG, EvidenceFile.Kind.PICTURE, "rack/../1.png")
    backup = keep(customer, b"NSB", EvidenceFile.Kind.BACKUP, "a.nsb")
    lost = keep(customer, b"NSB2", EvidenceFile.Kind.BACKUP, "b.nsb")
    evidence.default_storage.delete(lost.stored_as)

    archive = packed(customer)

    names = [name for name in archive.namelist() if name.startswith("files/")]
    assert {archive.read(name) for name in names} == {PNG, b"NSB"}
    assert all(name.count("/") == 1 for name in names)
    told = json.loads(archive.read("manifest.json"))["files"]
    assert told[f"files/{lost.pk}-b.nsb"] == {"missing": True}
    assert told[f"files/{backup.pk}-a.nsb"] == {"sha256": backup.sha256}
    assert any(str(picture.pk) in name for name in names)


def test_whoever_loses_the_right_gets_no_more(db):
    customer = a_customer("Marmara")
    asked = []

    def demand():
        asked.append(1)
        if len(asked) > 3:
            raise Http404

    with pytest.raises(Http404):
        packed(customer, demand)


def test_the_command_writes_a_private_file_once(db, tmp_path, capsys):
    customer = a_customer("Marmara")
    target = tmp_path / "all.zip"

    call_command("export_customer", customer.slug, target)

    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert "manifest.json" in zipfile.ZipFile(target).namelist()
    with tenancy.transaction(customer):
        assert AuditEvent.objects.filter(name="customer.exported").exists()
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_customer", customer.slug, target)
    with pytest.raises(CommandError, match="no customer"):
        call_command("export_customer", "nobody", tmp_path / "none.zip")
    assert not (tmp_path / "none.zip").exists()
