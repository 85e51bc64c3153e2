from datetime import timedelta

import pytest
from django.db import transaction

from portal import tenancy
from portal.models import Customer, Membership, Message
from portal.services import messages
from tests.factories import NOON, a_customer, a_member, a_person, staff

Role = Membership.Role
FACTS = {"site": "destek.example", "to_version": "14.1", "link": "http://testserver/"}


@pytest.fixture
def customer(db):
    return a_customer("Marmara", language="fr", zone="Europe/Paris")


def write(to, key="1", **more):
    about = Customer.objects.get()
    return messages.write(
        "upgrade_done", to=to, about=about, key=key, context=FACTS, at=NOON, **more
    )


def test_a_message_is_in_the_language_and_zone_of_its_reader(customer):
    elif_ = a_person("Elif", language="tr", zone="Europe/Istanbul")
    with tenancy.transaction(customer):
        message = write(elif_)

    assert (message.language, message.zone, message.address) == (
        "tr",
        "Europe/Istanbul",
        elif_.email,
    )


def test_a_bare_address_is_written_to_as_the_customer_reads(customer):
    with tenancy.transaction(customer):
        message = write("noc@example.com")

    assert (message.language, message.zone, message.recipient) == ("fr", "Europe/Paris", None)


def test_the_same_fact_is_told_once_to_each(customer):
    first, second = a_person(), a_person()
    with tenancy.transaction(customer):
        told = [write(first), write(first), write(second), write(first, key="2")]

    assert [bool(message) for message in told] == [True, False, True, True]
    with tenancy.transaction(customer):
        assert Message.objects.count() == 3


def test_a_long_key_is_still_one_fact(customer):
    with tenancy.transaction(customer):
        told = [write("a@example.com", key="k" * 300), write("a@example.com", key="k" * 300)]

    assert [bool(message) for message in told] == [True, False]


def test_what_is_rolled_back_is_not_told(customer):
    with tenancy.transaction(customer):
        write("a@example.com")
        transaction.set_rollback(True)

    with tenancy.transaction(customer):
        assert not Message.objects.exists()


def test_a_message_may_leave_later(customer):
    with tenancy.transaction(customer):
        message = write("a@example.com", send_at=NOON + timedelta(days=7))

    assert (message.written_at, message.next_at) == (NOON, NOON + timedelta(days=7))


def test_message_ids_are_all_different_and_of_our_domain(customer):
    with tenancy.transaction(customer):
        ids = {write(f"{name}@example.com").message_id for name in "abc"}

    assert len(ids) == 3
    assert all(message_id.endswith("@example.com>") for message_id in ids)


def test_the_people_of_a_site_are_those_with_the_role_who_see_it_and_get_mail(customer):
    class Site:
        pk = customer.pk

    everywhere = a_member(customer, Role.APPROVER, "Ayla")
    here = a_member(customer, Role.APPROVER, "Banu", site_ids=[Site.pk])
    a_member(customer, Role.APPROVER, "Cem", site_ids=[])
    a_member(customer, Role.APPROVER, "Derya", gets_mail=False)
    a_member(customer, Role.APPROVER, "Emre", is_active=False)
    viewer = a_member(customer, Role.VIEWER, "Figen")
    a_member(a_customer("Other"), Role.APPROVER, "Gül")

    with tenancy.transaction(customer):
        assert messages.people_of(Site, roles=[Role.APPROVER]) == [everywhere, here]
        assert messages.people_of(roles=[Role.VIEWER]) == [viewer]


def test_support_is_the_active_staff(customer):
    agent = staff("AGENT", "Ines")
    manager = staff("ROLLOUT_MANAGER", "Jon")
    staff("AGENT", "Kim", is_active=False)
    a_person()

    assert messages.support_people() == [agent, manager]
    assert messages.support_people(["AGENT"]) == [agent]


def test_a_wave_is_written_in_each_readers_language(customer):
    people = [a_person("Ada", language="fr"), a_person("Bea", language="tr")]
    with tenancy.transaction(customer):
        written = messages.write_all(
            "upgrade_done",
            to=people,
            about=Customer.objects.get(),
            key="1",
            context=FACTS,
            at=NOON,
        )

    assert [message.language for message in written] == ["fr", "tr"]
