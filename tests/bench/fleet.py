"""P1 to P5: 100,000 appliances of several customers planned, the ways stored by pair of versions.

The catalogue is 60 base versions by 60 products; the appliances are spread over all pairs. The
baseline is what one would write first: a plain Dijkstra for each appliance, without storing, taken
from a sample; and one join into a bare table.
"""

import random
import time
from heapq import heappop, heappush

from appliances.models import Package, Requirement
from portal import tenancy
from tests.bench import rows, world
from tests.bench.figures import Figure, against, alone, in_turn
from upgrades.services import fleet

CUSTOMERS = 50
APPLIANCES = 100_000
RELEASES = 60
SAMPLE = 300
HOP = 1 << 16
Pair = tuple[int, int]
TARGET = f"{RELEASES}"
BARE_TABLE = """
DROP TABLE IF EXISTS bare_path;
CREATE TABLE bare_path (appliance uuid, target text, package_ids uuid[], hops smallint,
    PRIMARY KEY (appliance, target))
"""
BARE = """
INSERT INTO bare_path SELECT a.id, e.target, e.package_ids, e.hops
FROM appliances_appliance a JOIN upgrades_pathentry e
  ON e.base = a.base_version AND e.product = a.product_version
WHERE e.target = %s
"""


def measure() -> list[Figure]:
    small, _ = _planned(APPLIANCES // 10)
    large, bare = _planned(APPLIANCES)
    searched, (drawn, changed) = _searched(), _changed()
    each = f"{APPLIANCES:,} appliances"
    return [
        against(
            f"P1 {each} planned and stored, beside a search each", large, "s", searched, most=0.02
        ),
        alone(f"P2 {each} planned and stored", large, "s", most=1),
        against("P2 the same, beside one INSERT..SELECT into a bare table", large, "s", bare),
        against("P4 the same, beside a tenth of the fleet", large, "s", small, most=10),
        alone(
            f"P5 {each} planned again after a withdrawal ({changed:,} paths changed)",
            drawn,
            "s",
            most=1,
        ),
    ]


def _planned(appliances: int) -> tuple[float, float]:
    """Seconds for a fresh fleet, ours and bare: the table, then every customer's paths."""
    world.customers(CUSTOMERS, sites=appliances // CUSTOMERS)
    _releases()
    with rows.owner() as cursor:
        cursor.execute(
            "UPDATE appliances_appliance SET base_version = (1 + random() * %(last)s)::int::text,"
            " product_version = (1 + random() * %(last)s)::int::text",
            {"last": RELEASES - 2},
        )
    rows.settle()
    return in_turn(lambda: _ours(appliances), _bare)


def _ours(appliances: int) -> float:
    rows.empty("upgrades_appliancepath", "upgrades_pathentry")
    began = time.monotonic()
    stored = fleet.plan(TARGET, at=world.now())
    seconds = time.monotonic() - began
    assert stored == appliances, stored
    with tenancy.transaction(rows.ask("SELECT id FROM portal_customer LIMIT 1")[0]):
        assert len(fleet.ways(TARGET)) == appliances // CUSTOMERS
    return seconds


def _bare() -> float:
    """Seconds for the join alone: no row security, no reference, no index but the key."""
    with rows.owner() as cursor:
        cursor.execute(BARE_TABLE)
        began = time.monotonic()
        cursor.execute(BARE, [TARGET])
        return time.monotonic() - began


def _searched() -> float:
    """Seconds for a plain Dijkstra from each appliance's versions, from a sample."""
    onward, chosen = _graph(), random.Random(1)
    pairs = [(chosen.randrange(1, RELEASES), chosen.randrange(1, RELEASES)) for _ in range(SAMPLE)]
    began = time.monotonic()
    for pair in pairs:
        assert _dijkstra(onward, pair) is not None
    return (time.monotonic() - began) / SAMPLE * APPLIANCES


def _graph() -> dict[Pair, list[tuple[int, Pair]]]:
    """From each pair (base, product) the pairs one package away, and what that costs."""
    span, onward = range(1, RELEASES + 1), {}
    for b in span:
        for p in span:
            bases = [(1, (n, p)) for n in span if n > b >= n - 3]
            products = [(HOP, (b, n)) for n in span if n > p >= n - 4 and b >= _base_for(n)]
            onward[b, p] = bases + products
    return onward


def _dijkstra(onward: dict[Pair, list[tuple[int, Pair]]], start: Pair) -> list[Pair] | None:
    best, before, queue = {start: 0}, {}, [(0, start)]
    while queue:
        cost, pair = heappop(queue)
        if pair[1] == RELEASES:
            way = [pair]
            while way[-1] != start:
                way.append(before[way[-1]])
            return way[::-1]
        for more, then in onward[pair]:
            if cost + more < best.get(then, 1 << 40):
                best[then], before[then] = cost + more, pair
                heappush(queue, (cost + more, then))
    return None


def _base_for(product: int) -> int:
    return max(1, product * 9 // 10 + 1)


def _changed() -> tuple[float, int]:
    """Seconds until a withdrawn package is out of every stored path, and how many had it."""
    Package.objects.filter(kind="PRODUCT", version="56").update(withdrawn_at=world.now())
    began = time.monotonic()
    changed = fleet.plan(TARGET, at=world.now())
    return time.monotonic() - began, changed


def _releases() -> None:
    """Each base asks for one of the three before, each product for a base and one of four."""
    made = {
        (kind, n): Package(kind=kind, version=str(n), name=f"{kind} {n}", provenance="DEMO")
        for kind in ("BASE", "PRODUCT") for n in range(2, RELEASES + 1)
    }  # fmt: skip
    Package.objects.using("owner").bulk_create(made.values())
    needs = [("BASE", n, "BASE", n - 3) for n in range(2, RELEASES + 1)]
    needs += [("PRODUCT", n, "BASE", _base_for(n)) for n in range(2, RELEASES + 1)]
    needs += [("PRODUCT", n, "PRODUCT", n - 4) for n in range(2, RELEASES + 1)]
    Requirement.objects.using("owner").bulk_create(
        Requirement(package=made[kind, n], kind=of, version=str(max(1, least)), provenance="DEMO")
        for kind, n, of, least in needs
    )
