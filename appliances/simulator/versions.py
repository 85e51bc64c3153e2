"""Version numbers, what packages ask for, and which API a product speaks."""

import operator
import re

from appliances.simulator import seeds

COMPARISONS = {
    ">=": operator.ge,
    ">": operator.gt,
    "==": operator.eq,
    "=": operator.eq,
    "<=": operator.le,
    "<": operator.lt,
}

# vendor.md 3.9; the highest product that is not above the asked one gives the row.
API_VERSIONS = [
    ("24.1", "1.24.1"), ("23.1", "1.23.1"), ("22.2", "1.22.2"), ("22.1", "1.22.1"),
    ("21.3", "1.21.1"), ("21.1", "1.21.0"), ("19.2", "1.19.2"), ("19.1", "1.19.0"),
    ("18.2", "1.18.0"), ("17.1", "1.16.0"), ("16.2", "1.15.1"), ("16.1", "1.15.0"),
    ("15.2", "1.13.1"), ("15.1", "1.13.0"), ("14.2", "1.12.0"), ("14.1", "1.11.0"),
    ("13.1", "1.10.0"), ("12.3", "1.9.0"), ("12.2", "1.8.0"), ("12.1.4", "1.7.1"),
    ("12.1", "1.7.0"), ("11.1", "1.6.0"), ("10.6", "1.5.0"), ("10.5.2", "1.4.2"),
    ("10.5.1", "1.4.1"), ("10.5", "1.4.0"), ("10.4.1", "1.3.2"), ("10.4", "1.3.0"),
    ("10.3.4", "1.2.2"), ("10.3.2", "1.2.1"), ("10.3", "1.2.0"), ("10.2.5", "1.1.1"),
    ("10.2", "1.1.0"),
]  # fmt: skip


def parse(version: str) -> tuple[int, ...]:
    """As four numbers, so that 12.2 equals 12.2.0. No version at all is lower than every one."""
    numbers = [int(part) for part in re.findall(r"\d+", version)][:4]
    return tuple(numbers + [0] * (4 - len(numbers))) if numbers else (-1, 0, 0, 0)


def compare(left: str, op: str, right: str) -> bool:
    return COMPARISONS[op](parse(left), parse(right))


def at_least(version: str, bound: str) -> bool:
    return parse(version) >= parse(bound)


def up_to(version: str, bound: str) -> bool:
    """A bound with two parts takes in its maintenance builds: 16.2.9 is up to 16.2."""
    parts = len(re.findall(r"\d+", bound))
    return parse(version)[:parts] <= parse(bound)[:parts]


def api_version(product: str) -> str:
    return next((api for bound, api in API_VERSIONS if at_least(product, bound)), "1.0.0")


def made_up_build(kind: str, version: str) -> str:
    return str(30000 + seeds.number(60000, kind, version, "build"))


def made_up_hash(kind: str, version: str) -> str:
    return seeds.hexes(40, kind, version, "hash")
