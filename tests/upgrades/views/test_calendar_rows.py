"""What the calendar shows, as a file, and what it costs in statements."""

import csv
import io
from datetime import timedelta

from django.db import connections
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext

from portal import tenancy
from tests.upgrades.views import test_calendar
from tests.upgrades.views.conftest import browser
from tests.upgrades.views.test_calendar import ALL, OWN, VIEWS, page
from upgrades.models import Booking

nights = test_calendar.nights


def test_what_is_shown_is_exported_with_both_clocks_and_no_formula(world, nights):
    with tenancy.transaction(world.customer):
        world.site.name = "=HYPERLINK(1)"
        world.site.save()
    asked = {"on": f"{nights[0].starts_at:%Y-%m-%d}", "view": "month"}

    answer = browser(world.agent).get(f"{ALL}entries.csv", asked)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert answer["Content-Type"].startswith("text/csv")
    assert rows[0][:4] == ["Kind", "State", "Customer", "Site"]
    assert rows[1][:4] == ["booking", "Booked", "Meridian Freight", "'=HYPERLINK(1)"]
    assert rows[1][4].endswith("T22:00+03:00")
    assert rows[1][8].endswith("T19:00+00:00")
    assert browser(world.operator).get(f"{OWN}entries.csv", asked).status_code == 200
    assert browser(world.operator).get(f"{ALL}entries.csv", asked).status_code == 404


def test_one_more_booking_costs_no_more_statements(world, nights):
    def asked(view):
        with CaptureQueriesContext(connections["staff"]) as caught:
            page(world.agent, ALL, view=view, on=f"{nights[0].starts_at:%Y-%m-%d}")
        return len(caught)

    few = {view: asked(view) for view in VIEWS}
    with tenancy.transaction(world.customer):
        row = Booking.objects.get(pk=nights[0].pk)
        begin = row.starts_at - timedelta(hours=9)
        Booking.objects.create(
            customer=world.customer, site=world.site, job=row.job, window=99, uid="one-more",
            slot=DateTimeTZRange(begin, begin + timedelta(hours=1)), worst_minutes=5,
            state="BOOKED",
        )  # fmt: skip

    assert {view: asked(view) for view in VIEWS} == few
    assert max(few.values()) <= 20
