"""R1 to R7, X1, H3: lists over REST, with key, customer check and row-level security on.

The baselines are bare DRF lists of the same rows in the same run, with neither, without middleware.
All through Django's own test client in this process, by turns: what is compared is the work.
"""

import base64
import json
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

from django.test import Client, override_settings

from appliances.models import Appliance
from portal import tenancy
from portal.models import AuditEvent, Customer, User
from portal.services import keys
from tests.bench import rows, world
from tests.bench.figures import Figure, against, in_turn

SMALL, MIDDLE, LARGE = 10_000, 100_000, 1_000_000
A_SITE = 100  # appliances
EVENTS = 1_000_000
CALLS = 40
ADDRESS = "/api/v1/appliances?limit=50"
Ask = Callable[[], float]


def measure() -> list[Figure]:
    logging.getLogger("portal.request").setLevel(logging.WARNING)
    with override_settings(API_CALLS_A_MINUTE=10_000_000):
        token = fleet(SMALL)
        small = _calls(_ours(token, ADDRESS))
        token = fleet(MIDDLE)
        figures = _beside_drf(token)
        token = fleet(LARGE)
        first = _calls(_ours(token, ADDRESS))
        deep = _calls(_ours(token, _deepest(token)))
        counted = _calls(_bare("/counted"))
        return [
            *figures,
            against(
                "R3 list of 50 of a million, beside bare DRF's", first, "/s", counted, least=40
            ),
            against("R6 a million rows, beside ten thousand", first, "/s", small, least=0.85),
            against("R7 the deepest page, beside the first", deep, "/s", first, least=0.9),
            _events(),
        ]


def _beside_drf(token: str) -> list[Figure]:
    ours = _ours(token, ADDRESS)
    tag = _tag(token)
    unchanged = _ours(token, ADDRESS, expected=304, headers={"If-None-Match": tag})
    found = []
    for name, asked, bare, least in (
        ("R1 list of 50 of 100,000, beside bare DRF's counted list", ours, "/counted", 5),
        ("R2 the same, beside bare DRF's cursor list", ours, "/cursor", 2),
        ("H3 an unchanged list (304), beside a bare ping", unchanged, "/ping", 0.4),
    ):
        value, baseline = in_turn(
            lambda asked=asked: _calls(asked), lambda bare=bare: _calls(_bare(bare))
        )
        found.append(against(name, value, "/s", baseline, least=least))
    return found


def _events() -> Figure:
    """A job's event page among a million events of another job, beside its own alone."""
    world.customers(1, sites=2)
    world.jobs(steps=1)
    token = _key()
    job, customer = rows.ask("SELECT id, customer_id FROM upgrades_upgradejob LIMIT 1")
    event = AuditEvent(name="step.done", subject_type="upgrades.jobstep", data={}, at=world.now())
    few = _told(event, job, customer, 1, 200)
    address = f"/api/v1/jobs/{job}/events?after=100"
    alone = _calls(_ours(token, address))
    other = "(SELECT id FROM upgrades_upgradejob OFFSET 1 LIMIT 1)"
    _told(event, other, customer, few + 1, EVENTS)
    among = _calls(_ours(token, address))
    return against("a job's events among a million, beside without", among, "/s", alone, least=0.8)


def _told(event: AuditEvent, job: Any, customer: Any, first: int, number: int) -> int:
    job = job if str(job).startswith("(") else f"'{job}'::uuid"
    rows.do("ALTER TABLE portal_auditevent DISABLE TRIGGER USER")  # no chain: a million links
    made = rows.multiply(
        event, f"generate_series({first}, {first + number - 1}) AS n",
        customer_id=f"'{customer}'::uuid", job_id=job, number="n", subject_id="gen_random_uuid()",
        at="now() - interval '1 second' * n",
    )  # fmt: skip
    rows.do("ALTER TABLE portal_auditevent ENABLE TRIGGER USER")
    rows.settle()
    return made


def fleet(number: int) -> str:
    """One customer with so many appliances; a key of its own."""
    world.customers(1, sites=number // A_SITE)
    rows.do("DELETE FROM appliances_appliance")
    rows.multiply(
        Appliance(letter="", name="", host="", base_version="3.3.2", product_version="12.1"),
        f"appliances_site s, generate_series(1, {A_SITE}) AS n",
        customer_id="s.customer_id", site_id="s.id", letter="'N' || n",
        name="'N' || n", host="'n' || n || '.' || s.public_name",
    )  # fmt: skip
    rows.settle()
    return _key()


def _key() -> str:
    person, _ = User.objects.get_or_create(
        email="agent@example.com", defaults={"name": "Agent", "staff_role": User.StaffRole.AGENT}
    )
    customer = Customer(pk=Customer.across.get().pk)  # of no alias: the key is the app's
    _key, token = keys.issue(
        "bench", user=person, by=person, at=world.now(), customer=customer, lives=timedelta(days=1)
    )
    return token


def _ours(token: str, address: str, *, expected: int = 200, headers: Any = None) -> Ask:
    client = Client(headers={"host": "127.0.0.1", "authorization": f"Bearer {token}"})

    def ask() -> None:
        answer = client.get(address, headers=headers or {})
        assert answer.status_code == expected, answer.content[:300]

    return ask


def _bare(address: str) -> Ask:
    with override_settings(MIDDLEWARE=[]):
        client = Client(headers={"host": "127.0.0.1"})
        client.handler.load_middleware()

    def ask() -> None:
        with override_settings(ROOT_URLCONF="tests.bench.bare_drf"):
            answer = client.get(address)
        assert answer.status_code == 200, answer.content[:300]

    return ask


def _tag(token: str) -> str:
    client = Client(headers={"host": "127.0.0.1", "authorization": f"Bearer {token}"})
    return client.get(ADDRESS).headers["ETag"]


def _deepest(token: str) -> str:
    """The address of a page near the end: its cursor is of a row there."""
    with tenancy.transaction(Customer.across.get().pk):
        last = Appliance.objects.order_by("-name", "-id")[60]
    words = json.dumps([last.name, str(last.pk)]).encode()
    return f"{ADDRESS}&cursor={base64.urlsafe_b64encode(words).decode().rstrip('=')}"


def _calls(ask: Any) -> float:
    """Calls a second."""
    ask()
    took = []
    for _ in range(CALLS):
        began = time.perf_counter()
        ask()
        took.append(time.perf_counter() - began)
    return 1 / median(took)
