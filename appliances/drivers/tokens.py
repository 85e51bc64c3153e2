"""Bearer tokens of API accounts, kept in memory until shortly before they end.

An account has at most 30 live tokens, and a 31st silently ends the oldest (vendor's API guide):
so one token an account and process, fetched by one thread at a time. Tokens are never logged and
never leave the process.
"""

import hashlib
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

MARGIN_SECONDS = 60
LONGEST_SECONDS = 3600
KEPT = 4096

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,4096}")


@dataclass(frozen=True)
class Account:
    """Whose token. The secret's digest is part of the key: who does not know the secret does not
    get the token that somebody else fetched with it."""

    host: str
    client_id: str
    secret_digest: str = field(repr=False)

    @classmethod
    def of(cls, host: str, client_id: str, secret: str) -> "Account":
        return cls(host, client_id, hashlib.sha256(secret.encode()).hexdigest())


@dataclass
class _Slot:
    lock: threading.Lock = field(default_factory=threading.Lock)
    token: str = ""
    ends: float = 0.0


class Tokens:
    """`fetch` returns a new token and its life in seconds, and may raise."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._slots: dict[Account, _Slot] = {}
        self._lock = threading.Lock()

    def get(self, account: Account, fetch: Callable[[], tuple[str, float]]) -> str:
        slot = self._slot(account)
        with slot.lock:
            if not slot.token or self._clock() >= slot.ends:
                slot.token = ""
                asked_at = self._clock()
                token, life = fetch()
                slot.token = token
                slot.ends = asked_at + min(life, LONGEST_SECONDS) - MARGIN_SECONDS
            return slot.token

    def forget(self, account: Account, token: str) -> None:
        """The appliance does not know this token any more. A newer one is left alone."""
        slot = self._slot(account)
        with slot.lock:
            if slot.token == token:
                slot.token = ""

    def _slot(self, account: Account) -> _Slot:
        with self._lock:
            if account not in self._slots and len(self._slots) >= KEPT:
                self._slots.pop(next(iter(self._slots)))
            return self._slots.setdefault(account, _Slot())


def is_token(value: object) -> bool:
    """Fit to be put into a header (RFC 6750 2.1)."""
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


TOKENS = Tokens()
