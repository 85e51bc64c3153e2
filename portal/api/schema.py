"""The OpenAPI document, read off what the resources say of themselves."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from portal.api import deprecations, versions
from portal.api.bases import Answer
from portal.api.fields import Listed
from portal.api.idempotency import FORM
from portal.services import codes
from portal.services.filetypes import BINARY, DOCUMENTS

PROBLEM = "application/problem+json"
JSON = "application/json"
TAGS = r'^(\*|(W/)?"[^"]*"(, *(W/)?"[^"]*")*)$'
FILE = {"type": "string", "format": "binary"}
WHEN = {
    "400": "What was sent cannot be right; `errors` says where.",
    "401": "No living key.",
    "403": "The key, or its person, may not do this.",
    "404": "There is nothing here, or not for this key.",
    "409": "Refused as things stand; `code` names the rule, `remedy` what would help.",
    "412": "The row was changed since the state that If-Match names.",
    "413": "The body is too large.",
    "415": "The body is of another kind than this address reads.",
    "422": "The Idempotency-Key was sent before, with another request.",
    "428": "If-Match is missing: say which state of the row was seen.",
    "429": "The key's calls of this minute are used up; Retry-After says until when.",
}


class Problem(Answer):
    """Why something was not done (RFC 9457)."""

    type = serializers.URLField(help_text="Names the kind of problem: it ends in the code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable: for programs.")
    detail = serializers.CharField(help_text="For people, in the language asked for.")
    remedy = serializers.CharField(required=False, help_text="What would make it possible.")
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="By field, as a path with dots; `body` is the whole of it.",
    )
    instance = serializers.CharField(help_text="The address that was asked.")


class Bearer(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "portal.api.authentication.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "An API key, as it was shown."}


class Schema(AutoSchema):
    """One operation: all of it follows from the resource's maps and the method's docstring."""

    @property
    def action(self) -> str:
        return str(self.view.action)

    def get_operation_id(self) -> str:
        return codes.operation(self._tokenize_path()[0], self.action)

    def is_deprecated(self) -> bool:
        return self.get_operation_id() in deprecations.TABLE

    def get_description(self) -> str:
        said = getattr(self.view, self.action).__doc__ or ""
        going = deprecations.TABLE.get(self.get_operation_id())
        return " ".join([*said.split(), *([going.sentence] if going else [])])

    def get_summary(self) -> str:
        noun = self._tokenize_path()[0].replace("-", " ")
        return f"{noun}: {self.action.replace('_', ' ')}"

    def get_request_serializer(self) -> Any:
        if self.action in self.view.uploads:
            form = {"type": "object", "properties": {"file": FILE}, "required": ["file"]}
            return {"multipart/form-data": form, BINARY: FILE}
        return self.view.takes.get(self.action)

    def _get_request_body(self, direction: Any = "request") -> Any:
        return super()._get_request_body(direction) if self.get_request_serializer() else None

    def _resolve_path_parameters(self, variables: Any) -> list[Any]:
        plain = {"in": "path", "schema": {"type": "string", "format": "uuid"}, "required": True}
        return [{**plain, "name": name} for name in variables]

    def get_filter_backends(self) -> list[Any]:
        return []

    def get_override_parameters(self) -> list[Any]:
        asked = self.view.asked_by(self.action)()
        found = [self._parameter(name, field) for name, field in asked.fields.items()]
        if self.method == "POST":
            found.append(KEY)
        if self._changes():
            found.append(SEEN)
        if self.method == "GET" and self.action not in self.view.downloads:
            found.append(HAVE)
        return [*found, LANGUAGE]

    def _parameter(self, name: str, field: Any) -> OpenApiParameter:
        if isinstance(field, Listed):
            kind = self._several(self._map_serializer_field(field.child, "request"))
        else:
            kind = self._map_serializer_field(field, "request")
        said = kind.pop("description", field.help_text or "")
        return OpenApiParameter(name, kind, description=str(said), required=field.required)

    def _several(self, kind: Any) -> dict[str, Any]:
        """As one text with commas: many a generator of clients writes a list as a parameter that
        is given many times, which is refused."""
        words = "|".join(kind["enum"]) if "enum" in kind else "[^,]+"
        told = {"description": "One, or several with commas between."}
        return {"type": "string", "pattern": f"^({words})(,({words}))*$", **told}

    def get_response_serializers(self) -> Any:
        good: dict[Any, Any]
        if self.action in self.view.downloads:
            # Bare bytes first: a generator of clients reads a file by the first kind it knows, and
            # knows neither a ZIP nor a PDF.
            kinds = (BINARY, *(self.view.file_types or sorted(DOCUMENTS)))
            good = {("200", kind): FILE for kind in kinds}
        elif self.method == "DELETE" and self.action not in self.view.gives:
            good = {"204": None}
        else:
            status = str(self.view.statuses.get(self.action, 200))
            row = self.view.gives.get(self.action) or self.view.gives["retrieve"]
            good = {"204": None} if status == "204" else {(status, JSON): row}
        if later := self.view.later.get(self.action):
            good["202", JSON] = later
        return good | {(status, PROBLEM): Problem for status in self._problems()}

    def _problems(self) -> list[str]:
        found = ["400", "401", "403"]
        if "{" in self.path:
            found.append("404")
        if self.method in ("POST", "DELETE"):
            found += ["409", "413", "415", "422"] if self.method == "POST" else ["409"]
        found += ["412", "428"] if self._changes() else []
        found += [each for each in codes.of_operation(self.get_operation_id()) if each == "409"]
        return sorted({*found, "429"})

    def _changes(self) -> bool:
        return "{" in self.path and versions.demanded(self.view, self.action, self.method)

    def _get_response_for_code(self, serializer: Any, status: str, *rest: Any, **more: Any) -> Any:
        told = super()._get_response_for_code(serializer, status, *rest, **more)
        told["description"] = WHEN.get(status, "Done.")
        return told

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.action in self.view.pages and not isinstance(serializer, Problem)

    def _get_paginator(self) -> Any:
        return Envelope()


class Envelope:
    """A page of rows as every list answers it. Its parameters are in the resource's query."""

    def get_schema_operation_parameters(self, view: Any) -> list[Any]:
        return []

    def get_paginated_response_schema(self, rows: dict[str, Any]) -> dict[str, Any]:
        following = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {"results": rows, "next": following},
        }


KEY = OpenApiParameter(
    "Idempotency-Key", {"type": "string", "pattern": f"^{FORM.pattern}$"}, OpenApiParameter.HEADER,
    description=(
        "Makes a repeat safe: sent again within 24 hours to the same address with the same body,"
        " it is not done again, and the first answer comes back with Idempotency-Replayed: true."
        " Repeats that come meanwhile wait for it. With another body: 422. Only what was done is"
        " kept: a refused request may be repeated under the same key."
    ),
)  # fmt: skip
SEEN = OpenApiParameter(
    "If-Match", {"type": "string", "pattern": TAGS}, OpenApiParameter.HEADER, required=True,
    description="The ETag of the row as it was read, or * for whatever it is by now.",
    examples=[OpenApiExample("any", value="*")],
)  # fmt: skip
HAVE = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER,
    description="The ETag of an answer that is at hand: 304 if it is still that.",
)  # fmt: skip
LANGUAGE = OpenApiParameter(
    "Accept-Language", str, OpenApiParameter.HEADER,
    description="en, fr or tr; without it the language of the key's person.",
)  # fmt: skip
