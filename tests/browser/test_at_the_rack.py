"""A return at the rack without a network: what was done is kept on the telephone, sent later."""

import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from appliances.models import HardwareReturn, ReturnPhotograph
from appliances.services import late_ticks
from portal import tenancy
from portal.services import customers
from tests.browser.looking import NARROW, look
from tests.browser.returned import at_the_right_box
from tests.browser.shapes import Packages

pytestmark = pytest.mark.browser


def a_picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (80, 60), "red").save(written, "JPEG")
    return written.getvalue()


def test_a_tick_and_a_photograph_without_a_network_are_sent_when_it_is_back(
    page_at: Any, catalogue: Packages
) -> None:
    stop = at_the_right_box(catalogue)
    page = page_at(stop.path, user=stop.who, width=NARROW)
    page.context.set_offline(True)

    for name in ("labelling_outside", "labelling_numbered"):
        page.locator(f"#{name}").check()
    page.get_by_role("button", name="The label is on").click()
    kept = page.locator("[data-rack] li")
    expect(kept).to_have_count(1)
    page.locator("#id_shows").select_option("LABEL")
    page.locator("#id_picture").set_input_files(
        {"name": "l.jpg", "mimeType": "image/jpeg", "buffer": a_picture()}
    )
    page.get_by_role("button", name="Keep the photograph").click()
    expect(kept).to_have_count(2)
    look(page, "rack-kept")
    page.context.set_offline(False)

    expect(page.get_by_role("button", name="The pickup is booked")).to_be_visible()
    expect(page.locator("[data-rack]")).to_be_hidden()
    with tenancy.transaction(customers.id_of_slug("meridian")):
        row = HardwareReturn.objects.get()
        assert (row.state, row.label_outside) == ("PACKED", True)
        shown = ReturnPhotograph.objects.filter(hardware_return=row).values_list("shows", flat=True)
        assert sorted(shown) == ["LABEL", "PACKED"]
        assert late_ticks.said(row, "label") is not None
        assert ReturnPhotograph.objects.get(shows="LABEL").taken_at is not None


def test_what_the_portal_refuses_stays_to_be_read(page_at: Any, catalogue: Packages) -> None:
    stop = at_the_right_box(catalogue)
    page = page_at(stop.path, user=stop.who, width=NARROW)
    page.context.set_offline(True)
    page.locator("#id_shows").select_option("LABEL")
    page.locator("#id_picture").set_input_files(
        {"name": "l.jpg", "mimeType": "image/jpeg", "buffer": b"rubbish"}
    )
    page.get_by_role("button", name="Keep the photograph").click()
    page.context.set_offline(False)

    expect(page.locator("[data-rack] li")).to_contain_text("refused")
