"""A rehearsal's hidden customer: shown to nobody, acted for by it alone, erased whole."""

import uuid

import pytest
from django.db import InternalError, ProgrammingError, connections, transaction

from portal import background, clock, egress, rehearsing, tenancy
from portal.models import AuditEvent, Contract, Customer, EvidenceFile, Message
from portal.services import customers, delivery, evidence, messages, twins
from tests import factories
from tests.conftest import NOON


@pytest.fixture
def real(db):
    return factories.a_customer("Meridian", slug="meridian")


@pytest.fixture
def twin(real):
    person = factories.staff(name="Ines Duarte")
    with clock.at(NOON):
        made = twins.open_twin(real, at=NOON, by=person)
    factories.a_contract(made)
    return made


def played(customer):
    return rehearsing.playing(rehearsing.Twin(customer.pk, ("127.0.0.1", 9)))


def rows_of(customer):
    """How many rows of each table are this customer's, as the owner of the database sees it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_policies WHERE policyname = 'customer'"
            " AND tablename <> 'portal_customer'"
        )
        found = {}
        for (name,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {name} WHERE customer_id = %s", [customer.pk])
            if count := cursor.fetchone()[0]:
                found[name] = count
    return found


def test_no_list_over_customers_shows_a_twin(real, twin):
    assert [row.pk for row in Customer.across.all()] == [real.pk]
    assert not Contract.across.filter(customer_id=twin.pk).exists()
    assert {row.customer_id for row in AuditEvent.across.all()} == {real.pk}


def test_no_door_leads_to_a_twin(real, twin):
    assert customers.id_of_slug(twin.slug) is None
    assert customers.id_of_slug(real.slug) == real.pk
    assert customers.every_id() == [real.pk]


def test_every_walled_table_keeps_twins_apart(db):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT tablename, array_agg(policyname::text) FROM pg_policies GROUP BY tablename"
        )
        policies = dict(cursor.fetchall())

    lacking = {
        table
        for table, names in policies.items()
        if "customer" in names
        and not {"no_twin", "no_twin_at_doors", "twin_seen", "twin_erased"}
        <= {*names, *({"no_twin_at_doors"} if table == "portal_customer" else ())}
    }

    assert lacking == set()


def test_a_mail_of_a_twin_never_leaves(twin):
    """Even one that was written: the outbox passes it over."""
    person = factories.a_person("Jana Vesela")
    with tenancy.transaction(twin):
        Message.objects.create(
            customer=twin, kind="x", dedupe_key="x", recipient=person, address=person.email,
            language="en", zone="UTC", subject="x", body_text="x", message_id="<x@localhost>",
            next_at=NOON, written_at=NOON,
        )  # fmt: skip

    delivery.send_due(NOON)

    with tenancy.transaction(twin):
        assert Message.objects.get().state == "QUEUED"


def test_while_it_plays_nobody_is_written_to_and_no_bell_rings(twin):
    person = factories.a_person("Jana Vesela")
    with played(twin), tenancy.transaction(twin):
        told = messages.write(
            "upgrade_done", to=person, about=twin, key="done", context={}, at=NOON
        )
        background.enqueue("upgrades.ring")

        assert told is None
        assert not Message.objects.exists()
        assert transaction.get_connection().run_on_commit == []


def test_while_it_plays_no_other_customer_can_be_entered_or_read(real, twin):
    with played(twin):
        with pytest.raises(rehearsing.NotTheTwin), tenancy.transaction(real):
            pass
        with pytest.raises(rehearsing.NotTheTwin):
            tenancy.at_once(real, "SELECT 1", {})
        with pytest.raises(rehearsing.NotTheTwin):
            Customer.across.count()
        with tenancy.transaction(twin):
            assert Contract.objects.count() == 1


def test_while_it_plays_only_its_simulator_can_be_called(twin, settings):
    settings.PRODUCTION, settings.SIMULATOR_URL = True, ""
    with pytest.raises(egress.NotAllowed):
        egress.guard().door(egress.Target("a.twin.sim", simulated=True))
    with played(twin):
        guard = egress.guard()
        assert guard.door(egress.Target("a.twin.sim", simulated=True)).host == "a.twin.sim"
        with pytest.raises(egress.NotAllowed):
            guard.door(egress.Target("support.example.com"))
        with pytest.raises(egress.NotAllowed):
            guard.request("POST", "https://hooks.example.com/")


def test_a_twin_is_erased_whole_and_nobody_else_is_touched(real, twin):
    with tenancy.transaction(twin):
        evidence.keep(
            [b"\x89PNG\r\n\x1a\n" + bytes(20)], kind=EvidenceFile.Kind.PICTURE, name="a.png",
            content_type="image/png", subject=twin, by=None, at=NOON,
        )  # fmt: skip
    assert {"portal_auditevent", "portal_chainhead", "portal_contract", "portal_evidencefile"} <= (
        set(rows_of(twin))
    )
    before = rows_of(real)

    gone = twins.erase_twin(twin.pk)

    assert gone > 3
    assert rows_of(twin) == {}
    assert rows_of(real) == before
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT id FROM portal_customer")
        assert cursor.fetchall() == [(real.pk,)]
    assert twins.erase_twin(twin.pk) == 0


def test_no_real_customer_can_be_erased(real):
    assert twins.erase_twin(real.pk) == 0
    assert twins.erase_twin(uuid.uuid4()) == 0
    assert rows_of(real)["portal_auditevent"] == 1


def test_a_real_customer_never_becomes_a_twin(real):
    """Otherwise its trail could be erased by way of a rehearsal."""
    with (
        pytest.raises((ProgrammingError, InternalError), match="never changes"),
        tenancy.transaction(real),
    ):
        Customer.objects.filter(pk=real.pk).update(rehearses=True)
