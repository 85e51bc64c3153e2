"""The page with which a customer takes its data, and sees who of support opened it."""

import io
import uuid
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client

from portal import tenancy
from portal.models import AuditEvent, Membership
from tests.factories import a_customer, a_member, staff

PAGE = "/c/marmara/data/"


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_an_administrator_takes_everything_and_the_trail_says_so(db):
    customer = a_customer("Marmara")
    elif_kaya = signed_in(a_member(customer, Membership.Role.ADMINISTRATOR, "Elif Kaya"))
    assert "Nobody has taken it so far" in elif_kaya.get(PAGE).content.decode()

    answer = elif_kaya.post(f"{PAGE}export/")

    assert answer.headers["Content-Type"] == "application/zip"
    assert "marmara-" in answer.headers["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert "manifest.json" in archive.namelist()
    with tenancy.transaction(customer):
        assert AuditEvent.objects.get(name="customer.exported").actor_name == "Elif Kaya"
    assert "Elif Kaya" in elif_kaya.get(PAGE).content.decode()


def test_it_says_who_of_support_opened_the_pages(db):
    customer = a_customer("Marmara")
    signed_in(staff("AGENT", "Nora Holm")).get("/c/marmara/")

    page = signed_in(a_member(customer, Membership.Role.ADMINISTRATOR)).get(PAGE).content.decode()

    assert "Nora Holm" in page


def test_who_does_not_see_all_of_it_gets_none_of_it(db):
    customer = a_customer("Marmara")
    administrator = Membership.Role.ADMINISTRATOR
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


def test_who_loses_the_right_while_it_is_read_gets_no_whole_file(db):
    customer = a_customer("Marmara")
    person = a_member(customer, Membership.Role.ADMINISTRATOR)
    answer = signed_in(person).post(f"{PAGE}export/")
    pieces = iter(answer.streaming_content)
    next(pieces)
    with tenancy.transaction(customer):
        Membership.objects.filter(user=person).delete()

    with pytest.raises((Http404, PermissionDenied)):  # the connection breaks
        b"".join(pieces)
