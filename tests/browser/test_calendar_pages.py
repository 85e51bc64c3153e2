"""The calendar in a browser: every view in every width and theme, keys, and without scripts."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from playwright.sync_api import expect

from portal import tenancy
from tests.browser import upgrading
from tests.browser.looking import look
from upgrades.models import Booking, Freeze

pytestmark = pytest.mark.browser
EVERY = ("month", "week", "list", "sites", "booking")
LOOKS = {"en": EVERY, "fr": ("month", "booking"), "tr": ("month",)}


def made() -> tuple[upgrading.World, Booking]:
    """A job approved, its first night in a freeze that came later."""
    world = upgrading.scheduled()
    with tenancy.transaction(world.customer):
        first = Booking.objects.order_by("window").first()
        assert first is not None
        Freeze.objects.create(
            customer=world.customer, title="Peak week of the warehouse", made_at=world.now,
            span=DateTimeTZRange(first.starts_at, first.starts_at + timedelta(days=2)),
        )  # fmt: skip
    return world, first


def path_of(name: str, booking: Booking) -> str:
    if name == "booking":
        return f"/c/marmara/calendar/bookings/{booking.pk}/"
    return f"/c/marmara/calendar/?view={name}&on={booking.starts_at:%Y-%m-%d}"


@pytest.mark.parametrize("language", LOOKS)
def test_every_view_is_usable_in_every_look(page_at: Any, language: str) -> None:
    world, booking = made()
    for name in LOOKS[language]:
        page = page_at(path_of(name, booking), user=world.approver, language=language)
        look(page, f"calendar-{name}", language=language)
    if language == "en":
        on = f"?on={booking.starts_at:%Y-%m-%d}"
        look(page_at(f"/calendar/{on}", user=world.agent), "calendar-all")


def test_keys_go_from_day_to_day_and_from_month_to_month(page_at: Any) -> None:
    world, booking = made()
    page = page_at(path_of("month", booking), user=world.approver)
    day = page.locator(f'time[datetime="{booking.starts_at:%Y-%m-%d}"] a')
    day.focus()
    page.keyboard.press("ArrowRight")
    after = booking.starts_at + timedelta(days=1)
    expect(page.locator(f'time[datetime="{after:%Y-%m-%d}"] a')).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f'a.ev[href*="{booking.pk}"]')).to_be_focused()

    page.keyboard.press("/")
    expect(page.get_by_label("Site", exact=True)).to_be_focused()
    page.keyboard.press("p")  # somebody chooses in a list
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{booking.starts_at:%B %Y}")
    page.locator("body").click(position={"x": 2, "y": 2})
    page.keyboard.press("t")
    page.wait_for_url("**/calendar/?")
    page.goto(f"{page.url.rstrip('?')}?keys=off&on=2027-06-01")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", level=1)).to_have_text("June 2027")


def test_without_scripts_a_booking_is_found_and_moved(page_at: Any) -> None:
    world, booking = made()
    page = page_at(path_of("month", booking), user=world.operator, scripts=False)
    page.locator(f'a.ev[href*="{booking.pk}"]').click()
    page.locator('input[name="start"]:not([disabled])').first.check()
    page.get_by_label("Move the windows after it too").check()
    page.get_by_role("button", name="See what changes").click()
    page.get_by_role("button", name="Move it there").click()

    expect(page.get_by_role("status")).to_contain_text("Moved.")
