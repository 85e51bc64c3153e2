"""One appliance's HTTP with its credential: tokens, pace, and the same reading of every status.

About sending a credential only to the right appliance: nothing the API answers before
authentication says which appliance it is (the open probe /check_health carries no GUID). What
vouches for the receiver is TLS: the certificate of the name, or the pinned one. The first call
with the credential is always a read, its GUID is compared, and only then follows a call that
changes something, to the same address. A partner that answers under the shared name after a swing
holds the same certificate and so may see the credential; it is of the same customer.
"""

import base64
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from appliances.drivers import scalars
from appliances.drivers.answers import HEAD, error_text, read_json, read_status, refuses_token
from appliances.drivers.base import Connection
from appliances.drivers.errors import (
    AddressRefused,
    NotSupported,
    ProtocolError,
    TooLarge,
    Unauthorised,
    Unreachable,
    answered,
)
from appliances.drivers.pace import PACE, Pace
from appliances.drivers.tokens import TOKENS, Account, Tokens, is_token
from portal import egress, rehearsing

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True)
class Call:
    """What is asked. `form` is for the XML and old APIs, `content` for the JSON ones. `changes`
    marks a call after which one must ask and not repeat."""

    method: str
    path: str
    form: Mapping[str, str] | None = None
    content: Mapping[str, object] | None = None
    accept: str = "*/*"
    changes: bool = False


class Session:
    """`budget`: seconds for all calls of this session together; None: 30 s for each."""

    def __init__(
        self,
        connection: Connection,
        door: egress.Door,
        *,
        tokens: Tokens = TOKENS,
        pace: Pace = PACE,
        budget: float | None = None,
    ) -> None:
        self.connection = connection
        self._ends = None if budget is None else time.monotonic() + budget
        self._door, self._tokens, self._pace = door, tokens, pace
        self._account = Account.of(door.host, connection.account, connection.secret)

    def call(self, call: Call) -> egress.Response:
        """The whole answer if its status is one for the dialect to read: 2xx, 4xx other than 401,
        403 and 429, or 500. Raises DriverError."""
        with self.open(call) as answer:
            return answer.read()

    def anonymous(self, call: Call) -> egress.Response:
        """A call without any credential, and whatever it is answered."""
        with _translated(changes=False), self._exchange(call, {}) as answer:
            return answer.read()

    @contextmanager
    def open(
        self, call: Call, *, limit: int = egress.BODY_LIMIT, seconds: float = egress.TOTAL_SECONDS
    ) -> Iterator[egress.Answer]:
        """As `call`, for an answer that is read in pieces inside the block."""
        token = self._token()
        with _translated(call.changes), self._ask(call, token, limit, seconds) as answer:
            if not (token and refuses_token(answer)):
                with answered(changes=call.changes):
                    read_status(answer)
                yield answer
                return
        # Old, or killed by a newer one or by a new secret: one fresh token, one more try.
        self._tokens.forget(self._account, token)
        token = self._token()
        with _translated(call.changes), self._ask(call, token, limit, seconds) as answer:
            if refuses_token(answer):
                raise Unauthorised(error_text(answer.head(HEAD)))
            with answered(changes=call.changes):
                read_status(answer)
            yield answer

    @contextmanager
    def _ask(self, call: Call, token: str, limit: int, seconds: float) -> Iterator[egress.Answer]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if self.connection.auth == "old":
            call = self._with_password(call)
        with self._exchange(call, headers, limit, seconds) as answer:
            yield answer

    def _with_password(self, call: Call) -> Call:
        """User name and password travel as form fields, never in the address (which is logged)."""
        if call.content is not None:
            raise NotSupported("the JSON APIs take no user name and password")
        names = {"username": self.connection.account, "password": self.connection.secret}
        return replace(call, method="POST", form={**(call.form or {}), **names})

    @contextmanager
    def _exchange(
        self,
        call: Call,
        headers: Mapping[str, str],
        limit: int = egress.BODY_LIMIT,
        seconds: float = egress.TOTAL_SECONDS,
    ) -> Iterator[egress.Answer]:
        sent = {"Accept": call.accept, "User-Agent": "Changeover", **headers}
        body = None
        if call.form is not None:
            sent["Content-Type"], body = FORM, urlencode(call.form).encode()
        elif call.content is not None:
            sent["Content-Type"], body = JSON, json.dumps(call.content).encode()
        if rehearsing.twin() is None:  # a twin's simulator counts no calls
            self._pace.wait(self._door.host, self.connection.account)
        left = self._left(seconds)
        with self._door.open(
            call.method, call.path, headers=sent, body=body, limit=limit, seconds=left
        ) as answer:
            yield answer

    def _left(self, seconds: float) -> float:
        if self._ends is None:
            return seconds
        left = self._ends - time.monotonic()
        if left <= 0:
            raise Unreachable("no time left for another call")
        return min(seconds, left)

    def _token(self) -> str:
        if self.connection.auth == "old":
            return ""
        return self._tokens.get(self._account, self._fetch_token)

    def _fetch_token(self) -> tuple[str, float]:
        """A new token and its life in seconds (OAuth 2.0 client credentials, RFC 6749 4.4)."""
        pair = f"{self.connection.account}:{self.connection.secret}".encode()
        basic = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        asked = Call(
            "POST", "/oauth2/token", form={"grant_type": "client_credentials"}, accept=JSON
        )
        with _translated(changes=False), self._exchange(asked, basic) as answer:
            if answer.status in (400, 401):
                raise Unauthorised(error_text(answer.head(HEAD)))
            read_status(answer)
            response = answer.read()
        if response.status == 404:
            raise NotSupported("no OAuth on this appliance")
        given = scalars.mapping(read_json(response))
        token = given.get("access_token")
        if response.status != 200 or not isinstance(token, str) or not is_token(token):
            raise ProtocolError(f"no token in an answer with status {response.status}")
        return token, float(scalars.integer(given.get("expires_in")) or 3600)


@contextmanager
def _translated(changes: bool) -> Iterator[None]:
    """Outgoing errors as driver errors, with what they mean for a call that changes something."""
    try:
        yield
    except egress.NotAllowed as error:
        raise AddressRefused(error.detail) from error
    except egress.TooMuch as error:
        raise TooLarge(error.detail, effect_possible=changes) from error
    except egress.OutgoingError as error:
        raise Unreachable(error.detail, effect_possible=changes and error.sent) from error
