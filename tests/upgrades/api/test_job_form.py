"""The form of a closed site by REST: fetched, looked at, loaded through the door of the page."""

import csv
import io

import pytest

from portal import clock, tenancy
from portal.models import EvidenceFile
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import Caller
from tests.upgrades import operator
from tests.upgrades.services.written.conftest import EVENING, HOUR, as_csv, closed
from tests.upgrades.services.written.test_story import FIRST

__all__ = ["closed"]


@pytest.fixture
def address(closed):
    return f"jobs/{closed.job.pk}/form"


@pytest.fixture
def program(closed):
    return Caller(closed.world.operator, closed.world.customer)


def sent(caller, path, rows, *, at=EVENING):
    with clock.at(at):
        return caller.post(path, as_csv(rows), **{"Content-Type": "text/csv"})


@pytest.fixture(autouse=True)
def as_text(monkeypatch):
    """A body of CSV is sent as such."""
    plain = Caller.post

    def post(self, path, body=None, **headers):
        kind = headers.pop("Content-Type", None)
        if kind is None:
            return plain(self, path, body, **headers)
        from django.test import Client  # noqa: PLC0415

        told = {"If-Match": "*", **self.headers, **headers}
        return Client().post(f"/api/v1/{path}", data=body, content_type=kind, headers=told)

    monkeypatch.setattr(Caller, "post", post)


def test_it_is_fetched_filled_in_looked_at_and_loaded(closed, program, address):
    answer = program.get(address)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "UJ-1-form.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode().lstrip("\ufeff"))))
    assert rows == closed.rows()
    filled = closed.filled(1, 3, begin=NOON)

    seen = sent(program, f"{address}/preview", filled).json()
    assert [step["seq"] for step in seen["loaded"]] == [1, 2, 3]
    assert (seen["problems"], closed.done()) == ([], [])

    told = sent(program, address, filled)

    assert told.status_code == 200, told.content
    assert [step["seq"] for step in told.json()["loaded"]] == [1, 2, 3]
    assert closed.done() == [1, 2, 3]
    same = sent(program, address, filled).json()
    assert ([step["seq"] for step in same["same"]], same["loaded"]) == ([1, 2, 3], [])


def test_what_is_bad_is_named_line_by_line_and_nothing_is_loaded(closed, program, address):
    rows = closed.filled(2, 2, begin=NOON)

    seen = sent(program, f"{address}/preview", rows).json()
    told = sent(program, address, rows)

    [problem] = seen["problems"]
    assert (problem["step"], "Step 1 comes first" in problem["sentence"]) == ("2", True)
    assert (told.status_code, told.json()["code"]) == (409, "form-is-bad")
    assert closed.done() == []


def test_a_picture_is_named_by_the_id_of_its_upload(closed, program, address):
    closed.load(closed.filled(1, 8, begin=NOON), at=EVENING)
    closed.turn(FIRST)
    later = FIRST + 4 * HOUR
    rows = closed.filled(9, 12, begin=FIRST)
    cells = [row for row in rows if row["value"] == "basics.png"]
    assert cells
    step = next(step for step in closed.steps() if str(step.pk) == cells[0]["step_id"])
    upload = operator.picture().read()
    with clock.at(later):
        kept = program.post(f"steps/{step.pk}/evidence", upload, **{"Content-Type": "image/png"})
    assert kept.status_code == 201, kept.content
    for cell in cells:
        cell["value"] = "other.png"
    told = sent(program, address, rows, at=later).json()
    assert "No file of this name" in str(told)
    for cell in cells:
        cell["value"] = kept.json()["id"]

    told = sent(program, address, rows, at=later)

    assert told.status_code == 200, told.content
    with tenancy.transaction(closed.world.customer):
        assert EvidenceFile.objects.filter(kind="PICTURE").count() == 1
    assert closed.done() == [*range(1, 13)]


def test_a_picture_of_somebody_else_is_none(closed, program, address):
    other = factories.a_customer("Other")
    stranger = Caller(factories.a_member(other), other)
    kept = stranger.post("evidence", operator.picture().read(), **{"Content-Type": "image/png"})
    assert kept.status_code == 201, kept.content
    closed.load(closed.filled(1, 8, begin=NOON), at=EVENING)
    closed.turn(FIRST)
    rows = closed.filled(9, 12, begin=FIRST)
    for row in rows:
        if row["value"] == "basics.png":
            row["value"] = kept.json()["id"]

    seen = sent(program, f"{address}/preview", rows, at=FIRST + 4 * HOUR).json()

    assert "No file of this name" in seen["problems"][0]["sentence"]


def test_who_may_not_act_loads_nothing_and_strangers_find_nothing(closed, program, address):
    customer, rows = closed.world.customer, closed.filled(1, 1, begin=NOON)
    viewer = Caller(factories.a_member(customer, "VIEWER"), customer)
    reading = Caller(closed.world.operator, customer, scope="READ")
    confined = Caller(factories.a_member(customer, site_ids=[customer.pk]), customer)
    other = factories.a_customer("Other")
    stranger = Caller(factories.a_member(other), other)

    for caller, status in ((viewer, 403), (reading, 403), (confined, 404), (stranger, 404)):
        for path in (address, f"{address}/preview"):
            assert sent(caller, path, rows).status_code == status
    assert viewer.get(address).status_code == 200
    assert confined.get(address).status_code == 404
    assert stranger.get(address).status_code == 404
    assert closed.done() == []


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"x" * 1_000_001])
def test_what_is_no_form_is_refused(closed, program, address, content):
    told = program.post(address, content, **{"Content-Type": "text/csv"})

    assert told.status_code in (400, 409, 413)
    assert closed.done() == []


def test_only_a_key_that_may_administer_says_that_a_missed_window_was_kept(closed, address):
    """A right that is asked inside the door of the form is bound to the key's scope, too."""
    customer, later = closed.world.customer, EVENING + 40 * HOUR
    closed.load(closed.filled(1, 8, begin=NOON), at=later)
    closed.turn(later)
    person = factories.a_member(customer, "ADMINISTRATOR")
    acting, administering = Caller(person, customer), Caller(person, customer, scope="ADMINISTER")
    rows, upload = closed.filled(9, 16, begin=FIRST), operator.picture().read()
    with clock.at(later):
        picture = acting.post("evidence", upload, **{"Content-Type": "image/png"}).json()["id"]
    for row in rows:
        row["value"] = row["value"].replace("basics.png", picture)

    seen = sent(acting, f"{address}/preview", rows, at=later).json()
    told = sent(acting, address, rows, at=later)

    assert "this key may not say that it was kept" in seen["problems"][0]["sentence"]
    assert (told.status_code, told.json()["code"]) == (409, "form-is-bad")
    assert closed.done() == [*range(1, 9)]
    with tenancy.transaction(customer):
        assert closed.job.bookings.get(window=1).state == "MISSED"
    told = sent(administering, address, rows, at=later)
    assert told.status_code == 200, told.content
    assert closed.done() == [*range(1, 17)]
