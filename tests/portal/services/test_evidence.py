import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from portal import secrets, tenancy
from portal.models import Customer, EvidenceFile
from portal.services import cleaning, evidence, filetypes
from tests.factories import NOON, a_customer, a_person

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
Kind = EvidenceFile.Kind


pytestmark = pytest.mark.usefixtures("own_store")


@pytest.fixture
def customer(db):
    return a_customer("Marmara")


def keep(customer, content, *, kind=Kind.PICTURE, name="basics.png", **more):
    with tenancy.transaction(customer):
        return evidence.keep(
            [content],
            kind=kind,
            name=name,
            subject=Customer.objects.get(),
            by=more.pop("by", None),
            at=NOON,
            **more,
        )


def stored_files():
    root = Path(default_storage.location)
    return [file for file in root.rglob("*") if file.is_file()]


def test_a_file_comes_back_as_it_was(customer):
    person = a_person()
    kept = keep(customer, PNG, by=person)

    assert b"".join(evidence.open_file(kept)) == PNG
    assert (kept.content_type, kept.size) == ("image/png", len(PNG))
    assert kept.sha256 == hashlib.sha256(PNG).hexdigest()
    assert kept.added_by == person


def test_a_stored_name_is_our_own_and_only_we_may_read_it(customer):
    kept = keep(customer, PNG, name="../../etc/pass\nwd.png")

    assert kept.name == "pass wd.png"
    assert kept.stored_as == f"{customer.pk}/{kept.pk.hex[:2]}/{kept.pk.hex}"
    assert stored_files()[0].stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (PNG, "x.exe", "image/png"),
        (b"\xff\xd8\xff\xe0....", "x", "image/jpeg"),
        (b"GIF89a....", "x", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "x", "image/webp"),
        (b"%PDF-1.7\n%\xe2\xe3", "x.html", "application/pdf"),
        ("Sürüm 3.2.4\n".encode(), "notes.txt", "text/plain"),
        (b"a,b\n1,2\n", "versions.CSV", "text/csv"),
    ],
)
def test_a_type_is_told_by_the_content(customer, content, name, found):
    assert keep(customer, content, kind=Kind.DOCUMENT, name=name).content_type == found


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\xef\xbb\xbf  <html>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='x'/>",
        b"some words, then <SCRIPT src=x>",
        b"MZ\x90\x00\x03",
        b"PK\x03\x04\x14\x00",
        b"\xfe\xff\x00a",
    ],
)
def test_markup_programs_and_archives_are_refused(customer, content):
    with pytest.raises(filetypes.WrongKindOfFile):
        keep(customer, content, kind=Kind.DOCUMENT, name="picture.png")
    assert stored_files() == []


def test_a_document_is_no_picture(customer):
    with pytest.raises(filetypes.WrongKindOfFile):
        keep(customer, b"%PDF-1.7", kind=Kind.PICTURE)


def test_a_text_that_turns_binary_later_is_refused_and_leaves_nothing(customer):
    with pytest.raises(filetypes.WrongKindOfFile):
        keep(customer, b"a" * 10_000 + b"\xff\xfe", kind=Kind.DOCUMENT)
    assert stored_files() == []


def test_a_private_key_is_never_received(customer):
    pem = b"notes\n" * 2000 + b"-----BEGIN RSA PRIVATE KEY-----\nMIIE"
    with pytest.raises(filetypes.PrivateKeyInside), tenancy.transaction(customer):
        evidence.keep(
            [pem[:-20], pem[-20:]],
            kind=Kind.DOCUMENT,
            name="cert.txt",
            subject=customer,
            by=None,
            at=NOON,
        )
    assert stored_files() == []


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(customer, settings):
    settings.EVIDENCE_LIMIT = 1000
    keep(customer, PNG + b"\0" * (1000 - len(PNG)))

    with pytest.raises(evidence.FileTooLarge):
        keep(customer, PNG + b"\0" * (1001 - len(PNG)))
    assert len(stored_files()) == 1


def test_an_empty_file_proves_nothing(customer):
    with pytest.raises(evidence.FileEmpty):
        keep(customer, b"")


def test_a_backup_lies_encrypted_for_its_customer(customer):
    plain = b"BACKUP" * 500_000
    kept = keep(customer, plain, kind=Kind.BACKUP, name="a.nsb")

    stored = stored_files()[0].read_bytes()
    assert b"BACKUP" not in stored
    assert kept.key_id == secrets.newest_key()
    assert kept.sha256 == hashlib.sha256(plain).hexdigest()
    assert b"".join(evidence.open_file(kept)) == plain


def test_another_customers_row_does_not_open_a_backup(customer):
    kept = keep(customer, b"secret", kind=Kind.BACKUP, name="a.nsb")
    kept.customer_id = a_customer("Other").pk

    with pytest.raises(secrets.CannotOpen):
        list(evidence.open_file(kept))


def test_a_backup_that_was_cut_or_changed_does_not_open(customer):
    kept = keep(customer, b"x" * 3_000_000, kind=Kind.BACKUP, name="a.nsb")
    file = stored_files()[0]
    whole = file.read_bytes()
    for spoilt in (whole[:2_097_216], whole[:-1] + bytes([whole[-1] ^ 1]), whole[:1_048_608]):
        file.write_bytes(spoilt)
        with pytest.raises(secrets.CannotOpen):
            list(evidence.open_file(kept))


def test_a_lost_content_is_said(customer):
    kept = keep(customer, PNG)
    stored_files()[0].unlink()

    with pytest.raises(evidence.FileMissing):
        evidence.open_file(kept)


def test_a_sender_that_breaks_off_leaves_nothing(customer):
    def broken():
        yield PNG
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError), tenancy.transaction(customer):
        evidence.keep(broken(), kind=Kind.PICTURE, name="x", subject=customer, by=None, at=NOON)
    assert stored_files() == []


def test_sweeping_removes_what_no_row_names_and_nothing_else(customer):
    kept = keep(customer, PNG)
    with tenancy.transaction(customer):
        evidence.keep([PNG], kind=Kind.PICTURE, name="x", subject=customer, by=None, at=NOON)
        transaction.set_rollback(True)
    foreign = Path(default_storage.location) / "not-ours.txt"
    foreign.write_text("?")

    assert cleaning.sweep_files() == []
    removed = cleaning.sweep_files(older_than=timedelta(0))

    assert len(removed) == 1
    assert {file.name for file in stored_files()} == {kept.pk.hex, "not-ours.txt"}
