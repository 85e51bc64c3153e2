"""The OpenAPI document says everything that the API does, and the committed one is it."""

import json
import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import URLPattern, URLResolver, get_resolver
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource as Referred
from referencing.jsonschema import DRAFT202012

from portal.api import versions
from portal.errors import Refused
from portal.management.commands import api_schema
from portal.services import codes
from tests.upgrades.api.addresses import addresses


@pytest.fixture(scope="module")
def document():
    return yaml.safe_load((Path(settings.BASE_DIR) / "openapi.yaml").read_text())


def routes(patterns, prefix=""):
    """Every (method, address) of the API that the resolver knows."""
    for each in patterns:
        address = prefix + str(each.pattern).replace("^", "").replace("$", "")
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, address)
        elif isinstance(each, URLPattern) and hasattr(each.callback, "actions"):
            plain = "/" + re.sub(r"\(\?P<pk>[^)]+\)", "{id}", address)
            yield from ((method, plain) for method in each.callback.actions if method != "head")


def operations(document):
    return {
        (method, path): operation
        for path, found in document["paths"].items()
        for method, operation in found.items()
    }


def test_the_committed_document_is_what_the_api_says():
    call_command("api_schema", check=True)


def test_another_document_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(api_schema, "FILE", tmp_path / "openapi.yaml")
    with pytest.raises(CommandError, match=r"openapi\.yaml"):
        call_command("api_schema", check=True)

    call_command("api_schema")
    call_command("api_schema", check=True)
    (tmp_path / "problems.json").write_text("{}")
    monkeypatch.setattr(api_schema, "CODES", tmp_path / "problems.json")
    with pytest.raises(CommandError, match=r"problems\.json"):
        call_command("api_schema", check=True)
    monkeypatch.setattr(api_schema, "CODES", codes.FILE)
    monkeypatch.setattr(api_schema, "REACHED", tmp_path / "problems.json")
    with pytest.raises(CommandError, match=r"problems\.json"):
        call_command("api_schema", check=True)


def test_it_is_valid_openapi_3_1(document):
    validate(document)

    assert document["openapi"].startswith("3.1")


def test_every_route_is_described_and_nothing_else(document):
    assert set(operations(document)) == set(routes(get_resolver().url_patterns))


def test_names_of_operations_are_unique_and_say_resource_and_action(document):
    names = [operation["operationId"] for operation in operations(document).values()]

    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+_[a-z_]+", name) for name in names)


def test_every_operation_needs_a_key_and_names_its_problems(document):
    for where, operation in operations(document).items():
        assert operation["security"] == [{"key": []}], where
        assert {"400", "401", "403"} <= set(operation["responses"]), where
        assert ("404" in operation["responses"]) == ("{" in where[1]), where


def test_a_change_asks_for_the_state_that_was_seen_and_says_both_refusals(document):
    changes = {
        (each.method, f"/api/v1/{each.path}")
        for each in addresses()
        if each.of_one and versions.demanded(each.resource, each.action, each.method.upper())
    }
    for where, operation in operations(document).items():
        told = {
            each["name"]: each["required"] for each in operation["parameters"] if "required" in each
        }
        assert told.get("If-Match", False) == (where in changes), where
        assert ({"412", "428"} <= set(operation["responses"])) == (where in changes), where


def test_every_example_is_what_its_schema_says(document):
    known = Registry().with_resource(
        "urn:document", Referred.from_contents(document, default_specification=DRAFT202012)
    )
    shown = 0
    for name, schema in document["components"]["schemas"].items():
        place = {"$ref": f"urn:document#/components/schemas/{name}"}
        for example in schema.get("examples", []):
            Draft202012Validator(place, registry=known).validate(example)
            shown += 1
        assert schema.get("type") != "object" or schema.get("examples"), name
    assert shown > 100


def test_every_problem_has_an_example_of_its_status(document):
    for name, response in document["components"]["responses"].items():
        if name.startswith("Problem"):
            [content] = response["content"].values()
            assert f"Problem{content['example']['status']}" == name
            assert content["example"]["code"] in codes.table()


def descendants(kind):
    for each in kind.__subclasses__():
        yield each
        yield from descendants(each)


def test_every_code_is_told_with_what_it_means(document):
    told = document["components"]["schemas"]["Problem"]["properties"]["code"]["x-extensible-enum"]

    ours = {kind.code for kind in descendants(Refused) if not kind.__module__.startswith("tests")}
    assert len(ours) > 100
    assert ours | set(codes.PLAIN) <= set(told) == set(codes.table())
    silent = [each.code for each in codes.table().values() if not (each.says or each.about)]
    assert silent == []


def test_every_action_says_what_it_does(document):
    silent = [
        operation["operationId"]
        for operation in operations(document).values()
        if not operation.get("description")
        and not operation["operationId"].endswith(("_list", "_retrieve"))
    ]
    assert silent == []


@pytest.mark.parametrize(("name", "read"), [("json", json.loads), ("yaml", yaml.safe_load)])
def test_it_is_served_without_a_key(client, document, name, read):
    answer = client.get(f"/api/v1/openapi.{name}")

    assert answer.status_code == 200
    assert read(answer.content) == document
