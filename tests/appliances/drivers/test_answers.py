"""What each kind of answer is taken for, byte for byte."""

from datetime import UTC, datetime

import pytest

from appliances.drivers.errors import (
    ApiError,
    DriverError,
    Forbidden,
    NotSupported,
    ProtocolError,
    RateLimited,
    Unauthorised,
    Unreachable,
)
from tests.appliances.drivers.scripted import GUID, HEALTHY_JSON, HEALTHY_XML, staged
from tests.portal.egress_listeners import page

HTML = b"<!DOCTYPE html><html><body><form action='/login'>Sign in</form></body></html>"


@pytest.fixture(scope="module")
def stage():
    with staged() as made:
        yield made


def test_user_and_password_travel_as_form_fields_and_never_in_the_address(stage):
    stage.script.will_say(HEALTHY_XML)
    stage.listener.requests.clear()

    assert stage.driver("old").health().guid == GUID

    head, _, body = stage.listener.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/command.ns HTTP/1.1\r\n")
    assert b"Content-Type: application/x-www-form-urlencoded" in head
    assert body == b"action=check_health&username=watch&password=p%26ss%3Dw%C3%B6rd+"


def test_the_bearer_goes_into_its_header_and_nowhere_else(stage):
    stage.script.will_say(HEALTHY_XML)
    stage.listener.requests.clear()

    stage.driver("xml").health()

    head, _, body = stage.listener.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/command HTTP/1.1\r\n")
    assert b"\r\nAuthorization: Bearer t0" in head
    assert body == b"action=check_health"


def test_the_plain_path_is_tried_where_the_old_one_is_not_found(stage):
    stage.script.will_say(page(HTML, "404 Not Found"), HEALTHY_XML)
    stage.listener.requests.clear()

    driver = stage.driver("old")
    driver.health()
    driver.health()

    paths = [request.split(b" ")[1] for request in stage.listener.requests]
    assert paths == [b"/api/command.ns", b"/api/command", b"/api/command"]


@pytest.mark.parametrize(
    "namespace",
    [
        b"http://www.bomgar.com/namespaces/API/command",
        b"https://www.beyondtrust.com/namespaces/API/command",
        b"urn:whatever",
    ],
)
def test_the_namespace_does_not_matter(stage, namespace):
    newer = b"https://www.beyondtrust.com/namespaces/API/command"
    stage.script.will_say(HEALTHY_XML.replace(newer, namespace))

    health = stage.driver("xml").health()

    assert (health.version, health.failover_role) == ("24.1.2", "primary")
    assert health.build == "51234-0123456789abcdef0123456789abcdef01234567"
    assert health.last_sync_at == datetime(2024, 6, 10, 6, 13, 20, tzinfo=UTC)
    assert health.last_sync_status == "Data-Sync completed successfully."


