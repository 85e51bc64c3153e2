"""What is refused or interrupted: bad cells, old previews, files that are no tables, kills."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from appliances.models import Site
from appliances.services.importing import loads
from appliances.services.importing.cells import Options
from appliances.services.importing.gathering import gather
from appliances.services.importing.reading import read
from portal.models import Customer
from tests import factories
from tests.appliances.services.importing import test_loads
from tests.appliances.services.importing.test_loads import BAD, given, load, preview, said, wide
from tests.conftest import NOON

agent = test_loads.agent


def test_each_bad_cell_is_named_with_its_line_and_a_sentence_and_nothing_is_loaded(agent):
    good = "customer,customer_name\ngood,Good\n"
    report = loads.load(
        [given(good, "good.csv"), given(BAD, "bad.csv")], options=Options(), by=agent, at=NOON
    )

    assert said(report) == [
        (2, "customer", "Upper"),
        (3, "customer_zone", "Mars/Base"),
        (3, "contract_to", "2026-01-01"),
        (4, "customer_name", ""),
        (5, "shape", "triangle"),
        (5, "host", "a b c"),
        (5, "data_gb", "lots"),
        (6, "customer_name", "Other"),
        (7, "site", "w.example"),
        (8, "site", ""),
    ]
    assert {problem.file for problem in report.problems} == {"bad.csv"}
    assert all(len(problem.sentence) > 10 for problem in report.problems)
    assert Customer.across.count() == 0
    assert not report.loaded


def test_a_preview_that_is_old_is_not_loaded(agent):
    seen = preview(wide())
    load(agent, wide().replace("Lyon desk", "Lyon help desk"))

    with pytest.raises(loads.SeenOtherwise):
        load(agent, wide(), seen=seen.mark)
    assert load(agent, wide(), seen=preview(wide()).mark).loaded


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"customer,colour\nx,red\n", "nobody knows: colour"),
        (b"customer,customer\nx,x\n", "twice: customer"),
        (b"customer_name\nX\n", "no column"),
        (b'customer,customer_name\nx,"X\n', "no CSV"),
        (b"PK\x03\x04\x00\x00\x01\x00" * 50, "no text"),
        (b"customer\n" + b"x\n" * 60_001, "at most 60000 lines"),
    ],
    ids=["empty", "strange", "twice", "whose", "quote", "workbook", "long"],
)
def test_a_file_that_is_no_table_is_refused_whole(db, data, words):
    with pytest.raises(loads.NoTable, match=words):
        preview(data)


def test_lines_that_are_too_wide_or_hold_more_than_one_line_are_named(db):
    report = preview('customer,customer_name\nx,X,more\ny,"Y\nZ"\n')
    assert said(report) == [(2, "", ""), (3, "customer_name", "Y\nZ")]


def test_after_a_kill_between_two_customers_the_same_files_bring_the_rest(agent):
    groups, _bad = gather(read(given(wide()))[0], Options())
    loads._turn(groups[0], by=agent, at=NOON, for_good=True)
    assert Customer.across.count() == 1

    report = load(agent, wide())

    assert report.counts["customer"] == {"new": 1, "changed": 0, "same": 1}
    assert Site.across.count() == 2


def test_two_imports_of_one_new_customer_make_it_once(agent):
    (group,), _bad = gather(read(given("customer,customer_name\nx,X\n"))[0], Options())
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            factories.a_customer("X", slug="x")
            late = other.submit(_turn_in_a_thread, group)
            _wait_for_a_lock()
        (problem,) = late.result().problems
    assert (problem.line, problem.column) == (2, "customer")
    assert Customer.across.count() == 1


def _turn_in_a_thread(group):
    try:
        return loads._turn(group, by=None, at=NOON, for_good=True)
    finally:
        connections.close_all()


def _wait_for_a_lock():
    """Until another connection of this database waits for us."""
    for _ in range(500):
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    pytest.fail("nobody waits")
