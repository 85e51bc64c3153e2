"""A fleet of invented customers as values: the same seed draws the same fleet, however long."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from itertools import count, islice
from random import Random
from typing import Any

from appliances.services import demo_sites
from appliances.services.demo_sites import DemoSite

WHO = ("Alder", "Boreal", "Cardinal", "Delta", "Ember", "Fjord", "Garnet", "Harbour", "Iris",
       "Juniper", "Kestrel", "Lantern", "Meadow", "Nimbus", "Orchard", "Pioneer", "Quartz",
       "Ridgeway", "Sable", "Tern", "Umber", "Vesper", "Willow", "Yarrow", "Zephyr")  # fmt: skip
WHAT = ("Bank", "Clinics", "Energy", "Foods", "Freight", "Insurance", "Media", "Rail", "Schools",
        "Software", "Telecom", "Textiles")  # fmt: skip
FIRST = ("Ada", "Bilal", "Chloé", "Deniz", "Emre", "Farah", "Gül", "Hana", "Işıl", "Jonas", "Kofi",
         "Léa", "Mei", "Noor", "Oskar", "Priya", "Quentin", "Rosa", "Selin", "Tomás")  # fmt: skip
LAST = ("Aksoy", "Bernard", "Costa", "Dubois", "Eriksen", "Fontaine", "Güneş", "Haddad", "Ivanova",
        "Jansen", "Kaya", "Laurent", "Mensah", "Novak", "Okafor", "Petit", "Rossi")  # fmt: skip
# Zones of each region with the language spoken there; both sides of the date line, half hours too.
ZONES = {
    "emea": (("Europe/London", "en"), ("Europe/Paris", "fr"), ("Europe/Berlin", "en"),
             ("Europe/Istanbul", "tr"), ("Africa/Johannesburg", "en"), ("Asia/Dubai", "en")),
    "amer": (("America/New_York", "en"), ("America/Chicago", "en"), ("America/Toronto", "fr"),
             ("America/Sao_Paulo", "en"), ("America/St_Johns", "en"), ("Pacific/Honolulu", "en")),
    "apac": (("Asia/Tokyo", "en"), ("Asia/Kolkata", "en"), ("Asia/Kathmandu", "en"),
             ("Australia/Sydney", "en"), ("Pacific/Auckland", "en"), ("Pacific/Apia", "en")),
}  # fmt: skip
REGIONS = tuple(ZONES)
# Pairs of base and product that stand on the demo's catalogue, with how common each is.
VERSIONS = {
    ("3.2.4", "12.1"): 1, ("3.3.2", "12.2.0"): 1, ("4.2.0", "14.3"): 1, ("4.4.2", "17.1"): 2,
    ("5.4.1", "19.1.8"): 2, ("6.0.1", "20.1"): 3, ("6.1.1", "22.1"): 6, ("6.2.0", "22.3"): 6,
    ("6.2.0", "22.4"): 4, ("7.0.0", "23.2.1"): 8, ("7.1.0", "24.1.1"): 8, ("7.2.1", "24.2.2"): 9,
    ("7.3.0", "24.3.1"): 12, ("7.4.0", "25.1"): 12, ("7.4.0", "25.2"): 10, ("8.0.1", "25.3.1"): 8,
    ("8.0.1", "25.3.2"): 6, ("8.1.0", "26.1"): 5, ("8.1.0", "26.2"): 3,
}  # fmt: skip
SHAPES = {"SINGLE": 62, "PAIR": 20, "CLUSTER": 8, "CLUSTER_WITH_FAILOVER": 10}
PLANS = {"basic": 3, "standard": 5, "premium": 2}
SIZES = {1: 50, 2: 14, 3: 12, 5: 14, 9: 7, 24: 3}  # sites of one customer
COVERS = {"long": 78, "ends soon": 9, "ended": 7, "none": 6}
NIGHTS = {"DAILY": 70, "WEEKDAYS": 15, "SATURDAYS": 12, "SHORT": 3}


@dataclass(frozen=True)
class Night:
    """A site's recurring window, on its own clock."""

    rule: str
    begins: time
    minutes: int


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    phone: str


@dataclass(frozen=True)
class DemoCustomer:
    """`cover`: how long its contract lasts, a key of COVERS. `first` may approve; `second` is told
    when `first` stays silent, and has no account."""

    slug: str
    name: str
    language: str
    zone: str
    plan: str
    cover: str
    tags: tuple[str, ...]
    first: Person
    second: Person
    sites: tuple[tuple[DemoSite, Night], ...]


