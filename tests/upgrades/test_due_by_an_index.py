"""What a sweep asks every half minute costs the same however many appliances are not due."""

import pytest
from django.db import connections

from appliances.services import sites
from portal import tenancy
from tests import factories
from tests.conftest import NOON

MANY = 5_000
# The rows of one site and its appliance, as often as told.
SITES = """
INSERT INTO appliances_site SELECT (jsonb_populate_record(s, jsonb_build_object(
    'id', gen_random_uuid(), 'public_name', 'p' || n, 'name', 'n' || n))).*
FROM appliances_site s, generate_series(1, %s) n
"""
BOXES = """
INSERT INTO appliances_appliance SELECT (jsonb_populate_record(a, jsonb_build_object(
    'id', gen_random_uuid(), 'site_id', t.id, 'host', t.public_name || '.example.com'))).*
FROM appliances_appliance a JOIN appliances_site t ON t.id <> a.site_id
"""


@pytest.fixture
def fleet(db):
    customer = factories.a_customer()
    box = {"letter": "A", "name": "", "host": "a.example.com"}
    with tenancy.transaction(customer):
        site = sites.register(
            name="Desk", public_name="desk.example.com", shape="SINGLE", zone="UTC",
            by=None, at=NOON, appliances=[box],
        )  # fmt: skip
        site.appliances.update(
            secret_key_id="k1", last_seen_at=NOON, read_due_at=NOON, backup_due_at=NOON,
            read_begun_at=NOON,
        )  # fmt: skip
    with connections["owner"].cursor() as cursor:
        cursor.execute(SITES, [MANY])
        cursor.execute(BOXES)
        cursor.execute("ANALYZE appliances_site, appliances_appliance")
        yield cursor


def body(cursor, door):
    """What a door runs, with the day before noon for its instant: nothing is due."""
    cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [door])
    source = cursor.fetchone()[0]
    before = "timestamptz '2026-11-01 00:00+00'"
    return source.replace("<= at)", f"<= {before})").replace("= at + lease", f"= {before}")


def plan(cursor, statement):
    cursor.execute(f"EXPLAIN {statement}")
    return "\n".join(line for (line,) in cursor.fetchall())


def test_a_backup_that_is_due_is_the_first_of_an_index(fleet):
    found = plan(fleet, body(fleet, "door_claim_backup"))

    assert "appliances_backup_due" in found
    assert "Seq Scan on appliances_appliance" not in found


def test_reads_that_are_due_and_those_of_the_last_minute_are_found_by_an_index(fleet):
    source = body(fleet, "door_claim_reads")
    due = source[source.index("SELECT x.id, x.read_due_at") : source.index(") due ORDER BY")]
    begun = source[source.index("FROM appliances_appliance") : source.index("IF allowed")]

    found = plan(fleet, due)
    assert "appliances_read_due" in found
    assert "Seq Scan on appliances_appliance" not in found
    found = plan(fleet, f"SELECT count(*) {begun.strip().rstrip(';')}")
    assert "Index Cond: (read_begun_at > " in found
    assert "Seq Scan on appliances_appliance" not in found
