"""What the OpenAPI document says once for all operations: headers, problems, examples, codes."""

from typing import Any

from portal.api import deprecations
from portal.api.examples import Examples
from portal.services import codes
from portal.services.filetypes import BINARY

Json = dict[str, Any]
ABOUT = """\
Every request carries `Authorization: Bearer <key>`. A person makes keys in the portal, under "Your
settings". In the lines for curl `$PORTAL` is where the portal answers, `$KEY` a key. Instants are
in UTC (RFC 3339). What is not known is refused, never ignored: fields, parameters, parameters
given twice.

A repeated POST with the same `Idempotency-Key` is done once. A change says with `If-Match` which
state of the row it is about: the `ETag` of what was read, or `*` for whatever it is by now. Lists
are turned by `next`. A key may make so many calls a minute: see `RateLimit`.

What is refused is a problem (RFC 9457): `code` is stable and for programs, `detail` and `remedy`
are for people, in the language of `Accept-Language`. All codes: /api/v1/problems/; those that an
operation is known to come to, beside those of its answers, are its `x-problem-codes`.

What will go says so for two minor versions at least: `deprecated` here, and in its answers the
headers Deprecation, Sunset and Link.
"""
HEADERS: dict[str, Json] = {
    "ETag": {
        "description": "The state of what was read: for If-Match and If-None-Match.",
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": '`"key";r=2999;t=60`: calls left, and seconds until all are back.',
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {
        "description": '`"key";q=3000;w=60`: calls in so many seconds.',
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Seconds until it is worth asking again.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "Idempotency-Replayed": {
        "description": "true: nothing was done, this is the answer of the first time.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
OF_DEPRECATED: dict[str, Json] = {
    "Deprecation": {
        "description": "Since when this operation is deprecated (RFC 9745): @1767225600.",
        "schema": {"type": "string", "pattern": "^@[0-9]+$"},
    },
    "Sunset": {
        "description": "The first day on which it may be gone (RFC 8594).",
        "schema": {"type": "string"},
    },
    "Link": {
        "description": "What is said of it (rel=deprecation), and what to use (successor-version).",
        "schema": {"type": "string"},
    },
}
OF_STATUS = {"429": ["Retry-After", "RateLimit", "RateLimit-Policy"]}
UNCHANGED = {"description": "It is what If-None-Match names.", "headers": ["ETag"]}


def tidy(result: Json, **_rest: Any) -> Json:
    """Say once what every operation repeats, and leave out the generator's own marks."""
    result["info"]["description"] = ABOUT
    parts = result["components"]
    _tell_codes(parts["schemas"]["Problem"])
    shared: Json = {}
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            _head(operation, method, path)
            if told := codes.of_operation(operation["operationId"]):
                operation["x-problem-codes"] = told
            for status in {each for each in operation["responses"] if each >= "400"}:
                shared[f"Problem{status}"] = _with_example(operation["responses"][status], status)
                operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
    shared["Unchanged"] = _headed(dict(UNCHANGED), UNCHANGED["headers"])
    parts["headers"] = HEADERS | (OF_DEPRECATED if deprecations.TABLE else {})
    parts["responses"] = dict(sorted(shared.items()))
    _add_examples(parts["schemas"])
    return _without_marks(result)


def _head(operation: Json, method: str, path: str) -> None:
    """The headers of what went well, and 304."""
    names = ["RateLimit", "RateLimit-Policy"]
    names += ["Idempotency-Replayed"] if method == "post" else []
    names += [*OF_DEPRECATED] if operation.get("deprecated") else []
    for status, told in operation["responses"].items():
        if status < "300":
            tagged = "content" in told and BINARY not in told["content"]
            tagged = tagged and (method == "get" or _changes(operation))
            _headed(told, [*(["ETag"] if tagged else []), *names])
    if method == "get" and BINARY not in operation["responses"]["200"].get("content", {}):
        operation["responses"]["304"] = {"$ref": "#/components/responses/Unchanged"}


def _changes(operation: Json) -> bool:
    return any(each["name"] == "If-Match" for each in operation["parameters"])


def _headed(told: Json, names: Any) -> Json:
    told["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    return told


def _with_example(told: Json, status: str) -> Json:
    [(kind, content)] = told["content"].items()
    example = codes.example(status)
    told = {**told, "content": {kind: {**content, "example": example}}}
    told["x-problem-codes"] = codes.of_status(status)
    return _headed(told, OF_STATUS[status]) if status in OF_STATUS else told


def _tell_codes(problem: Json) -> None:
    """Every code there is. Not an `enum`: a new rule must not break who reads answers strictly."""
    problem["properties"]["code"]["x-extensible-enum"] = sorted(codes.table())


def _add_examples(schemas: Json) -> None:
    made = Examples(schemas)
    for name, schema in schemas.items():
        if schema.get("type") == "object" and name != "Problem":
            schema["examples"] = [made.of(schema)]
    schemas["Problem"]["examples"] = [codes.example("409")]


def _without_marks(part: Any) -> Any:
    if isinstance(part, dict):
        return {k: _without_marks(v) for k, v in part.items() if k != "x-spec-enum-id"}
    return [_without_marks(each) for each in part] if isinstance(part, list) else part
