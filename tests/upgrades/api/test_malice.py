"""Whatever is sent into whichever field or parameter: a refusal, never a failure of ours."""

import pytest
from rest_framework import serializers

from portal.api.resource import Resource
from tests import factories
from tests.portal.api.caller import ADMINISTER, Caller
from tests.upgrades.api.addresses import BODIES, addresses
from tests.upgrades.api.conftest import of_the_platform
from tests.upgrades.api.test_walls import OF_ALL

# Beside what test_probing sends (wrong types, bounds and just past them, what no pattern allows):
# to each kind of field what its own reader may stumble over.
NUMBERS = [2**63, 10**400, 1e308, [[]]]
INSTANTS = ["0000-00-00", "25:61", "\x00", 2**63]
TEXTS = [
    "\x00", "a\r\nb", "\u202e", "x" * 5000, "FREQ=SECONDLY", "FREQ=YEARLY;COUNT=999999999", [[]],
]  # fmt: skip


def nasty(field):
    if isinstance(field, serializers.IntegerField | serializers.FloatField):
        return NUMBERS
    if isinstance(field, serializers.DateField | serializers.DateTimeField | serializers.TimeField):
        return INSTANTS
    return TEXTS


@pytest.fixture
def administrator(rows, world):
    return Caller(factories.a_member(world.customer), world.customer, ADMINISTER)


@pytest.mark.slow
def test_no_field_of_any_body_makes_us_fail(administrator, rows, world):
    release = str(world.packages["14.1.1"].pk)
    real = {"site": rows.ids["sites"], "target": release, "release": release}
    known_ids = {**rows.ids, **of_the_platform(world)}
    manager = Caller(factories.staff("ROLLOUT_MANAGER", "Mara Neri"), None, ADMINISTER)
    for address in addresses():
        taken = address.resource.takes.get(address.action)
        for name, field in taken().fields.items() if taken else ():
            for value in nasty(field):
                path = address.path.replace("{id}", known_ids[address.noun])
                known = {n: real.get(n, given) for n, given in BODIES.get(address.name, {}).items()}
                body = {**known, name: value}
                answer = (manager if address.noun in OF_ALL else administrator).post(path, body)
                assert answer.status_code < 500, (path, name, value, answer.content)
                if answer.status_code >= 400:
                    assert answer.json()["code"], (path, name, value)


@pytest.mark.slow
def test_no_parameter_of_any_address_makes_us_fail(administrator, rows, agent):
    for address in addresses():
        if address.method != "get":
            continue
        for name, field in address.resource.asked_by(address.action)().fields.items():
            for value in nasty(field):
                path = address.path.replace("{id}", rows.ids.get(address.noun, ""))
                caller = administrator if address.of_one else agent
                answer = caller.get(path, **{name: "" if value is None else str(value)})
                assert answer.status_code < 500, (path, name, value, answer.content)


def test_ids_that_are_none_are_unknown_ones(administrator):
    for given in ("1", "x", "null", "%00", "00000000-0000-0000-0000-00000000000g", "..", "a b"):
        assert administrator.get(f"jobs/{given}").status_code == 404, given


def test_every_resource_is_one():
    assert all(issubclass(address.resource, Resource) for address in addresses())
