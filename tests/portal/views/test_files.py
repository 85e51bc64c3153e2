import uuid

import pytest

from portal import tenancy
from portal.models import AuditEvent, Customer, EvidenceFile, Membership
from portal.services import evidence
from tests.factories import NOON, a_customer, a_member, staff

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
SITE = uuid.uuid4()


@pytest.fixture
def customer(db):
    return a_customer("Marmara")


def keep(customer, content=PNG, *, kind="PICTURE", name="Sürüm 1.png"):
    with tenancy.transaction(customer):
        return evidence.keep(
            [content],
            kind=kind,
            name=name,
            subject=Customer.objects.get(),
            by=None,
            at=NOON,
            site_id=SITE,
        )


def test_a_file_is_saved_and_never_shown_in_our_place(client, customer):
    client.force_login(a_member(customer, Membership.Role.VIEWER))
    kept = keep(customer)

    answer = client.get(f"/c/marmara/files/{kept.pk}/")

    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''S")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_backups_are_for_administrators_and_their_downloads_audited(client, customer):
    kept = keep(customer, b"NSB", kind=EvidenceFile.Kind.BACKUP, name="a.nsb")
    client.force_login(a_member(customer, Membership.Role.APPROVER))
    assert client.get(f"/c/marmara/files/{kept.pk}/").status_code == 403
    client.force_login(staff("AGENT"))
    assert client.get(f"/c/marmara/files/{kept.pk}/").status_code == 403
    client.force_login(a_member(customer, Membership.Role.ADMINISTRATOR, "Elif"))

    answer = client.get(f"/c/marmara/files/{kept.pk}/")

    assert b"".join(answer.streaming_content) == b"NSB"
    with tenancy.transaction(customer):
        event = AuditEvent.objects.get(name="backup.downloaded")
        assert (event.actor_name, event.data) == ("Elif", {"sha256": kept.sha256})


def test_strangers_and_members_of_other_sites_get_404(client, customer):
    kept = keep(customer)
    client.force_login(a_member(customer, site_ids=[uuid.uuid4()]))
    assert client.get(f"/c/marmara/files/{kept.pk}/").status_code == 404
    client.force_login(a_member(customer, site_ids=[SITE]))
    assert client.get(f"/c/marmara/files/{kept.pk}/").status_code == 200
    client.force_login(a_member(a_customer("Other")))
    assert client.get(f"/c/marmara/files/{kept.pk}/").status_code == 404
    assert client.get(f"/c/other/files/{kept.pk}/").status_code == 404
