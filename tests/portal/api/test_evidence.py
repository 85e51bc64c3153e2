"""Files over REST: kept, listed, fetched."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal import tenancy
from portal.models import EvidenceFile
from portal.services import evidence
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import ADMINISTER, Caller

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def sent(client, caller, data, path="evidence", **values):
    return client.post(f"/api/v1/{path}", data=data, headers=caller.headers, **values)


def test_a_picture_is_kept_from_a_form_or_as_the_body_itself(client, caller):
    form = sent(client, caller, {"file": SimpleUploadedFile("basics.png", PIXEL)})
    raw = sent(client, caller, PIXEL, content_type="image/png")

    for answer, name in ((form, "basics.png"), (raw, "upload")):
        assert answer.status_code == 201, answer.content
        kept = answer.json()
        assert (kept["name"], kept["kind"], kept["content_type"], kept["sha256"]) == (
            name, "PICTURE", "image/png", hashlib.sha256(PIXEL).hexdigest(),
        )  # fmt: skip


def test_what_was_kept_comes_back_byte_for_byte_as_an_attachment(client, caller):
    kept = sent(client, caller, PIXEL, content_type="image/png").json()

    answer = caller.get(f"evidence/{kept['id']}/content")

    assert b"".join(answer) == PIXEL
    assert answer.headers["Content-Disposition"] == 'attachment; filename="upload"'
    assert answer.headers["Content-Length"] == str(len(PIXEL))
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_document_is_kept_as_one(client, caller):
    text = b"Jump Client,version\nshop 4,12.2.0\n"

    assert sent(client, caller, text, content_type="text/csv").json()["code"] == (
        "wrong-kind-of-file"
    )
    kept = sent(client, caller, text, "evidence?kind=DOCUMENT", content_type="text/csv").json()
    assert (kept["kind"], kept["content_type"]) == ("DOCUMENT", "text/plain")


@pytest.mark.parametrize(
    ("data", "code"),
    [({}, "invalid"), ({"file": "text"}, "invalid"), ({"picture": PIXEL.hex()}, "invalid")],
)
def test_a_form_without_a_file_is_refused(client, caller, data, code):
    answer = sent(client, caller, data)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_an_empty_body_is_refused(client, caller):
    answer = sent(client, caller, b"", content_type="image/png")

    assert (answer.status_code, answer.json()["code"]) == (400, "file-empty")
    assert list(answer.json()["errors"]) == ["file"]


def test_a_body_that_announces_too_much_is_not_read(client, caller, settings):
    settings.EVIDENCE_LIMIT = 10
    large = {"file": SimpleUploadedFile("large.png", PIXEL * 1000)}

    answer = sent(client, caller, large)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    answer = sent(client, caller, PIXEL, content_type="image/png")
    assert (answer.status_code, answer.json()["code"]) == (400, "file-too-large")


def test_a_key_of_all_customers_is_told_where_to_upload(client, agent):
    answer = sent(client, agent, PIXEL, content_type="image/png")

    assert (answer.status_code, answer.json()["code"]) == (409, "customer-needed")
    assert "/steps/" in answer.json()["remedy"]


@pytest.fixture
def backup(customer):
    with tenancy.transaction(customer):
        return evidence.keep(
            [b"settings"], kind=EvidenceFile.Kind.BACKUP, name="a.nsb", subject=customer, by=None,
            at=NOON,
        )  # fmt: skip


def test_a_backup_is_for_administrators_and_its_download_is_noted(caller, customer, backup):
    operator = Caller(factories.a_member(customer, "OPERATOR"), customer, ADMINISTER)

    assert operator.get(f"evidence/{backup.pk}/content").status_code == 403
    assert b"".join(caller.get(f"evidence/{backup.pk}/content")) == b"settings"
    noted = caller.rows("audit", name="backup.downloaded")
    assert [row["subject_id"] for row in noted] == [str(backup.pk)]
