"""What programs are told: numbers without gaps, in the order of commits, and who is told what."""

import threading
import uuid

import pytest
from django.db import ProgrammingError, connection, connections, transaction

from portal import audit, publishing, rehearsing, tenancy
from portal.models import AuditEvent, PublishedEvent
from portal.services.webhooks import bodies, endpoints
from portal.templatetags.happenings import HAPPENINGS
from tests import factories
from tests.conftest import NOON
from tests.portal.services.webhooks.conftest import ADDRESS


def numbers(customer):
    with tenancy.transaction(customer):
        found = PublishedEvent.objects.order_by("number")
        return list(found.values_list("number", "name"))


def test_what_is_told_is_the_facts_of_the_trail_that_are_in_the_catalogue(hooked):
    hooked.happens("member.added")
    hooked.happens("job.started")
    hooked.happens("message.retried")
    hooked.happens("step.done")

    assert numbers(hooked.customer) == [(1, "job.started"), (2, "step.done")]
    with tenancy.transaction(hooked.customer):
        for event in PublishedEvent.objects.all():
            fact = AuditEvent.objects.get(pk=event.pk)
            assert (fact.name, fact.at, fact.subject_id) == (event.name, event.at, event.subject_id)


def test_what_is_undone_is_told_to_nobody_and_leaves_no_gap(hooked):
    with tenancy.transaction(hooked.customer):
        audit.record("job.started", hooked.customer)
        with tenancy.transaction(hooked.customer):  # already appended when this savepoint ends
            audit.record("job.paused", hooked.customer)
        transaction.set_rollback(True)
    hooked.happens("job.resumed")

    assert numbers(hooked.customer) == [(1, "job.resumed")]
    assert len(hooked.deliveries()) == 1


def test_numbers_are_given_in_the_order_of_commits(hooked):
    """A reader that has seen a number can find nothing before it later: whoever writes after it
    waits for its commit."""
    waiting = []

    def write_second():
        hooked.happens("job.paused")
        waiting.append("written")
        connections["default"].close()

    with tenancy.transaction(hooked.customer):
        with tenancy.transaction(hooked.customer):
            audit.record("job.started", hooked.customer)
        second = threading.Thread(target=write_second)
        second.start()
        second.join(timeout=0.5)
        assert waiting == [], "the second waits for the first"
    second.join(timeout=20)

    assert numbers(hooked.customer) == [(1, "job.started"), (2, "job.paused")]


def test_an_endpoint_gets_the_events_and_sites_that_it_wants(hooked):
    site = uuid.uuid4()
    with tenancy.transaction(hooked.customer):
        wants = {"name": "Few", "address": ADDRESS, "by": hooked.administrator, "at": NOON}
        few, _secret = endpoints.make(**wants, events=["job.halted"])
        one_site, _secret = endpoints.make(**wants, site_ids=[site])
        events = [
            audit.record(name, PublishedEvent(customer=hooked.customer, site_id=where))
            for name, where in (("job.started", site), ("job.halted", None), ("job.halted", site))
        ]
    with tenancy.transaction(hooked.customer):
        got = [
            [events.index(each.event_id) for each in hook.deliveries.order_by("event__number")]
            for hook in (hooked.hook, few, one_site)
        ]

    assert got == [[0, 1, 2], [1, 2], [0, 2]]


def test_a_test_reaches_the_endpoint_whatever_it_wants(hooked):
    with tenancy.transaction(hooked.customer):
        hook = endpoints.change(
            hooked.hook, events=["job.halted"], by=hooked.administrator, at=NOON
        )
        endpoints.test(hook, by=hooked.administrator, at=NOON)

    assert hooked.deliveries() == [("QUEUED", 0)]


def test_another_customers_endpoint_is_told_nothing(hooked):
    other = factories.a_customer("Borealis")
    with tenancy.transaction(other):
        audit.record("job.started", other)

    assert (numbers(other), hooked.deliveries()) == ([(1, "job.started")], [])


def test_a_rehearsal_tells_nobody(hooked):
    with rehearsing.playing(rehearsing.Twin(hooked.customer.pk, ("127.0.0.1", 1))):
        hooked.happens("job.started")

    assert numbers(hooked.customer) == []


def test_nothing_that_was_told_can_be_changed_by_the_app(hooked):
    hooked.happens("job.started")
    table = "portal_publishedevent"
    for change in (f"UPDATE {table} SET number = 9", f"DELETE FROM {table}"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            tenancy.transaction(hooked.customer),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


@pytest.mark.parametrize("name", publishing.EVENTS)
def test_every_event_of_the_catalogue_has_words_and_an_example(name):
    assert name in HAPPENINGS
    assert bodies.example(name)["type"] == name
