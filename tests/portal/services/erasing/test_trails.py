"""The trails hold after an erasure, and tell of tampering as before: also of what was emptied."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from portal import audit, tenancy
from portal.models import AuditEvent, Membership, PlatformEvent
from portal.services import audit_trail
from tests.conftest import NOON


def by_the_owner(table, statement, *values):
    """What only somebody with the owner's rights could do."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER unchangeable")
        cursor.execute(statement, values)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER unchangeable")


@pytest.fixture
def erased(park):
    audit.record_platform("passkey.added", park.boss, by=park.boss, data={"name": "Aylin’s"})
    park.asked_and_confirmed()
    return park.erased()


def test_the_chain_holds_and_names_its_old_head(park, erased):
    verdict = audit_trail.verify(park.leaving)

    assert verdict.holds
    assert (verdict.renamed, verdict.events) == (erased.events, erased.events + 1)
    with tenancy.transaction(park.leaving):
        last = AuditEvent.objects.order_by("-number").first()
    assert last.name == "customer.erased"
    assert last.data["old_head"] == bytes(erased.old_head).hex() != last.data["head"]
    assert audit_trail.verify_platform().holds


def test_whoever_kept_the_old_chain_can_prove_it(park):
    """Its newest hash is the one that the receipt names."""
    park.asked_and_confirmed()
    park.carry_out()
    with tenancy.transaction(park.leaving):
        newest = AuditEvent.objects.order_by("-number").first()
    erased = park.erased()
    assert bytes(erased.old_head) == bytes(newest.hash)
    assert erased.events == newest.number


def test_a_changed_event_is_named(park, erased):
    by_the_owner(
        "portal_auditevent",
        "UPDATE portal_auditevent SET actor_name = 'x' WHERE customer_id = %s AND number = 2",
        park.leaving.pk,
    )
    assert audit_trail.verify(park.leaving).first_broken == 2


def test_a_chain_that_was_made_anew_once_more_does_not_fit_its_seal(park, erased):
    """Whoever links every event anew, as the erasure did, is told from it by the platform's."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE portal_auditevent DISABLE TRIGGER unchangeable")
        cursor.execute(FORGED.replace("%s", str(park.leaving.pk)))
        cursor.execute("ALTER TABLE portal_auditevent ENABLE TRIGGER unchangeable")

    verdict = audit_trail.verify(park.leaving)
    assert (verdict.first_broken, verdict.head_fits) == (None, True)
    assert not verdict.seal_fits
    assert not verdict.holds


FORGED = """
DO $$
DECLARE event portal_auditevent; last bytea := '';
BEGIN
    FOR event IN SELECT * FROM portal_auditevent WHERE customer_id = '%s' ORDER BY number LOOP
        IF event.number = 2 THEN event.actor_name := 'somebody else'; END IF;
        event.previous := last; event.hash := '';
        event.hash := portal_event_digest(event);
        last := event.hash;
        UPDATE portal_auditevent SET actor_name = event.actor_name, previous = event.previous,
            hash = event.hash WHERE at = event.at AND id = event.id;
    END LOOP;
    UPDATE portal_chainhead SET hash = last WHERE customer_id = '%s';
END $$;
"""


def test_an_emptied_event_of_the_platforms_trail_is_sealed(park, erased):
    emptied = PlatformEvent.objects.get(name="passkey.added")
    assert (emptied.actor_name, emptied.data) == ("person 1", {"name": "…"})
    by_the_owner(
        "portal_platformevent",
        "UPDATE portal_platformevent SET actor_name = 'x' WHERE id = %s",
        emptied.pk,
    )
    assert audit_trail.verify_platform().first_broken == emptied.number


def test_one_more_emptied_event_does_not_fit_the_seal(park, erased):
    audit.record_platform("staff.made", by=park.staff, data={"email": "x"}, at=NOON)
    assert audit_trail.verify_platform().holds
    by_the_owner(
        "portal_platformevent",
        "UPDATE portal_platformevent e SET data = '{}', blanked = portal_blanked_digest("
        "jsonb_populate_record(e, '{\"data\": {}}')) WHERE name = 'staff.made'",
    )
    assert not audit_trail.verify_platform().holds


def test_a_second_erasure_seals_the_first_again(park, erased):
    with tenancy.transaction(park.staying):
        other = AuditEvent.objects.count()
    park.leaving, first = park.staying, park.leaving
    park.boss = park.member_of_both
    with tenancy.transaction(park.leaving):
        row = Membership.objects.get(user=park.boss)
        row.role = "ADMINISTRATOR"
        row.save()
    park.asked_and_confirmed()

    assert park.erased().events == other + 3
    assert audit_trail.verify_platform().holds
    assert audit_trail.verify(first).holds
    assert audit_trail.verify(park.leaving).holds


def test_the_command_checks_the_erased_too_and_says_so(park, erased):
    out = StringIO()
    call_command("verify_audit", stdout=out)
    lines = out.getvalue().splitlines()
    said = f"{park.leaving.pk}: {erased.events + 1} events, all in place; erased, the names in"
    assert [line for line in lines if line.startswith(said)]
    out = StringIO()
    call_command("verify_audit", "--json", stdout=out)
    told = {row["customer"]: row for row in map(json.loads, out.getvalue().splitlines())}
    assert told[str(park.leaving.pk)]["renamed"] == erased.events

    by_the_owner(
        "portal_auditevent",
        "DELETE FROM portal_auditevent WHERE customer_id = %s AND number = 1",
        park.leaving.pk,
    )
    with pytest.raises(CommandError, match="1 audit chains do not hold"):
        call_command("verify_audit", stdout=StringIO())


@pytest.mark.parametrize("table", ["portal_auditevent", "portal_platformevent"])
@pytest.mark.parametrize("change", ["UPDATE {} SET actor_name = 'x'", "DELETE FROM {}"])
def test_nobody_else_changes_a_trail(park, table, change):
    park.asked_and_confirmed()
    park.carry_out()  # while it is being erased, too
    for alias in ("default", "owner"):
        with connections[alias].cursor() as cursor, pytest.raises(Exception, match="denied|never"):
            cursor.execute(change.format(table))
