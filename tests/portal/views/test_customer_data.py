"""The page with which a customer takes its data, and sees who of support opened it."""

import io
import uuid
import zipfile
from datetime import timedelta

from django.test import Client

from portal import tenancy
from portal.models import AuditEvent, DataExport, Membership
from portal.services.exporting import making
from tests.conftest import NOON
from tests.factories import a_customer, a_member, staff

PAGE = "/c/marmara/data/"


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_an_administrator_takes_everything_and_the_trail_says_so(db, noon):
    customer = a_customer("Marmara")
    elif_kaya = signed_in(a_member(customer, Membership.Role.ADMINISTRATOR, "Elif Kaya"))
    assert "Nobody has taken it so far" in elif_kaya.get(PAGE).content.decode()
    assert elif_kaya.post(f"{PAGE}export/").status_code == 302
    page = elif_kaya.get(PAGE).content.decode()
    assert "Waiting to be made" in page
    assert "Download everything" not in page
    making.turn(NOON)
    with tenancy.transaction(customer):
        row = DataExport.objects.get()
    link = f"{PAGE}export/{row.pk}/"
    assert f'href="{link}"' in elif_kaya.get(PAGE).content.decode()

    answer = elif_kaya.get(link)

    assert answer.headers["Content-Type"] == "application/zip"
    assert "marmara-" in answer.headers["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert "manifest.json" in archive.namelist()
    with tenancy.transaction(customer):
        assert AuditEvent.objects.get(name="customer.exported").actor_name == "Elif Kaya"
    assert "Who took it" in elif_kaya.get(PAGE).content.decode()
    assert elif_kaya.post(f"{PAGE}export/").status_code == 302
    assert elif_kaya.post(f"{PAGE}export/").status_code == 409, "one at a time"
    with tenancy.transaction(customer):
        assert DataExport.objects.count() == 2


def test_it_says_who_of_support_opened_the_pages(db):
    customer = a_customer("Marmara")
    signed_in(staff("AGENT", "Nora Holm")).get("/c/marmara/")

    page = signed_in(a_member(customer, Membership.Role.ADMINISTRATOR)).get(PAGE).content.decode()

    assert "Nora Holm" in page


def test_who_does_not_see_all_of_it_gets_none_of_it(db):
    customer = a_customer("Marmara")
    administrator = Membership.Role.ADMINISTRATOR
    with tenancy.transaction(customer):
        row = DataExport.objects.create(
            customer=customer, by=a_member(customer), at=NOON, state="MADE",
            expires_at=NOON + timedelta(days=99), stored_as="nowhere",
        )  # fmt: skip
    people = {
        403: [
            a_member(customer, Membership.Role.APPROVER),
            a_member(customer, administrator, site_ids=[uuid.uuid4()]),
            staff("AGENT"),
        ],
        404: [a_member(a_customer("Borealis"), administrator)],
    }
    for status, found in people.items():
        for person in found:
            assert signed_in(person).get(PAGE).status_code == status
            assert signed_in(person).post(f"{PAGE}export/").status_code == status
            assert signed_in(person).get(f"{PAGE}export/{row.pk}/").status_code == status
    with tenancy.transaction(customer):
        assert [each.pk for each in DataExport.objects.all()] == [row.pk]
    boss = signed_in(a_member(customer, administrator))
    assert boss.get(f"{PAGE}export/{uuid.uuid4()}/").status_code == 404
    other = a_member(a_customer("Third"), administrator)
    assert signed_in(other).get(f"/c/third/data/export/{row.pk}/").status_code == 404