EVIL = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">
<!ENTITY y "&x;&x;&x;">]><health_check><version>&y;</version></health_check>"""

XML_CASES = [
    (b"", ProtocolError),
    (b" \r\n ", ProtocolError),
    (HTML, ProtocolError),
    (HEALTHY_XML[:200], ProtocolError),
    (HEALTHY_JSON, ProtocolError),
    (EVIL, ProtocolError),
    (b"\xff\xfe\x00<", ProtocolError),
    (b"<?xml version='1.0' encoding='no-such'?><a/>", ProtocolError),
    (b"<api_information/>", ProtocolError),
    (b"<x:health_check/>", ProtocolError),
    (b"<a>" * 50_000, ProtocolError),
    (page(HEALTHY_XML, "500 Oops"), ProtocolError),
    (page(HEALTHY_XML, "201 Created"), ProtocolError),
    (page(b"", "302 Found", "Location: /login"), ProtocolError),
    (page(b"", "418 Teapot"), ProtocolError),
    (page(HTML, "503 Unavailable"), Unreachable),
    (page(HTML, "502 Bad Gateway"), Unreachable),
    (page(b"", "504 Gateway Timeout"), Unreachable),
    (page(b"", "429 Too Many"), RateLimited),
    (page(HTML, "404 Not Found"), Forbidden),
    (b"<html><h1>Document Not Found</h1>", Forbidden),
    (page(b"", "403 Forbidden"), Forbidden),
    (b"<error>Document Not Found</error>", Forbidden),
    (b"<error>Simulated: insufficient permission.</error>", Forbidden),
    (b"<error/>", ApiError),
    (b"<health_check><error>It <b>broke</b>.</error></health_check>", ApiError),
    (b"<error>Invalid credentials</error>", Unauthorised),
    (b"<html><body>Invalid credentials</body></html>", Unauthorised),
]


@pytest.mark.parametrize(("said", "kind"), XML_CASES)
def test_an_xml_answer_climbs_the_ladder(stage, said, kind):
    stage.script.will_say(said)

    with pytest.raises(DriverError) as caught:
        stage.driver("xml").health()

    assert type(caught.value) is kind


def test_a_refused_password_is_not_tried_again(stage):
    stage.script.will_say(page(b"", "401 Unauthorized"))

    with pytest.raises(Unauthorised):
        stage.driver("old").health()

    assert stage.script.said == 1


JSON_CASES = [
    (b"", ProtocolError),
    (HTML, ProtocolError),
    (HEALTHY_JSON[:100], ProtocolError),
    (HEALTHY_XML, ProtocolError),
    (b"[]", ProtocolError),
    (b"null", ProtocolError),
    (b"5", ProtocolError),
    (b"{}", ProtocolError),
    (b"[" * 100_000, ProtocolError),
    (b'{"version": ' + b"9" * 5000 + b"}", ProtocolError),
    (page(b'{"message": "broken"}', "500 Oops"), ApiError),
    (page(HTML, "500 Oops"), ProtocolError),
    (page(b'{"message": "Not found"}', "404 Not Found"), NotSupported),
    (page(b'{"message": "Forbidden"}', "403 Forbidden"), Forbidden),
    (page(b'{"message": "unknown"}', "400 Bad"), ApiError),
    (page(b"", "503 Away"), Unreachable),
    (page(b"", "307 Elsewhere", "Location: https://evil.example/"), ProtocolError),
]


@pytest.mark.parametrize(("said", "kind"), JSON_CASES)
def test_a_json_answer_climbs_the_ladder(stage, said, kind):
    stage.script.will_say(said)

    with pytest.raises(DriverError) as caught:
        stage.driver("json").health()

    assert type(caught.value) is kind


def test_health_as_500_with_empty_fields_is_unhealthy(stage):
    said = b'{"version": null, "appliance_id": "%s", "message": "no disk"}' % GUID.encode()
    stage.script.will_say(page(said, "500 Internal Server Error"))

    health = stage.driver("json").health()

    assert (health.healthy, health.message, health.guid) == (False, "no disk", GUID)
    assert (health.version, health.shared_ips, health.last_sync_at) == ("", (), None)


def test_the_bag_of_errors_is_part_of_the_text(stage):
    bag = b'{"message": "Not valid.", "errors": {"role": ["must be one of two"], "x": "y"}}'
    stage.script.will_say(HEALTHY_JSON, page(bag, "422 Unprocessable"))

    with pytest.raises(ApiError) as caught:
        stage.driver("json").set_failover_role("backup")

    assert caught.value.text == "Not valid. role: must be one of two"
    assert caught.value.effect_possible is False


@pytest.mark.parametrize("status", [200, 400, 401, 403])
def test_access_denied_of_any_status_renews_the_token_once(stage, status):
    refused = page(b'{"error": "access_denied", "message": "expired"}', f"{status} X")
    token = b'{"access_token": "t1", "token_type": "Bearer", "expires_in": 3600}'
    stage.script.will_say(refused, token, HEALTHY_JSON)
    stage.listener.requests.clear()

    assert stage.driver("json").health().guid == GUID
    assert [b"Bearer t0" in request for request in stage.listener.requests] == [True, False, False]
    assert b"Bearer t1" in stage.listener.requests[2]


@pytest.mark.parametrize(
    "said",
    [
        b"{}",
        b"[]",
        b'{"access_token": null}',
        b'{"access_token": "a b"}',
        b'{"access_token": "a\\r\\nX: y"}',
        HTML,
        b"",
    ],
)
def test_what_is_no_token_is_a_protocol_error(stage, said):
    stage.script.will_say(page(b"", "401 Unauthorized"), said)

    with pytest.raises(ProtocolError):
        stage.driver("json").health()