def drawn(sites: int, *, seed: int) -> Iterator[DemoCustomer]:
    """Customers until there are so many sites; the last may have fewer than it would in a longer
    fleet of the same seed."""
    left = sites
    for number in count(1):
        if left <= 0:
            return
        customer = _customer(number, seed, left)
        left -= len(customer.sites)
        yield customer


def _customer(number: int, seed: int, most: int) -> DemoCustomer:
    chance = Random(f"changeover {seed} {number}")  # noqa: S311 (nothing secret is drawn)
    region = chance.choice(REGIONS)
    zone, language = chance.choice(ZONES[region])
    slug, size = f"demo-{seed}-{number:04d}", _one(chance, SIZES)
    plan, cover = _one(chance, PLANS), _one(chance, COVERS)
    tags = ("demo", *(("pilot",) if chance.random() < 0.1 else ()),
            *(("vip",) if plan == "premium" and chance.random() < 0.4 else ()))  # fmt: skip
    name = f"{chance.choice(WHO)} {chance.choice(WHAT)} {number} (demo)"
    people = _people(chance, slug)
    made = (_site(chance, f"d{seed}-{number}-{place}", place, name, region) for place in count(1))
    return DemoCustomer(
        slug, name, language, zone, plan, cover, tags, *people,
        sites=tuple(islice(made, min(size, most))),
    )  # fmt: skip


def _people(chance: Random, slug: str) -> tuple[Person, Person]:
    """The second one has no e-mail at one customer of thirty."""
    first, second = (f"{chance.choice(FIRST)} {chance.choice(LAST)}" for _ in range(2))
    told = f"operations@{slug}.example" if chance.random() > 1 / 30 else ""
    numbers = (f"+1 555 01{chance.randrange(100):02d}" for _ in range(2))
    return (
        Person(first, f"approver@{slug}.example", next(numbers)),
        Person(second, told, next(numbers)),
    )


def _site(chance: Random, stem: str, place: int, owner: str, home: str) -> tuple[DemoSite, Night]:
    """Three of four sites are in their customer's own region."""
    region = home if chance.random() < 0.75 else chance.choice(REGIONS)
    zone, _language = chance.choice(ZONES[region])
    base, product = _one(chance, VERSIONS)
    shape = _one(chance, SHAPES)
    values = {
        "name": f"{owner.removesuffix(' (demo)')} desk {place}", "zone": zone, "base": base,
        "product": product, "region": region, "tags": ("demo", *_tags(chance)),
        "jump_clients": chance.randrange(3, 9), "data_gb": chance.choice((20, 40, 90, 220)),
        "model": chance.choice(("B200", "B300", "B400", "VMware")),
        "licences": chance.choice((5, 15, 46, 120)),
        "base_read_days_ago": 45 if chance.random() < 0.1 else 3,
    }  # fmt: skip
    swing = chance.choice(("DNS", "NAT", "SHARED_IP"))
    return _shaped(stem, shape, swing, values, region), _night(chance, shape)


def _shaped(stem: str, shape: str, swing: str, values: dict[str, Any], region: str) -> DemoSite:
    if shape == "SINGLE":
        return demo_sites.single(stem, **values)
    if shape == "PAIR":
        return demo_sites.pair(stem, swing=swing, **values)
    failover = shape == "CLUSTER_WITH_FAILOVER"
    return demo_sites.cluster(stem, [region], failover=failover, **values)


def _tags(chance: Random) -> tuple[str, ...]:
    found = ("critical",) if chance.random() < 0.15 else ()
    return (*found, chance.choice(("retail", "office", "factory")))


def _night(chance: Random, shape: str) -> Night:
    """Where several appliances follow one another it is longer; one of thirty fits nothing."""
    kind, minutes = _one(chance, NIGHTS), 360 if shape == "SINGLE" else 720
    if kind == "SHORT":
        return Night("FREQ=DAILY", time(2, 0), 30)
    if kind == "SATURDAYS":
        return Night("FREQ=WEEKLY;BYDAY=SA", time(20, 0), minutes)
    if kind == "WEEKDAYS":
        return Night("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH", time(21, 0), minutes)
    return Night("FREQ=DAILY", time(22, 0), minutes)


def _one(chance: Random, weights: Mapping[Any, int]) -> Any:
    return chance.choices(list(weights), list(weights.values()))[0]
