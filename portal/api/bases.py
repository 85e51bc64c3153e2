"""What the API's serializers are made of: answers name each field, what comes in is strict."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

UNKNOWN = _("There is no such field here.")


class Answer(serializers.Serializer):  # type: ignore[type-arg]
    """What goes out: explicit fields, nothing computed from a model."""


class Body(serializers.Serializer):  # type: ignore[type-arg]
    """What comes in. A field that is not named is refused, never ignored, at every depth."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (strange := set(data) - set(self.fields)):
            raise serializers.ValidationError({str(name)[:80]: [UNKNOWN] for name in strange})
        return super().to_internal_value(data)


class Query(Body):
    """The parameters of an address. `lookups` says which column each one filters."""

    lookups: ClassVar[dict[str, str]] = {}


class Sparse(Query):
    """The parameters of whatever answers with rows, or with one."""

    fields = serializers.CharField(  # type: ignore[assignment]
        required=False, max_length=1000, help_text="Only these fields of a row: id,name."
    )

    def validate_fields(self, value: str) -> list[str]:
        return [name.strip() for name in value.split(",")]


def picked(answer: Any, names: list[str] | None) -> Any:
    """An answer of some fields alone (None: of all). Raises ValidationError for unknown names."""
    row = getattr(answer, "child", answer)
    if names is not None:
        if strange := sorted(set(names) - set(row.fields)):
            said = f"{UNKNOWN} {', '.join(strange)}"[:200]
            raise serializers.ValidationError({"fields": [said]})
        for name in set(row.fields) - set(names):
            del row.fields[name]
    return answer


class OfCustomer(Query):
    """Of an address under which something is made at a customer."""

    customer = serializers.UUIDField(
        required=False,
        help_text="Whose it shall be: for a key of all customers. A key of one customer may name "
        "only its own.",
    )


class Pages(Sparse):
    """The parameters of every list."""

    cursor = serializers.CharField(
        required=False, max_length=400, help_text="Where to go on: as `next` of the page before."
    )
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=100, default=50, help_text="Rows a page."
    )


class Reason(Body):
    reason = serializers.CharField(max_length=400)


class CustomerName(Answer):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()


class PersonName(Answer):
    """A person as others see them: never an address."""

    id = serializers.UUIDField()
    name = serializers.CharField()
