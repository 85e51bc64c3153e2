"""What is of the whole customer is not for an administrator who sees some sites alone."""

import uuid

import pytest
from django.test import Client

from appliances.models import Threshold
from portal import tenancy
from portal.models import AuditEvent, Customer, Message, Promise
from portal.services import messages, promises
from portal.templatetags.navigation import WHOLE
from tests import factories
from tests.conftest import NOON

MARK = "Hidden branch"  # stands in what other sites are told


@pytest.fixture
def customer(db):
    return factories.a_customer("Marmara")


def browser(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def confined(customer):
    return browser(factories.a_member(customer, "ADMINISTRATOR", "Lim", site_ids=[uuid.uuid4()]))


@pytest.fixture
def letter(customer):
    """To somebody else, of another site."""
    person = factories.a_member(customer, "ADMINISTRATOR", "Ayla")
    with tenancy.transaction(customer):
        found = messages.write(
            "member_added", to=person, about=person, key="1", at=NOON,
            context={"customer": MARK, "role": "Operator", "by": MARK},
        )  # fmt: skip
        promises.make(kind="NOTICE", days=7, agreed_on=NOON.date(), by=person, at=NOON)
        return found


def standing(customer):
    with tenancy.transaction(customer):
        return (
            Message.objects.values_list("state", "tries").get(),
            list(Threshold.objects.values_list("key", "value")),
            list(Promise.objects.values_list("kind", "days")),
            Customer.objects.get().links_need_sign_in, AuditEvent.objects.count(),
        )  # fmt: skip


@pytest.mark.usefixtures("letter")
def test_he_reads_neither_the_trail_nor_the_letters_of_other_sites(customer, confined, letter):
    for path in ("audit/", "messages/", f"messages/{letter.pk}/", "thresholds/", "sites/register/"):
        answer = confined.get(f"/c/marmara/{path}")

        assert answer.status_code == 403, path
        assert MARK not in answer.content.decode()


def test_nor_does_he_decide_for_them(customer, confined, letter):
    with tenancy.transaction(customer):
        promise = Promise.objects.get()
    before = standing(customer)

    for path, given in (
        ("audit/verify/", {}),
        (f"messages/{letter.pk}/send-again/", {}),
        (f"messages/{letter.pk}/came-back/", {}),
        ("thresholds/", {"CLOCK.warns_seconds": "3600"}),
        ("promises/make/", {"kind": "MAJOR", "days": "1", "agreed_on": "2026-11-01"}),
        (f"promises/{promise.pk}/end/", {}),
        ("alerts/links/", {"links_need_sign_in": "on"}),
        ("sites/register/", {"name": "Mine"}),
    ):
        answer = confined.post(f"/c/marmara/{path}", given)
        assert answer.status_code == 403, (path, answer.status_code)
    assert standing(customer) == before


def test_what_he_may_not_open_has_no_entry(customer, confined):
    whole = browser(factories.a_member(customer, "ADMINISTRATOR", "All"))

    shown = [client.get("/c/marmara/members/").content.decode() for client in (confined, whole)]

    for path in ("audit/", "messages/"):
        assert [f'href="/c/marmara/{path}"' in page for page in shown] == [False, True]
    assert "audit.view" in WHOLE
