"""Fields that every app's serializers use: instants, and lists in an address."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

YEARS = range(2000, 2100)


class Instant(serializers.DateTimeField):
    """An instant in UTC, written with a Z. One that is sent must carry its offset."""

    default_error_messages = {
        "naive": _("Write the instant with its offset, such as 2026-11-23T22:00:00Z."),
        "range": _("This instant cannot be meant."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def to_internal_value(self, value: Any) -> datetime:
        instant: datetime = super().to_internal_value(value)
        if instant.year not in YEARS:
            self.fail("range")
        return instant

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("naive")
        return super().enforce_timezone(value)


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
class LocalTime(serializers.TimeField):
    """A time on a site's clock: 22:00. It has no offset, so it is none of RFC 3339."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **kwargs)


class LocalMoment(serializers.CharField):
    """A minute on the clock of each site that it concerns: 2026-12-24T00:00, without an offset."""

    FORM = "%Y-%m-%dT%H:%M"
    default_error_messages = {
        "local": _("Write a time of the site’s clock without an offset: 2026-12-24T00:00."),
    }

    def to_internal_value(self, data: Any) -> datetime:  # type: ignore[override]
        text = super().to_internal_value(data)
        if len(text) != len("2026-12-24T00:00"):
            self.fail("local")
        try:
            return datetime.strptime(text, self.FORM)  # noqa: DTZ007 (the site’s clock)
        except ValueError:
            self.fail("local")


class Lower(serializers.ChoiceField):
    """A word that is kept in capitals and spoken in lower case: base, product, licence."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__([value.lower() for value in dict(choices)], **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return str(super().to_internal_value(data)).upper()

    def to_representation(self, value: Any) -> str:
        return str(value).lower()


class Listed(serializers.Field):
    """Several values of an address's parameter, with commas between: state=ASKING,WATCHING."""

    default_error_messages = {"many": _("At most 50 values.")}

    def __init__(self, child: serializers.Field, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.child = child

    def to_internal_value(self, data: Any) -> list[Any]:
        parts = str(data).split(",")
        if len(parts) > 50:
            self.fail("many")
        return [self.child.run_validation(part.strip()) for part in parts]


def words(choices: Any) -> Listed:
    """A filter for a column with choices."""
    return Listed(serializers.ChoiceField(choices), required=False)
