"""Statuses and JSON bodies, read the same way for every API of an appliance."""

import json
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

from appliances.drivers import scalars
from appliances.drivers.errors import (
    ApiError,
    DriverError,
    Forbidden,
    ProtocolError,
    RateLimited,
    Unauthorised,
    Unreachable,
)
from portal import egress

HEAD = 4096


def refuses_token(answer: egress.Answer) -> bool:
    """The vendor names the body of such an answer, not its status."""
    if answer.status == 401:
        return True
    head = answer.head(HEAD)
    return b"access_denied" in head and decoded(head).get("error") == "access_denied"


def read_status(answer: egress.Answer) -> None:
    """Raise for the statuses that mean the same in every API; the others are the dialect's."""
    status = answer.status
    for statuses, raised in _STATUSES:
        if status in statuses:
            raise raised(answer)
    if 300 <= status < 400:
        raise ProtocolError(f"status {status}: somewhere else")
    if status != 500 and not (200 <= status < 300 or 400 <= status < 500):
        raise ProtocolError(f"status {status}")


_STATUSES: tuple[tuple[tuple[int, ...], Callable[[egress.Answer], DriverError]], ...] = (
    ((401,), lambda answer: Unauthorised(error_text(answer.head(HEAD)))),
    ((403,), lambda answer: Forbidden(error_text(answer.head(HEAD)))),
    ((429,), lambda answer: RateLimited(_retry_after(answer.headers.get("retry-after", "")))),
    ((502, 503, 504), lambda answer: Unreachable(f"status {answer.status}")),
)


def _retry_after(value: str) -> float | None:
    """Seconds from either form of the header (RFC 9110 10.2.3), at most an hour."""
    seconds: float | None = scalars.integer(value)
    if seconds is None:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, TypeError, OverflowError):
            return None
    return float(min(max(seconds, 0), 3600))


def decoded(body: bytes) -> Mapping[str, object]:
    try:
        return scalars.mapping(json.loads(body))
    except (ValueError, RecursionError):
        return {}


def error_text(body: bytes) -> str:
    """The appliance's own words in a JSON error, with its bag of fields; or nothing."""
    told = decoded(body)
    message = scalars.text(told.get("message") or told.get("error"), scalars.TEXT_LENGTH)
    bag = scalars.mapping(told.get("errors"))
    fields = [
        f"{scalars.text(name)}: {scalars.text(problems[0] if problems else '')}"
        for name, problems in list(bag.items())[:20]
        if isinstance(problems, list)
    ]
    return " ".join(part for part in [message, "; ".join(fields)] if part)[: scalars.TEXT_LENGTH]


def read_json(response: egress.Response) -> object:
    """The decoded body. Raises ProtocolError for anything that is not JSON."""
    try:
        decoded: object = json.loads(response.body)
    except (ValueError, RecursionError) as error:
        kind = response.content_type or "nothing"
        raise ProtocolError(f"not JSON, announced as {kind}: {error}") from error
    return decoded


def api_error(response: egress.Response, *, changes: bool = False) -> ApiError:
    told = error_text(response.body) or f"status {response.status}"
    return ApiError(told, effect_possible=changes and response.status >= 500)
