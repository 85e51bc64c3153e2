"""Questions and measured states for the tests of the checks: plain values, nothing is stored."""

from datetime import UTC, datetime, timedelta
from typing import Any

from appliances.drivers.values import ApplianceRow, ClientCounts
from appliances.models import Appliance, Site
from appliances.services import checks
from appliances.services.checks import Question
from appliances.services.expected import Expected
from appliances.services.measuring import Measured
from appliances.services.observations import Observation
from tests.conftest import NOON

GUIDS = {letter: f"{number:032x}" for number, letter in enumerate(("A", "B", "N1", "N2"), start=1)}


def box(letter: str = "A", **values: Any) -> Appliance:
    return Appliance(letter=letter, name=letter, guid=GUIDS[letter], **values)


def seen(letter: str = "A", **values: Any) -> Observation:
    plain = {"kind": "well", "guid": GUIDS[letter], "version": "22.3.1", "build": "1"}
    return Observation(at=NOON, real_at=datetime.now(UTC), **(plain | values))


def measured(letter: str = "A", *, told: dict[str, Any] | None = None, **values: Any) -> Measured:
    """`told`: of the observation; the rest are fields of the box or of what was measured."""
    own = {name: values.pop(name) for name in list(values) if name in Measured.__annotations__}
    return Measured(box(letter, **values), seen(letter, **(told or {})), **own)


def asked(shape: str = "SINGLE", **values: Any) -> Question:
    return Question(Site(shape=shape, name="Desk"), NOON, NOON.date(), **values)


def verdict(name: str, question: Question, *found: Measured) -> Any:
    """The answer of one check, as (status, reason) or None."""
    check = checks.OF_SITE.get(name)
    if check is not None:
        return check(question, found)
    return checks.OF_APPLIANCE[name](question, found[0])


def pair(first: dict[str, Any] | None = None, second: dict[str, Any] | None = None) -> Any:
    """A is primary and synchronised an hour ago, B is its backup; `first`, `second` differ."""
    of_a = {"failover_role": "primary", "last_sync_at": NOON - timedelta(hours=1),
            "last_sync_status": "Data-Sync completed successfully."}  # fmt: skip
    of_b = {"failover_role": "backup"}
    return (
        measured("A", told=of_a | (first or {}), failover_role="PRIMARY"),
        measured("B", told=of_b | (second or {}), failover_role="BACKUP"),
    )


def cluster(*, n1: bool = True, n2: bool = True, counts: Any = (0, 0), **told: Any) -> Any:
    """A master and two traffic nodes; whether they accept, and who is connected to them."""
    rows = tuple(
        ApplianceRow(GUIDS[letter], letter, "public", role, "none", accepts, 0)
        for letter, role, accepts in (
            ("A", "primary", True), ("N1", "traffic", n1), ("N2", "traffic", n2),
        )
    )  # fmt: skip
    nodes = [
        measured(
            letter, cluster_role="TRAFFIC", accepting=True, told=told.get(letter, {}),
            counts=None if number is None else (
                ClientCounts(GUIDS[letter], {"support_customer": number}),
            ),
        )
        for letter, number in zip(("N1", "N2"), counts, strict=True)
    ]  # fmt: skip
    return (measured("A", cluster_role="MASTER", nodes=rows), *nodes)


def taking_down(*found: Measured, **values: Any) -> Expected:
    down = frozenset(one.box.pk for one in found)
    return Expected(takes_down=down, unticked=down, **values)
