"""Lists as files: written while they are read, and only as long as the key may."""

import csv
import io
import json

import pytest
from django.db import connection

from portal import tenancy
from portal.api.exports import ROWS, Ended
from portal.models import Contact, Membership
from portal.services import keys
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import ADMINISTER, Caller

MANY = 2 * ROWS + 3


@pytest.fixture
def customer(db, noon):
    return factories.a_customer("Meridian", slug="meridian")


@pytest.fixture
def person(customer):
    return factories.a_member(customer, "ADMINISTRATOR")


@pytest.fixture
def caller(customer, person):
    with tenancy.transaction(customer):
        Contact.objects.bulk_create(
            Contact(customer=customer, name=f"=cmd {number}", rank=1) for number in range(MANY)
        )
    return Caller(person, customer, ADMINISTER)


def text(answer):
    return b"".join(answer).decode()


def test_every_row_comes_once_as_json_lines(caller):
    answer = caller.get("contacts/export", format="jsonl")

    rows = [json.loads(line) for line in text(answer).splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) == MANY
    assert rows[0]["customer"]["slug"] == "meridian"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="contacts.jsonl"'


def test_and_as_csv_whose_cells_are_harmless_and_whose_heads_name_what_lies_deeper(caller):
    content = text(caller.get("contacts/export"))

    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    assert len(rows) == MANY
    assert (rows[0]["customer.slug"], rows[0]["name"][:5]) == ("meridian", "'=cmd")


def test_no_transaction_is_open_between_two_pieces(caller):
    lines = iter(caller.get("contacts/export", format="jsonl"))
    next(lines)

    assert not connection.in_atomic_block
    assert not tenancy.acting()


@pytest.mark.parametrize("how", ["revoked", "lowered", "left"])
def test_who_may_no_more_in_the_middle_gets_no_further(caller, customer, person, how):
    lines = iter(caller.get("contacts/export", format="jsonl"))
    next(lines)
    if how == "revoked":
        keys.revoke(caller.key, by=person, at=NOON)
    else:
        with tenancy.transaction(customer):
            mine = Membership.objects.filter(user=person)
            mine.update(role="VIEWER") if how == "lowered" else mine.delete()

    got: list[bytes] = []
    with pytest.raises(Ended):
        got.extend(lines)
    assert len(got) == ROWS - 1


def test_its_parameters_are_those_of_the_list_and_the_kind(caller):
    assert caller.get("contacts/export", format="xml").status_code == 400
    assert caller.get("contacts/export", limit="3").status_code == 400
    assert caller.get("contacts/export", cursor="x").status_code == 400
