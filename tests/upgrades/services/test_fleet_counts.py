"""The kept count of the fleet is what counting would say, is never old, and hides what staff may
not see."""

import random
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models import F

from appliances.models import Appliance, Site
from portal import background, own_clock, tenancy
from portal.models import Customer
from tests import factories
from tests.appliances.services.test_filtering import a_site
from upgrades import tasks
from upgrades.models import FleetCount
from upgrades.services.fleetwide import counting, kept, matrix

RELEASES = ("", "12.1", "12.1.0", "12.10", "24.1.1", "26.2")
REGIONS = ("", "emea", "EMEA", "apac", "Île-de-France", 'say "hi"')


def everything():
    return Site.across.all()


@pytest.fixture
def large(db, monkeypatch):
    """Every fleet is taken for one whose counting takes long."""
    monkeypatch.setattr(kept, "FEW", -1)
    monkeypatch.setattr(kept, "QUICK", -1)


@pytest.fixture
def rung(monkeypatch):
    bells = []
    monkeypatch.setattr(kept, "_rung", {})
    monkeypatch.setattr(kept, "enqueue", lambda task, **ids: bells.append((task, ids)))
    return bells


def older(by):
    FleetCount.objects.update(counted_at=F("counted_at") - by)


def a_world(seed):
    """Customers with sites of every shape, half upgraded, in regions of their own, and closed."""
    dice = random.Random(seed)
    for number in range(dice.randrange(1, 7)):
        customer = factories.a_customer(f"Customer {dice.randrange(10**6)} {number}")
        with tenancy.transaction(customer):
            for name in range(dice.randrange(5)):
                site = Site.objects.create(
                    customer=customer, name=str(name), public_name=f"{name}.example.com",
                    zone="UTC", shape=dice.choice(Site.Shape.values), region=dice.choice(REGIONS),
                    closed_at=None if dice.random() < 0.9 else "2026-01-01T00:00Z",
                )  # fmt: skip
                for letter in "ABCD"[: dice.randrange(5)]:
                    Appliance.objects.create(
                        customer=customer, site=site, letter=letter, name=letter, host=letter,
                        product_version=dice.choice(RELEASES), region=dice.choice(REGIONS),
                        place="IN_PLACE" if dice.random() < 0.8 else "WAITING",
                    )  # fmt: skip


def one_by_one(by):
    """The matrix as plain Python says it: release (or customer), head, and the sites of each."""
    rows, lines, sites = {}, {}, 0
    for site in everything().filter(closed_at=None).select_related("customer"):
        sites += 1
        boxes = list(Appliance.across.filter(site=site))
        had = {counting._plain(box.product_version) or "not known" for box in boxes}
        regions = {name.casefold() for name in (site.region, *(box.region for box in boxes))} - {""}
        groups = {"shape": {site.get_shape_display()}, "region": regions or {"no region"}}
        lefts, tops = ({site.customer.name}, had) if by == "customer" else (had, groups[by])
        for left in lefts:
            lines.setdefault(left, set()).add(site.pk)
            for top in tops:
                rows.setdefault((left, top), set()).add(site.pk)
    return sites, {at: len(s) for at, s in rows.items()}, {at: len(s) for at, s in lines.items()}


def said(shown):
    cells = {
        (line.title, head.casefold() if shown.by == "region" else head): cell.number
        for line in shown.lines
        for head, cell in zip(shown.heads, line.cells, strict=True)
        if cell.number
    }
    return shown.sites, cells, {line.title: line.total for line in shown.lines}


@pytest.mark.parametrize("seed", range(8))
def test_kept_live_filtered_and_in_the_file_it_says_what_counting_one_by_one_says(large, seed):
    a_world(seed)
    for by in counting.AXES:
        live = matrix.matrix(everything(), by)
        kept.count_now(by)
        again = matrix.of_all(by)

        assert said(live) == one_by_one(by)
        assert again.counted_at is not None
        assert again == matrix.replace(live, counted_at=again.counted_at)
        whole = matrix.matrix(everything(), by, most=None)
        assert list(whole.table()) == list(again.table())
        assert matrix.matrix(everything().filter(name__gte=""), by) == live


def test_a_fleet_that_is_counted_quickly_is_counted_at_each_look(db, rung):
    customer = factories.a_customer("Lyon")
    for number in (1, 2):
        a_site(customer, f"s{number}")
        shown = matrix.of_all("shape")
        assert (shown.sites, shown.counted_at) == (number, None)
    assert not FleetCount.objects.exists()
    assert rung == []


