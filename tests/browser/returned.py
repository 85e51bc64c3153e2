"""Returns of old hardware in the states in which people look at them, and stand before the box."""

import io
from collections.abc import Callable
from datetime import timedelta

from PIL import Image

from appliances.models import Appliance
from appliances.services import photographs, returns
from portal import clock, tenancy
from tests.browser.shapes import Packages, Stop, of_site
from tests.upgrades import returning
from tests.upgrades.conftest import World, a_world
from tests.upgrades.views.conftest import browser


def _returned(packages: Packages) -> tuple[World, str]:
    world, at = a_world(packages), clock.now()
    with tenancy.transaction(world.customer):
        old = Appliance.objects.select_related("site").get(site=world.site)
        row = returns.open_failed(
            old, reason="Its power supply burnt.", kind="REPLACE", by=world.operator, at=at
        )
        returns.request(row, by=world.operator, at=at)
    return world, f"/c/meridian/returns/{row.pk}/"


def a_return(packages: Packages) -> Stop:
    world, path = _returned(packages)
    return Stop(path, world.agent)


def _before_packing(packages: Packages) -> tuple[World, str, str]:
    """Packed, with a photograph, late; the page at the rack asks, or is open."""
    world, at = a_world(packages), clock.now()
    row = returning.packed(world, at=at - timedelta(days=20))
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "gray").save(picture, "JPEG")
    with tenancy.transaction(world.customer):
        row = returning.again(row)
        photographs.add(row, [picture.getvalue()], shows="PACKED", by=world.operator, at=at)
    rack = f"/c/meridian/returns/{row.pk}/rack/"
    return world, rack, f"{rack}serial/"


def return_that_is_late(packages: Packages) -> Stop:
    world, rack, _serial = _before_packing(packages)
    return Stop(rack.replace("rack/", ""), world.operator)


def at_the_box(packages: Packages) -> Stop:
    world, rack, _serial = _before_packing(packages)
    return Stop(rack, world.operator)


def at_the_right_box(packages: Packages) -> Stop:
    world, _rack, serial = _before_packing(packages)
    answer = browser(world.operator).post(serial, {"serial": returning.SERIAL})
    assert answer.status_code == 302, answer.content
    return Stop(answer.url, world.operator)


def list_of_returns(packages: Packages) -> Stop:
    world, _path = _returned(packages)
    return Stop("/c/meridian/returns/", world.operator)


def open_a_return(packages: Packages) -> Stop:
    return Stop(of_site(world := a_world(packages), "returns/open/"), world.agent)


RETURNS: dict[str, Callable[[Packages], Stop]] = {
    "return": a_return,
    "return-late": return_that_is_late,
    "return-rack": at_the_box,
    "return-rack-open": at_the_right_box,
    "returns": list_of_returns,
    "return-open": open_a_return,
}
