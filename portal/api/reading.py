"""The OpenAPI document as a reader wants it: operations by noun, fields flat, a line for curl."""

import json
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
METHODS = ("get", "post", "delete")
DEEP = 3  # levels of fields that are shown; the example has all


@dataclass(frozen=True)
class Field:
    name: str  # with dots
    kind: str
    required: bool
    about: str


@dataclass(frozen=True)
class Told:
    """A body or an answer: its kinds of content, its fields, an example."""

    status: str
    about: str
    kinds: str
    fields: list[Field]
    example: str
    headers: list[str]


@dataclass(frozen=True)
class Operation:
    name: str
    title: str
    method: str
    path: str
    about: str
    parameters: list[Field]
    body: Told | None
    answers: list[Told]
    problems: list[tuple[str, str, list[str]]]  # status, about, codes
    curl: str


class Document:
    def __init__(self, document: Json) -> None:
        self.paths: Json = document["paths"]
        self.parts: Json = document["components"]
        self.about: str = document["info"]["description"]

    def nouns(self) -> dict[str, list[Operation]]:
        """Every operation under the noun that its address begins with."""
        found: dict[str, list[Operation]] = {}
        for path, methods in self.paths.items():
            for method in METHODS:
                if method in methods:
                    told = self._operation(path, method, methods[method])
                    found.setdefault(methods[method]["tags"][0], []).append(told)
        return found

    def _operation(self, path: str, method: str, told: Json) -> Operation:
        body = told.get("requestBody")
        answers = {status: self._resolved(each) for status, each in told["responses"].items()}
        good = [self._told(each, status) for status, each in answers.items() if status < "400"]
        return Operation(
            name=told["operationId"], title=told["summary"].partition(": ")[2],
            method=method.upper(), path=path, about=told.get("description", ""),
            parameters=[self._parameter(each) for each in told.get("parameters", [])],
            body=self._told(body, "") if body else None, answers=good,
            problems=[
                (status, each["description"], _codes(told, each, status))
                for status, each in answers.items() if status >= "400"
            ],
            curl=self._curl(method, path, told),
        )  # fmt: skip

    def _parameter(self, told: Json) -> Field:
        kind = self._kind(told["schema"])
        where = "" if told["in"] == "query" else f" ({told['in']})"
        about = told.get("description", "")
        return Field(told["name"], kind + where, told.get("required", False), about)

    def _told(self, told: Json, status: str) -> Told:
        content = told.get("content", {})
        schema = next((each.get("schema", {}) for each in content.values()), {})
        return Told(
            status=status, about=told.get("description", ""), kinds=", ".join(content),
            fields=list(self._fields(schema)) if content else [],
            example=_written(self._example(schema)), headers=list(told.get("headers", [])),
        )  # fmt: skip

    def _resolved(self, part: Json) -> Json:
        while "$ref" in part:
            _hash, _components, kind, name = part["$ref"].split("/")
            part = self.parts[kind][name]
        return part

    def _fields(self, schema: Json, before: str = "", depth: int = 0) -> Any:
        schema = self._whole(schema)
        if depth < DEEP and "array" in _types(schema):
            yield from self._fields(schema.get("items", {}), before, depth)
        required = schema.get("required", [])
        for name, part in schema.get("properties", {}).items() if depth < DEEP else ():
            about = part.get("description", "")
            yield Field(before + name, self._kind(part), name in required, about)
            yield from self._fields(part, f"{before}{name}.", depth + 1)

    def _whole(self, schema: Json) -> Json:
        """Without references; of several possible ones that which is an object."""
        schema = self._resolved(schema)
        choices = [
            *schema.get("allOf", []), *schema.get("oneOf", []), *schema.get("anyOf", [])
        ]  # fmt: skip
        for each in choices:
            if (found := self._whole(each)).get("properties"):
                return found
        return schema

    def _kind(self, schema: Json) -> str:
        schema = self._resolved(schema)
        for word, between in (("allOf", " "), ("oneOf", " | "), ("anyOf", " | ")):
            if word in schema:
                return between.join(self._kind(each) for each in schema[word])
        if "enum" in schema:
            return " | ".join("null" if each is None else str(each) for each in schema["enum"])
        types = _types(schema)
        if "array" in types:
            return " | ".join([f"[{self._kind(schema.get('items', {}))}]", *types[1:]])
        form = schema.get("format")
        return " | ".join([f"{types[0]} {form}" if form else types[0], *types[1:]])

    def _example(self, schema: Json) -> Any:
        if "$ref" in schema:
            return self._example(self._resolved(schema))
        if schema.get("examples"):
            return schema["examples"][0]
        if "array" in _types(schema):
            return [self._example(schema.get("items", {}))]
        if parts := schema.get("properties"):
            return {name: self._example(part) for name, part in parts.items()}
        return None

    def _curl(self, method: str, path: str, told: Json) -> str:
        """One line that does it, with the example's body."""
        words = ["curl", "--header 'Authorization: Bearer '\"$KEY\""]
        body = next(iter(told.get("requestBody", {}).get("content", {}).items()), None)
        if method != "get":
            words.insert(1, f"--request {method.upper()}")
        if any(each["name"] == "If-Match" for each in told.get("parameters", [])):
            words.append("--header 'If-Match: *'")
        if body and body[0] == "application/json":
            example = json.dumps(self._example(body[1].get("schema", {})), ensure_ascii=False)
            words += ["--header 'Content-Type: application/json'", f"--data {_quoted(example)}"]
        elif body:
            words.append("--form file=@picture.png")
        return " ".join([*words, f'"$PORTAL{path.replace("{id}", "$ID")}"'])


def _codes(operation: Json, answer: Json, status: str) -> list[str]:
    """Those of the operation itself, then those of every answer of this status."""
    own = operation.get("x-problem-codes", {}).get(status, [])
    return list(dict.fromkeys([*own, *answer.get("x-problem-codes", [])]))


def _types(schema: Json) -> list[str]:
    kind = schema.get("type", "object" if "properties" in schema else "anything")
    return kind if isinstance(kind, list) else [kind]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _written(example: Any) -> str:
    return "" if example is None else json.dumps(example, indent=2, ensure_ascii=False)
