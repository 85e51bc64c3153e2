"""Every refusal is a problem of RFC 9457, in the language asked for."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404
from django_fsm import TransitionNotAllowed
from psycopg.errors import UniqueViolation
from rest_framework.exceptions import Throttled, ValidationError

from portal.api import errors
from portal.api.resource import Resource
from portal.errors import Refused
from portal.models import Customer

LANGUAGES = {"en": "en", "fr-FR,fr;q=0.9": "fr", "tr": "tr", "de": "en"}


@pytest.mark.parametrize(("asked", "told"), LANGUAGES.items(), ids=LANGUAGES.values())
def test_a_problem_is_told_in_the_language_asked_for(caller, asked, told):
    caller.headers["Accept-Language"] = asked

    answer = caller.get(f"customers/{uuid.uuid4()}")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Content-Language"] == told
    assert answer.json()["code"] == "not-found"


def test_without_a_wish_it_is_told_in_the_persons_language(caller, member):
    type(member).objects.filter(pk=member.pk).update(language="tr")

    assert caller.get("customers").headers["Content-Language"] == "tr"


def test_a_problem_names_its_kind_and_the_address_that_was_asked(caller):
    path = f"customers/{uuid.uuid4()}"

    assert caller.get(path).json() == {
        "type": "http://testserver/api/v1/problems/not-found",
        "title": "Not found",
        "status": 404,
        "code": "not-found",
        "detail": "There is nothing here, or not for you.",
        "instance": f"/api/v1/{path}",
    }


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/jobs", "/api/v1/jobs/x/y/z", "/api/"])
def test_an_address_that_is_none_is_a_problem_too(client, db, path):
    answer = client.get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_method_that_is_not_taken_says_which_are(caller):
    answer = caller.post("customers", {})

    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "a/b"])
def test_a_body_of_another_kind_is_refused(client, caller, content_type):
    answer = client.post(
        "/api/v1/jobs", data=b"site=1", content_type=content_type, headers=caller.headers
    )

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


BROKEN = {
    "no-json": b"{",
    "nothing": b" ",
    "twice": b'{"site": "a", "site": "b"}',
    "nan": b'{"site": NaN}',
    "deep": b"[" * 100_000,
    "latin": b'{"site": "\xe9"}',
    "half-a-pair": b'{"site": "\\ud800"}',
    "half-a-pair-as-name": b'{"\\uDC00": 1}',
    "too-great": b'{"site": -1e309}',
    "endless-number": b'{"site": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_what_is_not_json_is_malformed(client, caller, body):
    answer = client.post(
        "/api/v1/jobs", data=body, content_type="application/json", headers=caller.headers
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_a_body_beyond_the_limit_is_not_read(client, caller, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = client.post(
        "/api/v1/jobs", data=b" " * 101, content_type="application/json", headers=caller.headers
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize("body", ["[]", '"text"', "7", "null"])
def test_a_body_that_is_no_object_is_invalid(client, caller, body):
    answer = client.post(
        "/api/v1/jobs", data=body, content_type="application/json", headers=caller.headers
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_unknown_fields_are_named(caller):
    answer = caller.post("jobs", {"site": str(uuid.uuid4()), "sight": 1, "targt": 2})

    assert answer.status_code == 400
    assert sorted(answer.json()["errors"]) == ["sight", "targt"]


def test_unknown_and_doubled_parameters_are_named(caller):
    assert sorted(caller.get("jobs?sate=DONE&x=1").json()["errors"]) == ["sate", "x"]
    assert sorted(caller.get("jobs?state=DONE&state=DRAFT").json()["errors"]) == ["state"]
    assert sorted(caller.get("jobs?state=DONE,NOSUCH").json()["errors"]) == ["state"]
    assert sorted(caller.get("jobs?site=x&limit=101").json()["errors"]) == ["limit", "site"]
    assert sorted(caller.get(f"jobs/{uuid.uuid4()}?state=DONE").json()["errors"]) == ["state"]


def test_a_pair_of_surrogates_is_a_character(client, caller):
    answer = client.post(
        "/api/v1/jobs", data=b'{"site": "\\ud83d\\ude00"}', content_type="application/json",
        headers=caller.headers,
    )  # fmt: skip

    assert answer.json()["code"] == "invalid"


class Unlisted(Resource):
    """An action that somebody forgot to name a need for."""

    model = Customer

    def list(self, request):
        raise AssertionError("it ran")


def test_an_action_without_a_need_is_refused(rf, caller):
    answer = Unlisted.as_view({"get": "list"})(rf.get("/api/v1/x", headers=caller.headers))

    assert (answer.status_code, answer.data["code"]) == (403, "forbidden")


class Needle(Refused):
    code = "needle"


def told(error):
    answer = errors.problem(error, {})
    return answer.status_code, answer.data


def test_a_refusal_of_the_state_is_409_with_its_code_and_remedy():
    status, body = told(Needle("No.", remedy="Wait."))

    assert (status, body["code"], body["detail"], body["remedy"]) == (409, "needle", "No.", "Wait.")


def test_a_refusal_of_what_was_typed_is_400_by_field():
    status, body = told(Needle("No.", fields={"ticket": "Write it."}))

    assert (status, body["code"], body["errors"]) == (400, "needle", {"ticket": ["Write it."]})


def test_what_the_framework_raises_has_a_code_of_ours():
    raised = [Http404(), PermissionDenied(), TransitionNotAllowed(), Throttled(wait=3)]

    assert [(status, body["code"]) for status, body in map(told, raised)] == [
        (404, "not-found"), (403, "forbidden"), (409, "not-now"), (429, "throttled"),
    ]  # fmt: skip
    assert errors.problem(Throttled(wait=3), {}).headers["Retry-After"] == "3"


def test_who_was_slower_is_told_so():
    late = IntegrityError("one_number_a_customer")
    late.__cause__ = UniqueViolation()

    assert told(late)[1]["code"] == "not-now"
    assert told(IntegrityError("something else"))[0] == 500


def test_a_mistake_of_ours_is_said_without_its_words():
    status, body = told(RuntimeError("the password is swordfish"))

    assert (status, body["code"]) == (500, "failed")
    assert "swordfish" not in str(body)


def test_errors_of_nested_fields_are_paths():
    detail = ValidationError({"a": {"b": ["no"]}, "c": [{}, {"d": ["never"]}]}).detail

    assert errors.flat(detail) == {"a.b": ["no"], "c.1.d": ["never"]}
