"""Pages over a whole fleet, as the web server makes them: the month view with every conflict of
every booking, and the versions by shape."""

import gc
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
# Into one month, each into a window of its own site: nearly all fit, as in a fleet that is kept.
INTO = """
UPDATE upgrades_booking b SET slot = tstzrange(at, at + interval '4 hours') FROM (
    SELECT w.site_id, (date '2027-03-01' + 7 * (abs(hashtext(s.id::text)) % 4)
        + array_position(ARRAY['MO','TU','WE','TH','FR','SA','SU'], right(w.rule, 2)) - 1
        + time '22:00') AT TIME ZONE s.zone AS at
    FROM upgrades_maintenancewindow w JOIN appliances_site s ON s.id = w.site_id) own
WHERE own.site_id = b.site_id
"""


def measure() -> list[Figure]:
    small, _ = _month(SMALL)
    large, asked = _month(LARGE)
    shaped = _took("/fleet/", {"by": "shape"})
    return [
        alone(f"Versions of {LARGE:,} sites by shape", shaped, "ms", most=300),
        alone(f"Month view of {LARGE:,} bookings, with all conflicts", large, "ms", most=300),
        against("the same, beside a tenth of the bookings", large, "ms", small),
        alone("its statements", asked, "", most=20),
    ]


def _month(number: int) -> tuple[float, int]:
    """Milliseconds for the page, and how many statements it asks."""
    nights._fleet(number)
    rows.do(INTO)
    rows.settle()
    asked = {"on": f"{ON:%Y-%m-%d}"}
    took = _took("/calendar/", asked)
    with CaptureQueriesContext(connections["staff"]) as caught:
        _client().get("/calendar/", asked)
    return took, len(caught)


def _client() -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(email="agent@example.com"))
    return client


def _took(path: str, asked: dict[str, str]) -> float:
    """Milliseconds (median). The first answer, of a process that has just begun, is not counted."""
    client = _client()
    assert client.get(path, asked).status_code == 200
    gc.collect()
    gc.freeze()  # as portal.wsgi does
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        client.get(path, asked)
        took.append((time.perf_counter() - began) * 1000)
    gc.unfreeze()
    return median(took)
