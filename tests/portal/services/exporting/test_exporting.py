"""Everything of a customer: few a day, made by a worker, kept for some days, of nobody else."""

import io
import threading
import zipfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import connections
from django.http import Http404

from portal import tenancy
from portal.models import AuditEvent, Customer, Membership, User
from portal.services import evidence
from portal.services.exporting import asking, making
from tests import factories
from tests.conftest import NOON
from tests.portal.services.exporting.exported import again, ask, fetched, made, standing, stored

DAY = timedelta(days=1)


def test_it_is_asked_for_made_and_fetched(customer, boss):
    row = made(customer, boss)

    content = fetched(row, boss)

    assert (row.state, row.tries, row.expires_at) == ("MADE", 1, NOON + 3 * DAY)
    assert (len(content), sha256(content).hexdigest()) == (row.size, row.sha256)
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    with tenancy.transaction(customer):
        names = AuditEvent.objects.values_list("name", "actor_name")
        assert {("customer.export_asked", str(boss)), ("customer.exported", str(boss))} <= {*names}
    sealed = Path(default_storage.path(row.stored_as)).read_bytes()
    assert content[:200] not in sealed, "it is sealed"


def test_one_at_a_time(customer, boss):
    ask(customer, boss)
    before = standing(customer)

    with pytest.raises(asking.ExportUnderWay):
        ask(customer, boss)
    assert standing(customer) == before


def test_so_many_a_day_and_the_refusal_says_when_again(customer, boss):
    for hour in range(3):
        made(customer, boss, NOON + timedelta(hours=hour))
    before = standing(customer)

    with pytest.raises(asking.TooManyExports) as refused:
        ask(customer, boss, NOON + timedelta(hours=23))

    assert standing(customer) == before
    assert "from Tue 24 Nov 2026, 15:00 UTC+03:00 on" in str(refused.value.remedy)
    ask(customer, boss, NOON + DAY)


def test_the_limit_is_of_a_customer(customer, boss):
    for hour in range(3):
        made(customer, boss, NOON + timedelta(hours=hour))
    other = factories.a_customer("Bosporus")

    assert ask(other, factories.a_member(other), NOON + timedelta(hours=3)).state == "WAITING"


def test_who_sees_some_sites_asks_for_nothing(customer, boss):
    confined = factories.a_member(customer, site_ids=[customer.pk])
    before = standing(customer)

    with pytest.raises(PermissionDenied):
        ask(customer, confined)
    assert standing(customer) == before


def test_its_file_goes_when_its_day_is_over_and_the_row_stays(customer, boss):
    row = made(customer, boss)
    over = NOON + 3 * DAY
    assert making.turn(over - timedelta(seconds=1)) == 0
    assert again(row).state == "MADE"
    with pytest.raises(asking.ExportNotThere):  # also where no worker has come by
        fetched(row, boss, over)

    making.turn(over)

    assert (again(row).state, again(row).stored_as, stored(customer)) == ("EXPIRED", "", [])
    with pytest.raises(asking.ExportNotThere):
        fetched(again(row), boss, over)


def test_what_is_not_made_is_not_fetched(customer, boss):
    row = ask(customer, boss)
    before = standing(customer)

    with pytest.raises(asking.ExportNotThere):
        fetched(row, boss)
    assert standing(customer) == before


def test_whoever_lost_the_right_before_it_was_made_gets_none(customer, boss):
    row = ask(customer, boss)
    with tenancy.transaction(customer):
        Membership.objects.filter(user=boss).update(role="VIEWER")

    assert making.turn(NOON) == 0

    assert (again(row).state, stored(customer)) == ("FAILED", [])


@pytest.mark.parametrize("how", ["disabled", "removed", "confined"])
def test_whoever_loses_the_right_while_reading_gets_no_whole_file(customer, boss, monkeypatch, how):
    row = made(customer, boss)
    monkeypatch.setattr(asking, "PIECES", 1)
    monkeypatch.setattr(evidence.secrets, "CHUNK", 64)
    monkeypatch.setattr(asking.evidence, "open_file", lambda _row: iter([b"a", b"b"]))
    with tenancy.transaction(customer):
        pieces = asking.fetch(row, by=boss, at=NOON)
    assert next(pieces) == b"a"
    with tenancy.transaction(customer):
        member = Membership.objects.filter(user=boss)
        if how == "disabled":
            User.objects.filter(pk=boss.pk).update(is_active=False)
        elif how == "removed":
            member.delete()
        else:
            member.update(site_ids=[customer.pk])

    with pytest.raises((Http404, PermissionDenied)):
        next(pieces)


def test_of_two_who_ask_at_once_one_is_told_that_it_is_under_way(customer, boss):
    together, said = threading.Barrier(2, timeout=60), []
    people = (boss, factories.a_member(customer, Membership.Role.ADMINISTRATOR))

    def asked(person):
        try:
            with tenancy.transaction(customer):
                together.wait()
                said.append(asking.ask(by=person, at=NOON).state)
        except asking.ExportUnderWay as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=asked, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(said) == ["WAITING", "data-export-under-way"]
    with tenancy.transaction(customer):
        assert AuditEvent.objects.filter(name="customer.export_asked").count() == 1


def test_whoever_waited_while_an_erasure_began_asks_for_nothing(customer, boss):
    with tenancy.transaction(customer):
        Customer.objects.update(closed_at=NOON)
    before = standing(customer)

    with pytest.raises(Http404):
        ask(customer, boss)

    assert standing(customer) == before
