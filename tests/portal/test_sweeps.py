"""What fails at one row of a sweep is undone and noted, and keeps none of the others."""

import logging

import pytest
from django.db import OperationalError, connection, transaction
from django_fsm import ConcurrentTransition

from portal import sweeps
from portal.models import Heartbeat
from portal.services import heartbeats


def broken_at(bad, error):
    def act(row):
        heartbeats.beat(row)
        if row == bad:
            raise error

    return act


def there():
    return sorted(Heartbeat.objects.values_list("part", flat=True))


@pytest.mark.parametrize("inside", [False, True])
def test_the_others_are_done_and_what_failed_is_undone_and_named(db, caplog, inside):
    caplog.set_level(logging.ERROR)
    act = broken_at("b", KeyError("ours"))
    if inside:
        with transaction.atomic():
            assert sweeps.each("abc", act) == 2
        assert there() == ["a", "c"]
    else:  # each opens its own transactions: here it has none
        assert sweeps.each("abc", act) == 2
        assert there() == ["a", "b", "c"]
    (record,) = [one for one in caplog.records if one.name == "portal.sweeps"]
    assert record.outcome == "b"
    assert record.exc_info[0] is KeyError


def test_an_error_of_the_database_at_one_row_leaves_the_transaction_whole(db):
    def act(row):
        heartbeats.beat(row)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / %s", [int(row != "b")])

    with transaction.atomic():
        assert sweeps.each("abc", act) == 2
        heartbeats.beat("after")

    assert there() == ["a", "after", "c"]


def test_what_somebody_moved_at_this_moment_is_nothing_to_be_noted(db, caplog):
    assert sweeps.each("abc", broken_at("b", ConcurrentTransition())) == 2
    assert not [one for one in caplog.records if one.name == "portal.sweeps"]


def test_a_database_that_is_away_is_no_rows_fault(db):
    def act(_row):
        connection.close()
        connection.settings_dict, known = (
            {**connection.settings_dict, "PORT": "1"},
            (connection.settings_dict),
        )
        try:
            heartbeats.beat("a")
        finally:
            connection.settings_dict = known

    seen = []
    with pytest.raises(OperationalError):
        sweeps.each("ab", lambda row: (seen.append(row), act(row)))
    assert seen == ["a"]
