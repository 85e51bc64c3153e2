"""Every check of vendor.md §9.1 with a good, a bad (or to be watched) and an unknown case."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from appliances.drivers.values import AccountState
from appliances.models import Backup, CertificateCopy, Package
from appliances.services.expected import Expected
from appliances.services.thresholds import BUILT_IN, Values
from tests.appliances.services.checks_asked import (
    asked,
    cluster,
    measured,
    pair,
    taking_down,
    verdict,
)
from tests.conftest import NOON

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
GONE = {"kind": "unreachable", "version": "", "guid": "", "build": ""}
MAY = {"perm_command": "full_access", "perm_configuration": "1", "perm_backup": "1"}


def said(name, question, *found):
    answer = verdict(name, question, *found)
    return answer if answer is None else str(answer.status)


def with_values(question, **changed):
    named = {key.replace("__", "."): value for key, value in changed.items()}
    return replace(question, values=Values({**BUILT_IN.of, **named}))


@pytest.mark.parametrize(
    ("name", "told", "status"),
    [
        ("REACHABILITY", {}, "GOOD"),
        ("REACHABILITY", GONE, "BAD"),
        ("HEALTH", {}, "GOOD"),
        ("HEALTH", {"kind": "unwell"}, "BAD"),
        ("HEALTH", GONE, "UNKNOWN"),
        ("IDENTITY", {}, "GOOD"),
        ("IDENTITY", {"kind": "wrong"}, "BAD"),
        ("IDENTITY", GONE, "UNKNOWN"),
        ("CLOCK", {"clock_offset_seconds": 3.0}, "GOOD"),
        ("CLOCK", {"clock_offset_seconds": -121.0}, "WARNING"),
        ("CLOCK", {"clock_offset_seconds": 3601.0}, "BAD"),
        ("CLOCK", {}, "UNKNOWN"),
        ("VERSION_KNOWN", {}, "GOOD"),
        ("VERSION_KNOWN", {"version": "23.1"}, "WARNING"),
        ("VERSION_KNOWN", GONE, "UNKNOWN"),
        ("ACCOUNT", {"permissions": MAY}, "GOOD"),
        ("ACCOUNT", {"permissions": MAY | {"perm_backup": "0"}}, "WARNING"),
        ("ACCOUNT", {"permissions": MAY | {"perm_command": "deny"}}, "WARNING"),
        ("ACCOUNT", {}, "UNKNOWN"),
        ("CERTIFICATE_ENDS", {"certificate_ends_at": NOON + 91 * DAY}, "GOOD"),
        ("CERTIFICATE_ENDS", {"certificate_ends_at": NOON + 89 * DAY}, "WARNING"),
        ("CERTIFICATE_ENDS", {"certificate_ends_at": NOON - DAY}, "WARNING"),
        ("CERTIFICATE_ENDS", {}, "UNKNOWN"),
    ],
)
def test_what_one_appliance_says(name, told, status):
    assert said(name, asked(), measured(told=told, product_version="22.3.1")) == status


@pytest.mark.parametrize(("offset", "shown"), [(-0.3, "+0 s"), (3.0, "+3 s"), (-121.4, "-121 s")])
def test_how_far_a_clock_is_off_is_told_in_whole_seconds(offset, shown):
    found = measured(told={"clock_offset_seconds": offset}, product_version="22.3.1")

    assert verdict("CLOCK", asked(), found).observed == shown


def test_who_has_no_api_is_not_asked_and_stops_nobody():
    found = measured(told=GONE | {"kind": "refused"}, dialect="NO_API")

    for name in ("REACHABILITY", "HEALTH", "IDENTITY"):
        answer = verdict(name, asked(), found)
        assert (str(answer.status), answer.counts) == ("UNKNOWN", False)
    assert verdict("ACCOUNT", asked(), found) is None


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (AccountState("c", True, 0, None), "GOOD"),
        (AccountState("c", False, 0, None), "WARNING"),
        (AccountState("c", True, 3, None), "WARNING"),
        (AccountState("c", True, 0, NOON), "WARNING"),
    ],
)
def test_an_account_about_to_be_locked_is_watched(state, status):
    assert said("ACCOUNT", asked(), measured(told={"permissions": MAY}, account=state)) == status


def test_a_version_that_a_job_of_ours_installs_is_known():
    found = measured(told={"version": "23.1"}, product_version="22.3.1")
    ours = Expected(products={found.box.pk: frozenset({"23.1"})})

    assert said("VERSION_KNOWN", asked(expected=ours), found) == "GOOD"


@pytest.mark.parametrize(
    ("read_at", "status"), [(NOON - 29 * DAY, "GOOD"), (NOON - 31 * DAY, "BAD"), (None, "BAD")]
)
def test_the_base_version_was_read_lately(read_at, status):
    version = "6.2.0" if read_at else ""
    found = measured(base_version=version, base_at=read_at)

    assert said("BASE_VERSION", asked(), found) == status


@pytest.mark.parametrize(
    ("released", "status"),
    [(date(2025, 1, 1), "GOOD"), (date(2024, 1, 1), "WARNING"), (None, "UNKNOWN")],
)
def test_a_release_is_retired_after_two_years(released, status):
    releases = {"22.3.1": Package(version="22.3.1", released_on=released)}

    assert said("RETIRED_VERSION", asked(releases=releases), measured()) == status


def kept(found, *rows):
    return asked(backups={found.box.pk: tuple(rows)})


def a_backup(ago, size=100):
    return Backup(taken_at=NOON - ago, size=size)


def test_a_backup_is_fresh_old_or_missing():
    found = measured()

    assert said("BACKUP", kept(found, a_backup(23 * HOUR)), found) == "GOOD"
    assert said("BACKUP", kept(found, a_backup(25 * HOUR)), found) == "WARNING"
    assert said("BACKUP", kept(found), found) == "WARNING"
    assert said("BACKUP", asked(), measured("N1", cluster_role="TRAFFIC")) is None


@pytest.mark.parametrize(
    ("sizes", "status"),
    [((100, 100), "GOOD"), ((49, 100), "WARNING"), ((201, 100), "WARNING"), ((100,), "UNKNOWN")],
)
def test_a_backup_is_about_as_large_as_the_last_one(sizes, status):
    found = measured()
    rows = [a_backup(HOUR, size) for size in sizes]

    assert said("BACKUP_SANE", kept(found, *rows), found) == status


def test_certificates_were_exported_lately():
    found = measured()

    def noted(ago):
        copy = CertificateCopy(noted_at=NOON - ago, expires_on=date(2028, 1, 1))
        return asked(copies={found.box.pk: copy})

    assert said("CERTIFICATE_SAVED", noted(HOUR), found) == "GOOD"
    assert said("CERTIFICATE_SAVED", noted(25 * HOUR), found) == "WARNING"
    assert said("CERTIFICATE_SAVED", asked(), found) == "WARNING"
    assert said("CERTIFICATE_ENDS", noted(HOUR), found) == "GOOD"  # as a person noted it


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ({}, {}, "GOOD"),
        ({"failover_role": "backup"}, {}, "BAD"),
        ({}, {"failover_role": "none"}, "BAD"),
        ({}, GONE | {"failover_role": ""}, "UNKNOWN"),
    ],
)
def test_a_pair_has_one_primary_and_one_backup(first, second, status):
    assert said("PAIR_ROLES", asked("PAIR"), *pair(first, second)) == status


@pytest.mark.parametrize(
    ("second", "status"),
    [({}, "GOOD"), ({"version": "22.4"}, "BAD"), ({"build": "2"}, "BAD"), (GONE, "UNKNOWN")],
)
def test_a_pair_runs_one_version_and_build(second, status):
    assert said("PAIR_VERSIONS", asked("PAIR"), *pair(second=second)) == status


@pytest.mark.parametrize(
    ("first", "status"),
    [
        ({}, "GOOD"),
        ({"last_sync_at": NOON - 25 * HOUR}, "BAD"),
        ({"last_sync_status": "Data-Sync failed."}, "BAD"),
        ({"last_sync_at": None}, "UNKNOWN"),
    ],
)
def test_a_pair_was_synchronised_lately(first, status):
    assert said("SYNC_FRESH", asked("PAIR"), *pair(first)) == status


def test_an_old_sync_only_warns_where_the_job_synchronises_before_the_break():
    old = pair({"last_sync_at": NOON - 25 * HOUR})

    assert said("SYNC_FRESH", asked("PAIR", expected=Expected(syncs=True)), *old) == "WARNING"


@pytest.mark.parametrize("name", ["PAIR_ROLES", "SYNC_FRESH"])
def test_while_the_relationship_is_broken_for_an_upgrade_nobody_asks_for_it(name):
    apart = asked("PAIR", expected=Expected(related=False, level=False))

    assert verdict(name, apart, *pair({"failover_role": "none"})) is None
    assert verdict("PAIR_VERSIONS", apart, *pair(second={"version": "23.1"})) is None


def test_an_interim_may_be_too_long():
    def since(days, **more):
        interim = Expected(interim_since=NOON - days * DAY, **more)
        return said("INTERIM", asked("PAIR", expected=interim), *pair())

    assert (since(6), since(8), since(3, interim_days=2)) == ("GOOD", "WARNING", "WARNING")
    assert verdict("INTERIM", asked("PAIR"), *pair()) is None


def test_at_rest_every_node_accepts():
    assert said("CLUSTER_FLAGS", asked("CLUSTER"), *cluster()) == "GOOD"
    assert said("CLUSTER_FLAGS", asked("CLUSTER"), *cluster(n2=False)) == "BAD"
    silent = (measured("A", cluster_role="MASTER"), *cluster()[1:])
    assert said("CLUSTER_FLAGS", asked("CLUSTER"), *silent) == "UNKNOWN"


def test_nodes_that_are_changed_next_do_not_accept_and_have_nobody():
    quiet, busy = cluster(n1=False), cluster(n1=False, counts=(2, 0))
    accepting, silent = cluster(), cluster(n1=False, counts=(None, 0))

    def of(name, found):
        down = taking_down(found[1], flags=False)
        return said(name, asked("CLUSTER", expected=down), *found)

    assert (of("CLUSTER_FLAGS", quiet), of("CLUSTER_FLAGS", accepting)) == ("GOOD", "BAD")
    assert [of("DRAINED", found) for found in (quiet, busy, silent)] == ["GOOD", "BAD", "UNKNOWN"]
    assert verdict("DRAINED", asked("CLUSTER"), *busy) is None


def test_a_cluster_runs_one_version():
    assert said("CLUSTER_VERSIONS", asked("CLUSTER"), *cluster()) == "GOOD"
    other = cluster(N2={"version": "22.4"})
    assert said("CLUSTER_VERSIONS", asked("CLUSTER"), *other) == "WARNING"
    assert said("CLUSTER_VERSIONS", asked("CLUSTER"), *cluster(N2=GONE)) == "UNKNOWN"
