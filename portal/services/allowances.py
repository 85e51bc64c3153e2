"""How many calls of the API a key may make in a minute of real time.

Counted by the broker, which may forget: a limit that is lost for a moment lets somebody call more
often and breaks nothing. While the broker is away nobody is limited.
"""

import logging
import uuid
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
WINDOW = 60  # seconds, from a key's first call on
PATIENCE = 0.25  # seconds


@dataclass(frozen=True)
class Allowance:
    most: int
    left: int  # below 0: too many
    seconds: int  # until it is full again

    @property
    def used_up(self) -> bool:
        return self.left < 0


def count(key_id: uuid.UUID) -> Allowance | None:
    """Count a call of this key. None where nothing limits it."""
    most: int = settings.API_CALLS_A_MINUTE
    if most <= 0:
        return None
    name = f"calls:{key_id}"
    try:
        turn = _broker(settings.REDIS_URL).pipeline(transaction=True)
        turn.set(name, 0, ex=WINDOW, nx=True)
        turn.incr(name)
        turn.ttl(name)
        _made, calls, seconds = turn.execute()
    except (RedisError, OSError):
        log.warning("the broker is away; no key is limited")
        return None
    return Allowance(most, most - int(calls), max(1, int(seconds)))


@lru_cache(maxsize=2)
def _broker(url: str) -> "Redis":
    return Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
