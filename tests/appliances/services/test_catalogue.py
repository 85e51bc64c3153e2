import json
from io import StringIO

import pytest
from django.core.management import call_command

from appliances.models import Package, Requirement
from appliances.services import catalogue
from tests.conftest import NOON

ROW = {"kind": "PRODUCT", "version": "31.1", "provenance": "DEMO"}


def with_need(operator: str, version: str = "9.0") -> dict:
    need = {"kind": "BASE", "op": operator, "version": version, "provenance": "DEMO"}
    return ROW | {"requires": [need]}


def test_loading_twice_changes_nothing(db):
    rows = catalogue.read(catalogue.VENDOR, catalogue.DEMO)

    first = catalogue.load(rows)
    ids = set(Package.objects.values_list("id", flat=True))
    second = catalogue.load(rows)

    assert (first.added, first.changed) == (len(rows), 0)
    assert (second.added, second.changed, second.unchanged) == (0, 0, len(rows))
    assert set(Package.objects.values_list("id", flat=True)) == ids


def test_a_changed_row_keeps_its_id_and_its_withdrawal(db):
    catalogue.load([with_need(">=")])
    package = catalogue.withdraw(Package.objects.get(), by=None, at=NOON)

    loaded = catalogue.load([with_need(">", "9.1")])

    again = Package.objects.get()
    assert (loaded.changed, again.pk, again.withdrawn_at) == (1, package.pk, NOON)
    assert list(Requirement.objects.values_list("above", "version")) == [(True, "9.1")]


def test_the_guides_own_case_is_documented(db):
    catalogue.load(catalogue.read(catalogue.VENDOR))

    package = Package.objects.get(kind="PRODUCT", version="12.2.0")
    need = package.requirements.get()

    assert (package.provenance, package.name) == ("DOCUMENTED", "Bomgar-12.2.0")
    assert (need.kind, need.above, need.version, need.provenance) == (
        "BASE",
        True,
        "3.2.4",
        "DOCUMENTED",
    )


def test_without_the_demo_nothing_invented_is_loaded(db):
    catalogue.load(catalogue.read(catalogue.VENDOR))

    assert not Package.objects.filter(provenance="DEMO").exists()
    assert not Requirement.objects.filter(provenance="DEMO").exists()


def test_every_row_says_where_it_comes_from():
    rows = catalogue.read(catalogue.VENDOR, catalogue.DEMO)
    needs = [need for row in rows for need in row.get("requires", [])]

    assert [row["version"] for row in rows if not row.get("source_note")] == []
    assert [need for need in needs if not need.get("source_note")] == []


@pytest.mark.parametrize("operator", ["<", "<=", "==", "~"])
def test_a_requirement_that_forbids_newer_versions_is_refused_whole(db, operator):
    with pytest.raises(catalogue.UpperBound):
        catalogue.load([ROW | {"version": "31.0"}, with_need(operator)])

    assert Package.objects.count() == 0


def test_only_product_packages_ask_clients_to_follow(db):
    catalogue.load(catalogue.read(catalogue.VENDOR, catalogue.DEMO))

    assert set(Package.objects.values_list("kind", "client_update", "dwell_hours", "reboots")) == {
        ("BASE", False, 0, True),
        ("PRODUCT", True, 24, False),
        ("LICENCE", False, 0, False),
    }


def test_a_withdrawn_package_can_be_put_back(db):
    catalogue.load([ROW])
    package = catalogue.withdraw(Package.objects.get(), by=None, at=NOON)

    catalogue.restore(package, by=None)

    assert Package.objects.get().withdrawn_at is None


def test_a_release_is_supported_for_two_years_from_its_day(db):
    catalogue.load([ROW | {"released_on": "2026-02-06", "date_precision": "day"}])

    assert str(Package.objects.get().supported_until) == "2028-02-06"


def test_the_command_tells_what_it_did(db):
    out = StringIO()
    call_command("load_catalogue", "--demo", "--json", stdout=out)

    assert json.loads(out.getvalue())["added"] == Package.objects.count() > 60
