"""schemathesis over the whole document: in this process through WSGI, with ids of real rows.

`probe(…)` sends what the document allows and what it forbids, to every operation, and answers with
everything that is wrong: an answer of 500 or more, one that the document does not describe, what
should have been refused and was not; and schemathesis's own warnings, such as an operation that
nothing valid ever reached.
"""

import copy
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connections
from schemathesis.cli.commands.run.warnings import StatusCodeStatistic, aggregate_status_codes
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

Json = dict[str, Any]
UNKNOWN = str(uuid.UUID(int=7))
# A value of the body or of the address that names a row: the noun whose id it is.
NAMES = {
    "site": "sites", "target": "packages", "release": "packages", "job": "jobs",
    "appliance": "appliances", "replaces": "appliances", "customer": "customers",
    "rollout": "rollouts", "subject": "jobs", "picture": "evidence", "to": "people",
    "production": "sites",
}  # fmt: skip
# What a schema cannot say of a value: rules of RFC 5545, zones, days that fit together.
VALUES = {
    "rule": ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=TU"], "zone": ["Europe/Istanbul"],
    "language": ["en", "tr"], "host": ["new.meridian.sim"], "check": ["CLOCK"],
    "start": ["2026-11-24T00:00:00Z"], "end": ["2026-12-01T00:00:00Z"],
    "starts_on": ["2026-11-24"], "ends_on": ["2026-12-24"], "agreed_on": ["2026-11-20"],
    "expires_at": ["2026-11-24T10:00:00Z"], "base_version": ["3.2.4"], "version": ["3.2.4"],
    "audience": ["", "shape:single"], "serial": ["B300-1"], "order": ["dmy"],
    "reason": ["because", "İş"],
}  # fmt: skip
REFUSED = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429]
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance", "negative_data_rejection",
    "missing_required_header", "unsupported_method",
)  # fmt: skip


@dataclass
class Found:
    cases: int = 0
    wrong: list[str] = field(default_factory=list)
    reached: dict[str, Counter[int]] = field(default_factory=dict)  # by operation, of valid cases

    @property
    def warnings(self) -> dict[str, dict[int, int]]:
        """Operations that answered nothing valid with more than "no such row" or "not like this":
        what schemathesis warns of as missing test data, and as a mismatch of validation."""
        told = {
            label: StatusCodeStatistic(dict(counts), counts.total())
            for label, counts in self.reached.items()
        }
        return {
            label: each.counts
            for label, each in told.items()
            if each.should_warn_about_missing_test_data()
            or each.should_warn_about_validation_mismatch()
        }


def probe(document: Json, ids: dict[str, str], token: str, *, examples: int, seed: int) -> Found:
    """Run every phase but the stateful one; `examples` cases an operation are drawn at random."""
    config = SchemathesisConfig.from_dict(_settings(token, examples, seed))
    schema = schemathesis.openapi.from_dict(seeded(document, ids), config=config)
    found = Found()
    with ThreadPoolExecutor(1) as server:  # one thread has the connections, and closes them
        schema.app = served_by(server, get_wsgi_application())
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                _take(found, event)
            if isinstance(event, events.NonFatalError):
                found.wrong.append(f"{event.label}: {event.value!r}")
            if isinstance(event, events.FatalError):
                raise event.exception
        server.submit(connections.close_all).result()
    return found


def served_by(server: ThreadPoolExecutor, application: Any) -> Any:
    """As a server does: what an answer holds open is closed once it was sent."""

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        told = application(environ, start_response)
        try:
            return [b"".join(told)]
        finally:
            told.close()

    return lambda environ, start: server.submit(answer, environ, start).result()


def seeded(document: Json, ids: dict[str, str]) -> Json:
    """The document with ids of rows that are there, and values that make sense together."""
    told = copy.deepcopy(document)
    schemas, bodies = told["components"]["schemas"], set[str]()
    for path, methods in told["paths"].items():
        noun = path.removeprefix("/api/v1/").split("/")[0]
        for operation in methods.values():
            own = ids.get(operation["operationId"]) or ids.get(noun, UNKNOWN)
            _meant_by(operation, own, ids)
            bodies |= set(_named(operation.get("requestBody", {})))
    for name in list(bodies):
        bodies |= set(_named(schemas[name]))
    for name, schema in schemas.items():
        schema.pop("examples", None)
        for part_name, part in schema.get("properties", {}).items() if name in bodies else ():
            _meant(part_name, part, ids)
    return told


def _meant_by(operation: Json, own: str, ids: dict[str, str]) -> None:
    """The parameters of an operation; a cursor is no text that could be thought of."""
    given = [each for each in operation["parameters"] if each["name"] != "cursor"]
    operation["parameters"] = given
    for each in given:
        each.pop("examples", None)
        if each["in"] == "path":
            each["schema"] = {"type": "string", "enum": [own]}
        elif each["name"] == "If-Match":
            each["schema"] = {"type": "string", "enum": ["*"]}
        else:
            _meant(each["name"], each["schema"], ids)


def _meant(name: str, schema: Json, ids: dict[str, str]) -> None:
    if name in NAMES and schema.get("format") == "uuid":
        schema["enum"] = [ids[NAMES[name]]]
    elif name in VALUES and "enum" not in schema and schema.get("type") == "string":
        schema["enum"] = VALUES[name]
    elif schema.get("type") == "array" and schema.get("items", {}).get("format") == "uuid":
        schema["maxItems"] = 0  # ids of many kinds; none is always right


def _named(part: Any) -> Any:
    """The names of the schemas that this refers to."""
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].rpartition("/")[2]
        for each in part.values():
            yield from _named(each)
    elif isinstance(part, list):
        for each in part:
            yield from _named(each)


def _settings(token: str, examples: int, seed: int) -> Json:
    return {
        "headers": {"Authorization": f"Bearer {token}"},
        "seed": seed,
        "workers": 1,
        "cache": {"enabled": False},
        "checks": {
            "enabled": False, **{name: {"enabled": True} for name in CHECKS},
            # 409: what is sent cannot be judged in this state; 412: a tag of another state.
            "negative_data_rejection": {"expected-statuses": REFUSED},
            "missing_required_header": {"expected-statuses": REFUSED},
        },
        "generation": {"max-examples": examples, "database": "none", "deterministic": True},
        "phases": {
            "examples": {"enabled": False}, "stateful": {"enabled": False},
            "coverage": {"unexpected-methods": ["PUT"]},
        },
    }  # fmt: skip


def _take(found: Found, event: Any) -> None:
    recorder = event.recorder
    found.cases += len(recorder.interactions)
    label = str(event.label or recorder.label)
    counted = aggregate_status_codes(recorder, positive_only=True)
    found.reached.setdefault(label, Counter()).update(counted.counts)
    for case, checks in recorder.checks.items():
        for check in checks:
            if check.status == Status.FAILURE and check.failure_info is not None:
                sent = recorder.cases[case].value
                answer = recorder.interactions[case].response
                shown = answer.content[:300] if answer is not None else b""
                found.wrong.append(
                    f"{event.label} [{check.name}] {check.failure_info.failure.title}:"
                    f" {sent.formatted_path} {sent.query} {sent.headers} {sent.body!r:.300}"
                    f" -> {answer and answer.status_code} {shown!r}"
                )
