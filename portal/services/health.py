"""How each part of the installation does. Never raises: a part that cannot be asked is down."""

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error, connection
from redis import Redis
from redis.exceptions import RedisError

from portal.services import heartbeats

SECONDS = 1.0
ESSENTIAL = ("database", "web", "steps")


@dataclass(frozen=True)
class Part:
    """`up` is None for a part that this installation does not use."""

    up: bool | None
    seconds: float | None = None

    def shown(self) -> dict[str, object]:
        shown: dict[str, object] = {"up": self.up}
        if self.seconds is not None:
            shown["seconds"] = round(self.seconds, 1)
        return shown


def parts() -> dict[str, Part]:
    """Every part by name. `web` is up by answering at all."""
    database, signs = _database()
    return {
        "database": Part(database),
        "web": Part(True),
        **{name: _by_sign(signs, name) for name in heartbeats.PATIENCE},
        "broker": Part(_broker()),
        "mail": Part(_mail()),
        "papers": Part(_papers()),
        "simulator": Part(_simulator()),
    }


def serves(found: dict[str, Part]) -> bool:
    """Whether the installation does its work: without the rest it is slower, not wrong."""
    return all(found[name].up for name in ESSENTIAL)


def _database() -> tuple[bool, dict[str, heartbeats.Sign]]:
    try:
        return True, heartbeats.parts()
    except Error:
        connection.close()
        return False, {}


def _by_sign(signs: dict[str, heartbeats.Sign], name: str) -> Part:
    sign = signs.get(name)
    if sign is None:
        return Part(False)
    return Part(sign.seconds <= heartbeats.PATIENCE[name], sign.seconds)


def _broker() -> bool:
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS
        ) as broker:
            return bool(broker.ping())
    except (RedisError, OSError):
        return False


def _mail() -> bool:
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return _listens(settings.EMAIL_HOST, settings.EMAIL_PORT)
    return True


def _papers() -> bool | None:
    if not settings.TYPESETTER:
        return None
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(SECONDS)
            line.connect(settings.TYPESETTER)
    except OSError:
        return False
    return True


def _simulator() -> bool | None:
    if not settings.SIMULATOR_URL:
        return None
    address = urlsplit(settings.SIMULATOR_URL)
    return _listens(address.hostname or "", address.port or 80)


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=SECONDS).close()
    except OSError:
        return False
    return True