def test_for_a_minute_a_count_is_shown_and_in_the_next_a_worker_makes_a_new_one(large, rung):
    customer = factories.a_customer("Lyon")
    a_site(customer, "one")
    assert matrix.of_all("shape").counted_at is None  # counted by whoever looks first
    a_site(customer, "two")

    fresh = matrix.of_all("shape")
    assert (fresh.sites, rung) == (1, [])
    tasks.count_fleet("shape", 0)  # a bell too many counts nothing
    assert matrix.of_all("shape") == fresh

    older(kept.FRESH)
    for _look in range(3):
        assert matrix.of_all("shape").sites == 1
    assert rung == [("upgrades.count_fleet", {"by": "shape", "after": 0})]
    tasks.count_fleet("shape", 0)
    shown = matrix.of_all("shape")
    assert shown.sites == 2
    assert shown.counted_at > fresh.counted_at
    assert matrix.of_all("region").sites == 2  # counted with it


def test_nothing_older_than_two_minutes_is_shown_though_no_worker_runs(large, rung):
    customer = factories.a_customer("Lyon")
    a_site(customer, "one")
    matrix.of_all("shape")
    a_site(customer, "two")
    older(kept.OLDEST)
    shown = matrix.of_all("shape")
    assert (shown.sites, shown.counted_at) == (2, None)


def test_what_became_quick_is_kept_no_more(large, monkeypatch):
    a_site(factories.a_customer("Lyon"), "one")
    matrix.of_all("shape")
    assert set(FleetCount.objects.values_list("what", flat=True)) == {"shape", "region"}
    monkeypatch.setattr(kept, "FEW", 5)
    kept.count_now("shape")
    assert not FleetCount.objects.exists()


def test_pages_of_customers_are_kept_each(large):
    for number in range(kept.PAGE + 1):
        a_site(factories.a_customer(f"Customer {number:03}"), "one")
    for _look in (1, 2):
        first, second = matrix.of_all("customer"), matrix.of_all("customer", after=kept.PAGE)
        assert [line.title for line in second.lines] == ["Customer 050"]
        assert (len(first.lines), first.next, second.next) == (kept.PAGE, kept.PAGE, None)
    assert (first.counted_at, second.counted_at) != (None, None)


def test_what_nobody_looked_at_is_gone_after_some_minutes(large):
    a_site(factories.a_customer("Lyon"), "one")
    matrix.of_all("shape")
    kept.forget_old()
    assert FleetCount.objects.exists()
    older(kept.GONE)
    kept.forget_old()
    assert not FleetCount.objects.exists()


def test_a_sandbox_is_in_no_kept_count_though_staff_look_into_sandboxes(large):
    a_site(factories.a_customer("Lyon"), "one")
    played = factories.a_customer("Qxz", id=own_clock.new_id(), sandbox_shapes=["SINGLE"])
    a_site(played, "two", product="99.9", region="qxz-land")
    with tenancy.with_sandboxes():
        for by in counting.AXES:
            kept.count_now(by)
            assert Customer.across.count() == 2  # the rest of the search goes on as it was
    for by in counting.AXES:
        shown = matrix.of_all(by)
        assert (shown.sites, shown.counted_at is None) == (1, False)
    assert "qxz-land" not in str(list(FleetCount.objects.values_list("counts", flat=True)))
    assert str(played.pk) not in str(list(FleetCount.objects.values_list("counts", flat=True)))


def test_a_customer_that_staff_see_no_more_has_no_line_at_once(large):
    going = factories.a_customer("Ankara")
    a_site(going, "one")
    a_site(factories.a_customer("Lyon"), "two")
    kept.count_now("customer")
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE portal_customer SET closed_at = now() WHERE id = %s", [going.pk])
    assert [line.title for line in matrix.of_all("customer").lines] == ["Lyon"]


def test_the_serving_role_alone_keeps_counts_and_staffs_role_does_not_read_them(db):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT grantee, privilege_type FROM information_schema.role_table_grants"
            " WHERE table_name = 'upgrades_fleetcount' AND grantee <> 'changeover_owner'"
        )
        assert {who for who, _what in cursor.fetchall()} == {"changeover_app"}


def test_the_bell_has_a_task(db):
    assert "upgrades.count_fleet" in background.current_app.tasks
    assert kept.FRESH < kept.OLDEST < kept.GONE < timedelta(hours=1)
