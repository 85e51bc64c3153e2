from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal import tenancy
from portal.models import Delivery, Message
from portal.queries import ROWS
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "noon")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def write(customer, count, *, state=None):
    with tenancy.transaction(customer):
        for number in range(count):
            message = Message.objects.create(
                customer=customer,
                kind="job-proposed",
                dedupe_key=f"{state}-{number}",
                address="elif@example.com",
                language="en",
                zone="UTC",
                subject=f"Subject {number:03}",
                body_text="The text of it",
                message_id=f"<{number}@example.com>",
                next_at=factories.NOON,
                written_at=factories.NOON + timedelta(minutes=number),
            )
            Delivery.objects.create(
                customer=customer,
                message_id=message.pk,
                at=factories.NOON,
                good=False,
                detail="451 later",
            )
            if state in ("FAILED", "DEAD"):
                message.fail(again_at=factories.NOON)
            if state == "DEAD":
                message.give_up()
            message.save()
    return message


def queries_of(client, address):
    with (
        CaptureQueriesContext(connections["default"]) as own,
        CaptureQueriesContext(connections["staff"]) as read,
    ):
        assert client.get(address).status_code == 200
    return len(own) + len(read)


@pytest.mark.parametrize("address", ["/c/{slug}/messages/", "/messages/"])
def test_the_list_costs_the_same_for_one_and_for_three(address):
    customer = factories.a_customer()
    client = signed_in(factories.staff())
    path = address.format(slug=customer.slug)
    client.get(path)  # the first visit of staff leaves a trace
    write(customer, 1)
    with_one = queries_of(client, path)
    write(customer, 3, state="FAILED")

    assert queries_of(client, path) == with_one


def test_the_ledger_shows_state_subject_tries_and_the_last_answer():
    customer = factories.a_customer()
    write(customer, 1, state="FAILED")

    content = signed_in(factories.a_member(customer)).get(f"/c/{customer.slug}/messages/")

    assert "Subject 000" in content.content.decode()
    assert "Failed, will be tried again" in content.content.decode()
    assert "451 later" in content.content.decode()


def test_the_pages_follow_each_other_without_gap_or_repetition():
    customer = factories.a_customer()
    write(customer, ROWS + 2)
    client = signed_in(factories.a_member(customer))

    first = client.get(f"/c/{customer.slug}/messages/").context["page"]
    second = client.get(f"/c/{customer.slug}/messages/", {"before": first.older}).context["page"]

    subjects = [row.subject for row in first.rows + second.rows]
    assert subjects == [f"Subject {number:03}" for number in reversed(range(ROWS + 2))]
    assert second.older == ""


def test_an_address_that_was_tampered_with_shows_the_first_page():
    customer = factories.a_customer()
    write(customer, 1)
    client = signed_in(factories.a_member(customer))

    response = client.get(f"/c/{customer.slug}/messages/", {"before": "2026_'; --"})

    assert len(response.context["page"].rows) == 1


def test_the_filter_keeps_one_state():
    customer = factories.a_customer()
    write(customer, 2)
    write(customer, 1, state="DEAD")
    client = signed_in(factories.a_member(customer))

    response = client.get(f"/c/{customer.slug}/messages/", {"state": "DEAD"})

    assert [row.state for row in response.context["page"].rows] == ["DEAD"]


def test_staff_see_the_messages_of_all_customers_and_nobody_else_does():
    one, other = factories.a_customer("Bir"), factories.a_customer("Iki")
    write(one, 1)
    write(other, 1)

    content = signed_in(factories.staff()).get("/messages/").content.decode()

    assert "Bir" in content
    assert "Iki" in content
    assert signed_in(factories.a_member(one)).get("/messages/").status_code == 404


@pytest.mark.parametrize("state", ["FAILED", "DEAD"])
def test_a_message_that_did_not_leave_is_put_into_the_outbox_again(state):
    customer = factories.a_customer()
    message = write(customer, 1, state=state)
    client = signed_in(factories.a_member(customer))

    response = client.post(f"/c/{customer.slug}/messages/{message.pk}/send-again/")

    with tenancy.transaction(customer):
        again = Message.objects.get(pk=message.pk)
    assert response.status_code == 302
    assert (again.state, again.again_at, again.tries) == ("QUEUED", None, 0)


def test_a_message_that_waits_for_its_turn_is_not_sent_twice():
    customer = factories.a_customer()
    message = write(customer, 1)
    client = signed_in(factories.a_member(customer))

    response = client.post(f"/c/{customer.slug}/messages/{message.pk}/send-again/")

    assert response.status_code == 409


def test_htmx_is_answered_with_the_notice_alone():
    customer = factories.a_customer()
    message = write(customer, 1)
    client = signed_in(factories.a_member(customer))

    response = client.post(
        f"/c/{customer.slug}/messages/{message.pk}/send-again/", headers={"HX-Request": "true"}
    )

    assert response.status_code == 409
    assert response.content.decode().strip().startswith('<div class="notice stop" role="alert">')


def test_a_viewer_is_refused_and_another_customers_message_does_not_exist():
    mine, theirs = factories.a_customer(), factories.a_customer()
    message = write(theirs, 1)
    viewer = signed_in(factories.a_member(mine, "VIEWER"))
    administrator = signed_in(factories.a_member(mine))

    assert viewer.get(f"/c/{mine.slug}/messages/").status_code == 403
    assert administrator.get(f"/c/{mine.slug}/messages/{message.pk}/").status_code == 404
    assert administrator.get(f"/c/{theirs.slug}/messages/").status_code == 404
