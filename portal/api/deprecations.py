"""Operations that will go, in one table: what their answers and the contract say of it.

An operation is deprecated for two minor versions at least before it goes. Meanwhile every answer of
it, a refusal too, says since when (RFC 9745), until when (RFC 8594) and where to read what to use.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.conf import settings
from django.utils.http import http_date

from portal.services import codes

DOCS = "/api/v1/docs"


@dataclass(frozen=True)
class Deprecated:
    """`since` and `sunset` are days in UTC, `said_in` and `gone_in` versions ("0.3"); `instead`
    names the operation to use, of the noun `under` (as addresses write it)."""

    since: date
    said_in: str
    sunset: date
    gone_in: str
    instead: str
    under: str

    @property
    def sentence(self) -> str:
        """For the contract, in English."""
        return (
            f"Deprecated since {self.said_in} ({self.since}); it is gone from {self.gone_in} on,"
            f" not before {self.sunset}. Use `{self.instead}`."
        )


# By the operation's name, as the contract has it: {"windows_destroy": Deprecated(…)}.
TABLE: dict[str, Deprecated] = {}


def tell(request: Any, action: str | None, response: Any) -> None:
    """Put what is said of a deprecated operation on its answer."""
    if not TABLE or action is None or request.resolver_match is None:
        return
    noun = request.path.removeprefix("/api/v1/").partition("/")[0]
    found = TABLE.get(codes.operation(noun, action))
    if found is None:
        return
    response.headers["Deprecation"] = f"@{_instant(found.since)}"
    response.headers["Sunset"] = http_date(_instant(found.sunset))
    docs = f"{settings.PUBLIC_URL}{DOCS}"
    response.headers["Link"] = (
        f'<{docs}/{noun}/#{codes.operation(noun, action)}>; rel="deprecation"; type="text/html",'
        f' <{docs}/{found.under}/#{found.instead}>; rel="successor-version"; type="text/html"'
    )


def _instant(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
