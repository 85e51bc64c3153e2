"""The month view of a fleet: the whole page on the server, with every conflict of every booking."""

import time
from datetime import UTC, datetime
from statistics import median

from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.models import User
from tests.bench import nights, rows
from tests.bench.figures import Figure, against, alone

LARGE, SMALL = 10_000, 1_000
ON = datetime(2027, 3, 1, tzinfo=UTC)
ROUNDS = 5
# Files are served from where they lie: nothing was collected.
settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
# Into one month, at the hours of each site's windows where the hash has it so, else outside.
INTO = """
UPDATE upgrades_booking SET slot = tstzrange(
    timestamptz '2027-03-01 22:00Z' + (abs(hashtext(id::text)) %% 28) * interval '1 day',
    timestamptz '2027-03-02 02:00Z' + (abs(hashtext(id::text)) %% 28) * interval '1 day')
"""


def measure() -> list[Figure]:
    small, _ = _month(SMALL)
    large, asked = _month(LARGE)
    return [
        alone(f"Month view of {LARGE:,} bookings, with all conflicts", large, "ms", most=300),
        against("the same, beside a tenth of the bookings", large, "ms", small),
        alone("its statements", asked, "", most=20),
    ]


def _month(number: int) -> tuple[float, int]:
    """Milliseconds for the page, and how many statements it asks."""
    nights._fleet(number)
    rows.do(INTO.replace("%%", "%"))
    rows.settle()
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(email="agent@example.com"))
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = client.get("/calendar/", {"on": f"{ON:%Y-%m-%d}"})
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.content[:500]
    with CaptureQueriesContext(connections["staff"]) as caught:
        client.get("/calendar/", {"on": f"{ON:%Y-%m-%d}"})
    return median(took), len(caught)
