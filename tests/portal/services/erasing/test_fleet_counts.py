"""A count of the fleet that runs while a customer is erased keeps nothing of that customer."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from appliances.models import Site
from portal.services.erasing import carrying_out
from tests.upgrades.processes import wait_for
from upgrades.models import FleetCount
from upgrades.services.fleetwide import counting, kept

ITS_OWN = "Secret Region"


@pytest.fixture
def counted(park, monkeypatch):
    """Every fleet is taken for a large one, and the customer that goes has a region of its own."""
    monkeypatch.setattr(kept, "FEW", -1)
    monkeypatch.setattr(kept, "QUICK", -1)
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE appliances_site SET closed_at = NULL, region = 'elsewhere'")
        cursor.execute("UPDATE appliances_appliance SET product_version = '12.1', region = ''")
        cursor.execute(
            "UPDATE appliances_site SET region = %s WHERE customer_id = %s",
            [ITS_OWN, park.leaving.pk],
        )
    return park


def all_kept():
    return str(list(FleetCount.objects.values_list("counts", flat=True)))


def names_it(park, text):
    return ITS_OWN in text or str(park.leaving.pk) in text


def test_whenever_it_began_and_whenever_it_ended_nothing_of_the_customer_is_kept(
    counted, monkeypatch
):
    """A count begins before every piece of the erasure, and each of those is to be kept after every
    later piece: all pairs of them."""
    park, begun, named, stages = counted, [], [], []
    piece = carrying_out._piece

    def between(customer_id, at):
        begun.extend((kept._counted(by, 0), len(stages)) for by in ("shape", "customer"))
        more = piece(customer_id, at)
        stages.append(more)
        for fresh, _began in begun:
            kept._keep(fresh, 0)
            named.append(names_it(park, all_kept()))
        return more

    park.asked_and_confirmed()
    monkeypatch.setattr(carrying_out, "_piece", between)

    park.erased()

    assert len(stages) > 20
    saw_it = [began for fresh, began in begun if names_it(park, str(fresh.found))]
    assert max(saw_it) > 5  # counts that began while its rows went had it still
    assert not names_it(park, all_kept())
    kept.count_now("region")
    assert FleetCount.objects.exists()  # afterwards counts are kept again
    assert not names_it(park, all_kept())


def test_without_that_question_such_a_count_would_stay(counted, monkeypatch):
    park = counted
    park.asked_and_confirmed()
    before = kept._counted("region", 0)
    park.erased()

    kept._keep(before, 0)
    assert not FleetCount.objects.exists()

    monkeypatch.setattr(kept, "_erasures", lambda: before.erasures)
    kept._keep(before, 0)
    assert names_it(park, all_kept())


def test_a_count_that_ran_through_the_whole_erasure_is_shown_and_not_kept(counted, monkeypatch):
    park = counted
    park.asked_and_confirmed()
    both = counting.both

    def long(chosen):
        found = both(chosen)
        monkeypatch.setattr(counting, "both", both)
        park.erased()
        return found

    monkeypatch.setattr(counting, "both", long)

    found, _at = kept.look("region")

    assert found.sites > Site.across.count()
    assert not FleetCount.objects.exists()


def test_whoever_keeps_waits_for_an_erasure_that_has_it_forgotten(counted):
    """Nothing slips in between what is asked and what is written."""
    fresh = kept._counted("region", 0)

    def keep():
        try:
            kept._keep(fresh, 0)
        finally:
            for connection in connections.all():
                connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            kept.forget()
            done = other.submit(keep)
            assert wait_for(waits, seconds=20)
            assert not done.done()
        done.result(20)
    assert FleetCount.objects.exists()  # there is no erasure here


def waits():
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND classid = 20261130)"
        )
        return cursor.fetchone()[0]
