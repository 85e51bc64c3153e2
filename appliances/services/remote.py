"""The only door to appliances for the rest of the product. Never inside a transaction.

Appliances are handed in as rows that were read before: nothing here reads customer data. Trouble
with an appliance comes as `Observation.kind` from observe(), and as Trouble from everything else.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from django.db import connection as database

from appliances.drivers import errors
from appliances.drivers.base import Connection, Driver, Writable
from appliances.drivers.configuration import summarise
from appliances.drivers.registry import driver_for
from appliances.drivers.values import (
    ApiInfo,
    BackupFile,
    Installer,
    JumpClient,
    Jumpoint,
)
from appliances.models import Appliance, Site
from appliances.services import hearing
from appliances.services.observations import (
    NOT_TOLD,
    Observation,
    Tally,
    Trouble,
    kind_of,
    observed,
    sentence_of,
    words_of,
)
from portal import clock, secrets

# All calls of one question together: a lease of 60 s holds over it.
BUDGET_SECONDS = 25.0
CLIENTS_A_PAGE = 100
INSTALLER_MINUTES = 365 * 24 * 60

DIALECTS = {"XML": "xml", "JSON": "json", "NO_API": "none"}
AUTHS = {"OAUTH": "oauth", "OLD": "old"}


def connection_of(appliance: Appliance) -> Connection:
    """How to reach an appliance, its secret opened. Raises secrets.CannotOpen."""
    secret = ""
    if appliance.secret:
        context = secrets.context_of(appliance, "secret")
        secret = secrets.unseal(appliance.secret, key_id=appliance.secret_key_id, context=context)
    return Connection(
        host=appliance.host,
        guid=appliance.guid,
        dialect=DIALECTS[appliance.dialect],  # type: ignore[arg-type]
        auth=AUTHS[appliance.auth],  # type: ignore[arg-type]
        account=appliance.client_id,
        secret=secret,
        simulated=appliance.simulated,
        pin=appliance.certificate_pin,
        private_allowed=appliance.private_address,
    )


def observe(appliance: Appliance) -> Observation:
    """Ask an appliance who and how it is: two calls. Never raises for the appliance's trouble."""
    return _seen(appliance, BUDGET_SECONDS, with_clock=True)


def _seen(appliance: Appliance, budget: float, *, with_clock: bool = False) -> Observation:
    at, real_at = clock.now(), datetime.now(UTC)
    try:
        driver = _driver(connection_of(appliance), budget=budget)
        health = driver.health()
    except errors.DriverError as error:
        kind, detail, said = kind_of(error), sentence_of(error), words_of(error)
        return Observation(kind, at, real_at, detail=detail, said=said)
    if appliance.guid and health.guid != appliance.guid:
        wrong = errors.WrongAppliance(appliance.guid, health.guid)
        return Observation("wrong", at, real_at, guid=health.guid, detail=sentence_of(wrong))
    hearing.answered(appliance)
    return observed(health, _info(driver) if with_clock else NOT_TOLD, at, real_at)


def observe_each(appliances: Sequence[Appliance]) -> list[Observation]:
    """Several of a site, asked one after the other within the time of one question. Their clocks
    are not asked. Never raises for an appliance's trouble."""
    budget = BUDGET_SECONDS / max(1, len(appliances))
    return [_seen(appliance, budget) for appliance in appliances]


def _info(driver: Driver) -> ApiInfo:
    try:
        return driver.api_info()
    except errors.DriverError:
        return NOT_TOLD


def clock_offset(appliance: Appliance) -> float | None:
    """The appliance's clock minus the portal's in seconds; None if it does not tell."""
    with asking(appliance) as driver:
        return driver.api_info().clock_offset


def public_guid(site: Site, appliances: Iterable[Appliance]) -> str:
    """Which appliance answers behind the site's public name, asked with the accounts of its own
    appliances (which share them once their data is synchronised). Raises Trouble."""
    trouble: errors.DriverError = errors.NotSupported("no appliance with an API account")
    for appliance in appliances:
        there = replace(connection_of(appliance), host=site.public_name)
        try:
            return _driver(there, budget=BUDGET_SECONDS).health().guid
        except errors.DriverError as error:
            trouble = error
            if not isinstance(error, errors.ApiError | errors.NotSupported):
                break
    raise Trouble(trouble) from trouble


def client_tally(
    appliance: Appliance, *, progress: Callable[[int], None] | None = None
) -> Tally | None:
    """How its Jump Clients follow a release; None where its interface cannot tell.

    Reads every page; `progress(clients so far)` is called once a page, to renew a lease.
    Raises Trouble if it could tell but did not answer.
    """
    try:
        with asking(appliance, budget=None) as driver:
            found = summarise(_reported(driver.jump_clients(), progress))
    except Trouble as trouble:
        if trouble.kind == "refused":
            return None
        raise
    return Tally(
        total=found.total,
        updated=found.updated,
        to_come=found.needs_update,
        on_line_queued=found.online_queued,
        off_line=found.offline,
        lost=found.lost,
    )


def _reported(
    clients: Iterator[JumpClient], progress: Callable[[int], None] | None
) -> Iterator[JumpClient]:
    for number, client in enumerate(clients, start=1):
        if progress and number % CLIENTS_A_PAGE == 0:
            progress(number)
        yield client


def jumpoints(appliance: Appliance) -> tuple[Jumpoint, ...]:
    with asking(appliance) as driver:
        return driver.jumpoints()


def installers(appliance: Appliance) -> tuple[Installer, ...]:
    with asking(appliance) as driver:
        return driver.installers()


def make_installers(appliance: Appliance) -> list[Installer]:
    """Make a new Jump Client installer like each there is (G-CLIENT-10), one a kind.

    Raises Trouble; with `effect_possible` some may have been made: compare installers().
    """
    with asking(appliance, budget=None) as driver:
        wanted = {
            (
                one.jump_group_id,
                one.jump_group_type,
                one.connection_type,
                one.tag,
                one.comments,
            ): one
            for one in driver.installers()
            if one.jump_group_id
        }
        return [_remake(driver, one) for one in wanted.values()]


def _remake(driver: Driver, old: Installer) -> Installer:
    return driver.create_installer(
        jump_group_id=old.jump_group_id or 0,
        jump_group_type=old.jump_group_type,
        name=old.name,
        tag=old.tag,
        comments=old.comments,
        connection_type=old.connection_type or "active",
        valid_minutes=INSTALLER_MINUTES,
    )


def take_backup(appliance: Appliance, *, into: Writable, limit: int) -> BackupFile:
    """Stream the settings backup into `into`. After Trouble what was written is worthless."""
    with asking(appliance, budget=None) as driver:
        return driver.take_backup(into, limit=limit)


@contextmanager
def asking(appliance: Appliance, *, budget: float | None = BUDGET_SECONDS) -> Iterator[Driver]:
    """A driver for one question; its trouble comes as Trouble."""
    try:
        yield _driver(connection_of(appliance), budget=budget)
        hearing.answered(appliance)
    except errors.DriverError as error:
        raise Trouble(error) from error


def _driver(connection: Connection, *, budget: float | None) -> Driver:
    if database.in_atomic_block:
        raise RuntimeError("an appliance is asked inside a transaction")
    return driver_for(connection, now=clock.now, budget=budget)


# Callers read the answers of this module under its name.
__all__ = ["Observation", "Tally", "Trouble", "observe"]
