"""The OpenAPI document says everything that the API does, and the committed one is it."""

import json
import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import URLPattern, URLResolver, get_resolver
from openapi_spec_validator import validate

from portal.management.commands import api_schema


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
    with pytest.raises(CommandError):
        call_command("api_schema", check=True)

    call_command("api_schema")
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
