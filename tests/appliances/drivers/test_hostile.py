"""Answers that somebody has tampered with: nothing but our own errors ever comes out."""

import io
import random
import re

import pytest

from appliances.drivers.errors import DriverError
from tests.appliances.drivers.scripted import GUID, HEALTHY_JSON, HEALTHY_XML, staged
from tests.portal.egress_listeners import page

HEALTH = {"xml": HEALTHY_XML, "json": HEALTHY_JSON}
ANSWERS = {
    ("xml", "health"): HEALTHY_XML,
    ("json", "health"): HEALTHY_JSON,
    ("xml", "api_info"): b"<api_information><api_version>1.24.1</api_version><timestamp>1718000000"
    b'</timestamp><permissions><permission name="perm_command">1</permission></permissions>'
    b"</api_information>",
    ("json", "api_info"): b'{"permissions": {"perm_command": "full_access", "perm_backup": true},'
    b' "current_time": "2025-06-10T06:13:20+00:00", "command_api_version": "2.0.0"}',
    ("xml", "appliances"): b'<appliances><appliance id="%s"><name>a</name><cluster_role>master'
    b"</cluster_role><accepting_connections>1</accepting_connections><timezone_offset>-3600"
    b"</timezone_offset></appliance></appliances>" % GUID.encode(),
    ("json", "appliances"): b'[{"id": "%s", "name": "a", "cluster_role": "primary",'
    b' "accepting_connections": true, "timezone_offset": -3600}]' % GUID.encode(),
    ("xml", "client_counts"): b"<connected_client_list><connected_client_summary>"
    b'<appliance_summary id="%s"><count type="representative">3</count></appliance_summary>'
    b"</connected_client_summary></connected_client_list>" % GUID.encode(),
    ("json", "client_counts"): b'[{"id": "%s", "representative": 3}]' % GUID.encode(),
    ("xml", "logged_in"): b'<logged_in_reps><rep id="3"><display_name>D</display_name><type>Normal'
    b'</type><logged_in_since ts="1718000000">x</logged_in_since></rep></logged_in_reps>',
    ("json", "logged_in"): b'[{"id": 3, "type": "normal", "display_name": "D",'
    b' "logged_in_since": "2025-06-10T06:13:20+00:00", "session_count": 1}]',
    ("json", "jump_client_summary"): b'[{"id": 4101, "name": "POS-0417", "needs_update": true,'
    b' "connection_type": "passive", "is_lost": false, "last_connect_timestamp":'
    b' "2025-06-10T03:00:12+00:00", "last_disconnect_timestamp": null}]',
    ("json", "jumpoints"): b'[{"id": 1, "name": "J", "platform": "linux-x86", "enabled": true}]',
    ("json", "installers"): b'[{"id": 1, "installer_id": "%s", "key_info": {"encodedInfo": "k"},'
    b' "expiration_timestamp": "2025-06-10T03:00:12+00:00"}]' % GUID.encode(),
    ("xml", "set_failover_role"): b"<success>The role has changed.</success>",
    ("json", "set_failover_role"): b'{"message": "The role has changed."}',
    ("xml", "log_out"): b"<logout_rep><success>done</success></logout_rep>",
    ("xml", "take_backup"): b"NSB\x00" + bytes(range(256)),
}
ARGUMENTS = {
    "set_failover_role": lambda: ("backup",),
    "log_out": lambda: ("3",),
}
TELLS = {"set_failover_role", "log_out", "take_backup", "create_installer"}
VALUES = [
    b"null",
    b"[]",
    b"{}",
    b'""',
    b"-1",
    b"1e999",
    b"NaN",
    b"true",
    b'"\\ud800"',
    b'"\\u0000"',
]
WORDS = [b"", b"0", b"-1", b"9" * 30, b"1e9", b"true", b"\xc3\xa9" * 300, b"x" * 5000, b"master"]
TEXT = re.compile(rb'(?<=[>"])[^<>"]+(?=[<"])')
STATUSES = ["200 OK"] * 20 + ["204 No", "301 M", "400 B", "404 N", "418 T", "422 U"]
STATUSES += ["500 E", "503 A", "999 ?", "600 X"]
SEEDS = range(500)


@pytest.fixture(scope="module")
def stage():
    with staged() as made:
        yield made


def mutated(body: bytes, chance: random.Random) -> bytes:
    """Good form with wrong words, or one to four of the ways in which form is lost."""
    if chance.random() < 0.4:
        return TEXT.sub(lambda found: chance.choice([found[0], *WORDS]), body)
    return broken(body, chance)


def broken(body: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(body) + 1)
        to = min(len(body), at + chance.randint(0, 30))
        way = chance.randrange(7)
        if way == 0:
            body = body[:at]
        elif way == 1:
            body = body[:at] + chance.randbytes(chance.randint(1, 8)) + body[to:]
        elif way == 2:
            body = body[:at] + body[to:]
        elif way == 3:
            body = body[:at] + body[at:to] * chance.choice([2, 50]) + body[to:]
        elif way == 4:
            body = (
                body[:at]
                + chance.choice([b"<", b">", b"&", b'"', b"]", b"&#0;", b"&x;"])
                + body[at:]
            )
        elif way == 5:
            parts = body.split(b": ")
            spot = chance.randrange(len(parts))
            parts[spot] = chance.choice(VALUES) + b", " + parts[spot].partition(b", ")[2]
            body = b": ".join(parts)
        else:
            body = body.replace(
                *chance.choice([(b"1", b"9" * 40), (b"20", b"\xff"), (b"a", b"\x00")])
            )
    return body


def dressed(body: bytes, chance: random.Random) -> bytes:
    """As an HTTP answer, now and then a broken one."""
    raw = page(
        body, chance.choice(STATUSES), f"Content-Type: {chance.choice(['text/xml', 'x', ''])}"
    )
    if chance.random() < 0.1:
        raw = raw.replace(b"Content-Length: ", b"Content-Length: 9", 1)
    if chance.random() < 0.1:
        raw = raw.replace(b"Content-Length", b"Transfer-Encoding: chunked\r\nX-Length", 1)
    if chance.random() < 0.1:
        raw = raw[: chance.randrange(len(raw))] or b"HTTP/"
    return raw if raw.startswith(b"HTTP/") else b"HTTP/" + raw


@pytest.mark.parametrize("part", range(10))
def test_five_hundred_mutated_answers_crash_nothing(stage, part):
    outcomes = {"read": 0, "refused": 0}
    for seed in SEEDS[part::10]:
        chance = random.Random(seed)
        (dialect, verb), body = chance.choice(list(ANSWERS.items()))
        said = dressed(mutated(body, chance), chance)
        stage.script.will_say(*([HEALTH[dialect]] if verb in TELLS else []), said)
        try:
            call(stage.driver(dialect), verb)
        except DriverError as error:
            outcomes["refused"] += 1
            str(error).encode()
        else:
            outcomes["read"] += 1

    assert sum(outcomes.values()) == 50
    assert outcomes["refused"] > 0


@pytest.mark.parametrize(("dialect", "verb"), ANSWERS)
def test_every_answer_is_read_when_nobody_tampers_with_it(stage, dialect, verb):
    head = [HEALTH[dialect]] if verb in TELLS else []
    stage.script.will_say(*head, ANSWERS[dialect, verb])

    call(stage.driver(dialect), verb)


def call(driver: object, verb: str) -> object:
    if verb == "take_backup":
        return driver.take_backup(io.BytesIO(), limit=10**6)
    return getattr(driver, verb)(*ARGUMENTS.get(verb, tuple)())
