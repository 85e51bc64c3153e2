"""Examples for the OpenAPI document, made from its schemas: the same schema, the same example."""

from typing import Any

Json = dict[str, Any]
ID = "0f6f7c1e-3b0a-4c57-9a51-6f3f0d1f4a10"
OF_FORMAT = {
    "uuid": ID, "date-time": "2026-11-24T19:00:00Z", "date": "2026-11-24", "time": "22:00:00",
    "decimal": "12.50",
    "email": "elif@meridian.example", "uri": "https://changeover.example.com/api/v1/jobs?cursor=WyJ",
}  # fmt: skip
OF_NAME: Json = {
    "name": "Meridian Freight", "slug": "meridian", "label": "UJ-7", "version": "14.1.1",
    "base_version": "3.2.4", "product_version": "12.1", "host": "a.meridian.example",
    "public_name": "support.meridian.example", "zone": "Europe/Istanbul", "language": "tr",
    "reason": "The night does not suit us.", "phone": "+90 212 555 01 00", "letter": "A",
    "email": "elif@meridian.example", "address": "elif@meridian.example",
    "rule": "FREQ=WEEKLY;BYDAY=TU",
    "procedure": "single", "action": "install_base", "method": "automatic", "ticket": "T-12345",
    "guide": "G-PREP-6", "text": "Install the base package.", "serial": "B300-00217",
    "content_type": "image/png", "sha256": "9f86d081884c7d65", "carrier": "Parcel", "at": "22:00",
    "digest": "3f2a9c", "currency": "EUR", "next": None, "uid": f"{ID}@changeover.example.com",
}  # fmt: skip
DEEP = 20


class Examples:
    def __init__(self, schemas: Json) -> None:
        self.schemas = schemas

    def of(self, schema: Json, name: str = "", depth: int = 0) -> Any:
        """What this schema allows; the name of the property makes it readable."""
        if depth > DEEP:
            return None
        if "$ref" in schema:
            return self.of(self.schemas[schema["$ref"].rpartition("/")[2]], name, depth + 1)
        if parts := schema.get("allOf"):
            return self.of(parts[0], name, depth + 1)
        if choices := schema.get("oneOf") or schema.get("anyOf"):
            return self.of(choices[0], name, depth + 1)
        if "default" in schema:
            return schema["default"]
        if "enum" in schema:
            return schema["enum"][0]
        return self._typed(schema, name, depth)

    def _typed(self, schema: Json, name: str, depth: int) -> Any:
        kind = schema.get("type")
        kinds = kind if isinstance(kind, list) else [kind]
        if name in OF_NAME and OF_NAME[name] is None and "null" in kinds:
            return None
        makers = {
            "object": self._object, "array": self._array, "string": self._string,
            "integer": self._number, "number": self._number, "boolean": lambda *_: False,
        }  # fmt: skip
        maker: Any = makers.get(kinds[0], lambda *_: {} if kind is None else None)
        return maker(schema, name, depth)

    def _object(self, schema: Json, name: str, depth: int) -> Json:
        known = schema.get("properties", {})
        made = {each: self.of(part, each, depth + 1) for each, part in known.items()}
        if not known and isinstance(more := schema.get("additionalProperties"), dict) and more:
            made["key"] = self.of(more, "", depth + 1)
        return made

    def _array(self, schema: Json, name: str, depth: int) -> list[Any]:
        return [self.of(schema.get("items", {}), name.removesuffix("s"), depth + 1)]

    def _string(self, schema: Json, name: str, _depth: int) -> str:
        text = OF_FORMAT.get(schema.get("format", "")) or OF_NAME.get(name) or "text"
        return str(text)[: schema.get("maxLength", 400)]

    def _number(self, schema: Json, _name: str, _depth: int) -> int:
        return int(max(schema.get("minimum", 1), min(1, schema.get("maximum", 1))))
