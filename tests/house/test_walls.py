"""The second wall, read from PostgreSQL's own catalogue: no table without, no key that leaks."""

import re

import pytest
from django.db import connections

PLATFORM = {
    "appliances_installationthreshold",
    "appliances_package", "appliances_requirement", "django_content_type", "django_migrations",
    "django_session", "portal_apikey", "portal_calendarfeed", "portal_clock",
    "portal_onetimelink", "portal_recoverycode", "portal_secondstep", "portal_session",
    "portal_signintry", "portal_user", "portal_platformevent", "portal_platformhead",
    "portal_keptplatformanswer", "portal_ownletter", "portal_passkey",
    "portal_passkeychallenge",
    "portal_companyticket", "portal_stafftie", "portal_shownproof",
    "upgrades_pathentry", "portal_heartbeat", "upgrades_rollout", "upgrades_wave",
    "upgrades_platformfreeze", "upgrades_team", "upgrades_shift", "upgrades_seat",
    "upgrades_settlement", "upgrades_rolloutreport", "upgrades_fleetcount",
}  # fmt: skip
OURS = "relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"


@pytest.fixture
def ask(db):
    def rows(sql):
        with connections["owner"].cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    return rows


def test_every_table_is_walled_or_belongs_to_the_platform(ask):
    tables = dict(
        ask(f"SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class WHERE {OURS}")
    )
    open_tables = {name for name, walled in tables.items() if not walled}

    assert {name for name in open_tables if not name.startswith("auth_")} == PLATFORM & set(tables)


def test_every_table_with_a_customer_says_who_sees_it(ask):
    policies = ask(
        "SELECT tablename, count(*) FILTER (WHERE policyname = 'customer' AND qual IS NOT NULL"
        " AND with_check IS NOT NULL) FROM pg_policies GROUP BY tablename"
    )
    assert [name for name, found in policies if found != 1] == []
    owned = {
        name
        for (name,) in ask(
            f"SELECT relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            f" WHERE {OURS} AND a.attname = 'customer_id' AND NOT a.attisdropped"
        )
    } - {"portal_apikey", "portal_calendarfeed"}
    assert owned <= {name for name, _ in policies}


def test_keys_between_owned_tables_carry_the_customer(ask):
    single = ask(
        "SELECT c.conname FROM pg_constraint c"
        " JOIN pg_class source ON source.oid = c.conrelid"
        " JOIN pg_class target ON target.oid = c.confrelid"
        " WHERE c.contype = 'f' AND source.relrowsecurity AND target.relrowsecurity"
        " AND target.relname <> 'portal_customer' AND array_length(c.conkey, 1) < 2"
    )
    assert single == []


def test_the_serving_roles_own_nothing_and_bypass_nothing(ask):
    roles = ask(
        "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles"
        " WHERE rolname LIKE 'changeover%' ORDER BY 1"
    )
    assert [dangerous for _, dangerous in roles] == [False] * 4
    owners = ask(f"SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE {OURS}")
    assert owners == [("changeover_owner",)]


def test_doors_have_a_fixed_search_path_and_an_owner_without_login(ask):
    doors = ask(
        "SELECT proname, pg_get_userbyid(proowner), proconfig::text FROM pg_proc"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    assert len(doors) >= 8
    for name, owner, config in doors:
        assert name.startswith("door_")
        assert owner == "changeover_door"
        assert "search_path=pg_catalog, public" in config


def test_nobody_else_may_call_a_door(ask):
    open_doors = ask(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        " AND has_function_privilege('public', oid, 'EXECUTE')"
    )
    assert open_doors == []


def test_the_audit_trail_can_be_appended_to_and_nothing_else(ask):
    granted = {
        right
        for (right,) in ask(
            "SELECT privilege_type FROM information_schema.role_table_grants"
            " WHERE table_name = 'portal_auditevent' AND grantee = 'changeover_app'"
        )
    }
    assert granted == {"SELECT", "INSERT"}


def test_no_views_lie_over_customer_data(ask):
    assert ask("SELECT viewname FROM pg_views WHERE schemaname = 'public'") == []
    assert ask("SELECT matviewname FROM pg_matviews WHERE schemaname = 'public'") == []


def test_doors_that_are_told_the_time_show_each_clock_its_own(ask):
    """A sandbox that is ahead is found by its own clock and by no other (portal/own_clock.py)."""
    policies = ask(
        "SELECT tablename FROM pg_policies WHERE policyname = 'own_clock' AND cmd = 'SELECT'"
        " AND permissive = 'RESTRICTIVE' AND roles = '{changeover_door}'"
    )
    kept = {table for (table,) in policies}
    told = ask(
        "SELECT proname, prosrc FROM pg_proc WHERE prosecdef AND 'at' = ANY (proargnames)"
        " AND pronamespace = 'public'::regnamespace"
    )
    # A secret link is of one customer, and opens that one alone.
    told = {name: text for name, text in told if name != "door_customer_of_live_link"}

    assert len(told) > 10
    for name, text in told.items():
        first = re.search(
            r"FROM (?:unnest|\(.*?FROM )?\s*((?:upgrades|portal|appliances)_\w+)", text, re.S
        )
        assert first is not None
        assert first[1] in kept, name
