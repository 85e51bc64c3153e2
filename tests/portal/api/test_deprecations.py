"""What will go says so: in its answers, refusals too, and in the contract."""

from datetime import date

import pytest
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import validate

from portal.api import deprecations
from portal.api.deprecations import Deprecated
from portal.services import codes
from tests.portal.api.caller import Caller
from tests.upgrades.api.addresses import addresses

GOING = Deprecated(
    since=date(2026, 12, 1), said_in="0.3", sunset=date(2027, 6, 1), gone_in="0.5",
    instead="freeze_calendars_list", under="freeze-calendars",
)  # fmt: skip
LINK = (
    'docs/contacts/#contacts_list>; rel="deprecation"; type="text/html"',
    'docs/freeze-calendars/#freeze_calendars_list>; rel="successor-version"; type="text/html"',
)


@pytest.fixture
def going(monkeypatch):
    monkeypatch.setitem(deprecations.TABLE, "contacts_list", GOING)


@pytest.mark.usefixtures("going")
def test_each_answer_of_it_says_since_when_until_when_and_what_instead(customer, member, caller):
    reader = Caller(member, customer, site_ids=[])

    for answer in (caller.get("contacts"), caller.get("contacts", limit=0), reader.get("contacts")):
        assert answer.headers["Deprecation"] == "@1796083200"
        assert answer.headers["Sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
        assert all(part in answer.headers["Link"] for part in LINK)
    assert [answer.status_code for answer in (reader.get("contacts"),)] == [403]


@pytest.mark.usefixtures("going")
def test_nothing_else_does(caller):
    for answer in (caller.get("customers"), caller.post("contacts", {"name": "Elif"})):
        assert not {"Deprecation", "Sunset", "Link"} & set(answer.headers)


@pytest.mark.usefixtures("going")
def test_the_contract_says_so_too():
    document = SchemaGenerator().get_schema(public=True)
    validate(document)

    told = document["paths"]["/api/v1/contacts"]
    assert told["get"]["deprecated"] is True
    assert GOING.sentence in told["get"]["description"]
    assert {"Deprecation", "Sunset", "Link"} <= set(told["get"]["responses"]["200"]["headers"])
    assert "deprecated" not in told["post"]
    assert "Sunset" not in told["post"]["responses"]["201"]["headers"]


def test_each_line_names_operations_and_leaves_two_minor_versions(monkeypatch):
    known = {codes.operation(each.noun, each.action): each.noun for each in addresses()}
    for name, line in [*deprecations.TABLE.items(), ("contacts_list", GOING)]:
        said, gone = ([int(part) for part in at.split(".")] for at in (line.said_in, line.gone_in))
        assert name in known
        assert known[line.instead] == line.under
        assert line.since < line.sunset
        assert gone[0] > said[0] or gone[1] >= said[1] + 2
