"""What asking an appliance brings: an observation, a tally, or trouble."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.utils import translation

from appliances.drivers import errors
from appliances.drivers.values import ApiInfo, Health

NOT_TOLD = ApiInfo(version="", clock_offset=None)
Kind = Literal["well", "unwell", "unreachable", "wrong", "refused", "garbled"]


@dataclass(frozen=True)
class Observation:
    """What an appliance said about itself, or how it failed to.

    `kind`: well, unwell (it answers, and says it is not well), unreachable (says nothing about its
    health), wrong (another appliance answers), refused (our account, or no API), garbled (not an
    API). `detail` is a sentence of ours (msgid), `said` are its own words, to be quoted.
    `clock_offset_seconds`: its clock minus the portal's. `at` is the portal's time, `real_at` the
    world's. Version, role and the rest are empty unless it answered.
    """

    kind: Kind
    at: datetime
    real_at: datetime
    version: str = ""
    build: str = ""
    guid: str = ""
    failover_role: str = ""
    cluster_role: str = ""
    shared_ips: tuple[str, ...] = ()
    last_sync_at: datetime | None = None
    last_sync_status: str = ""
    certificate_ends_at: datetime | None = None
    clock_offset_seconds: float | None = None
    permissions: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""
    said: str = ""

    @property
    def answered(self) -> bool:
        """The expected appliance spoke, whatever it said of its health."""
        return self.kind in ("well", "unwell")


def observed(health: Health, info: ApiInfo, at: datetime, real_at: datetime) -> Observation:
    """Of an appliance that answered as the one that was expected."""
    return Observation(
        kind="well" if health.healthy else "unwell",
        at=at,
        real_at=real_at,
        version=health.version,
        build=health.build,
        guid=health.guid,
        failover_role=health.failover_role,
        cluster_role=health.cluster_role,
        shared_ips=health.shared_ips,
        last_sync_at=health.last_sync_at,
        last_sync_status=health.last_sync_status,
        certificate_ends_at=health.certificate_ends_at,
        clock_offset_seconds=info.clock_offset,
        permissions=info.permissions,
        said=health.message,
    )


@dataclass(frozen=True)
class Tally:
    """Jump Clients after an upgrade. `to_come` need the update still: those on line and queued,
    those off line, and lost ones. Some of `total` may be uninstalled."""

    total: int
    updated: int
    to_come: int
    on_line_queued: int
    off_line: int
    lost: int


class Trouble(Exception):
    """A question failed. `kind` and `detail` as in Observation; `effect_possible` after a call
    that changes something: True means ask again, never tell again."""

    def __init__(self, error: errors.DriverError) -> None:
        super().__init__(str(error))
        self.kind = kind_of(error)
        self.detail = sentence_of(error)
        self.said = words_of(error)
        self.code = error.code
        self.effect_possible = error.effect_possible


def kind_of(error: errors.DriverError) -> Kind:
    """Being asked too often passes by itself, so it counts as not reached."""
    if isinstance(error, errors.WrongAppliance):
        return "wrong"
    if isinstance(error, errors.ProtocolError):
        return "garbled"
    if isinstance(error, errors.ApiError | errors.NotSupported):
        return "refused"
    return "unreachable"


def sentence_of(error: errors.DriverError) -> str:
    """The sentence for people as its English msgid: what is stored is translated when shown."""
    with translation.override("en"):
        return str(error.sentence)


def words_of(error: errors.DriverError) -> str:
    return error.text if isinstance(error, errors.ApiError) else ""
