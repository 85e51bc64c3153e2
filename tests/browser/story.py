"""The story that README tells in pictures: which page of which world each of them shows.

`make screenshots` writes them into docs/story, in English; those in French and Turkish lie beside
the other screenshots. Each is of the same moment with the same ids, so that a run in which no page
changed changes no picture.
"""

import io
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PIL import Image, ImageChops

from appliances.models import Appliance
from appliances.services import versions
from portal import clock, tenancy
from portal.services import heartbeats
from tests import factories
from tests.browser import test_calendar_pages, test_site_pages, upgrading
from tests.browser.looking import NARROW, WIDE
from tests.conftest import NOON
from tests.upgrades.services import rolled
from tests.upgrades.views import states
from upgrades.models import JobStep
from upgrades.services import live_links
from upgrades.services.rollouts import drafts, drawing, lives, sweeping
from upgrades.services.rollouts.drafts import WaveWish

PLACE = Path(__file__).resolve().parents[2] / "docs" / "story"
MOST_BYTES = 120_000  # README is read over slow lines too
COLOURS = 64
MOMENT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday; its night has a window


@dataclass(frozen=True)
class Shown:
    path: str
    who: Any = None


@dataclass(frozen=True)
class Picture:
    """`height`: how much of the page is shown, in pixels."""

    of: Callable[[], Shown]
    width: int = WIDE
    height: int = 900


def queue() -> Shown:
    made = upgrading.asking("check_updates")
    with tenancy.transaction(made.customer):
        heard(made)
    return Shown("/now/", made.agent)


def site() -> Shown:
    made = test_site_pages.world()
    return Shown(f"/c/marmara/sites/{made.sites['PAIR'].pk}/", made.admin)


def path() -> Shown:
    made = upgrading.world()
    return Shown(f"/c/marmara/sites/{made.site.pk}/plan/", made.operator)


def booking() -> Shown:
    made, first = test_calendar_pages.made()
    return Shown(test_calendar_pages.path_of("booking", first), made.approver)


def approval() -> Shown:
    made = upgrading.proposed()
    return Shown(made.at(), made.approver)


def live() -> Shown:
    made = a_release_later()
    return Shown(made.at(), made.approver)


def night() -> Shown:
    made = a_release_later()
    with tenancy.transaction(made.customer):
        secret = live_links.make(states.again(made.job), name="Wall", by=made.agent, at=made.now)
    return Shown(f"/live/{secret}/")


def a_release_later() -> upgrading.World:
    """In the day that follows the first release, which the appliance carries and tells."""
    made = upgrading.waiting()
    with tenancy.transaction(made.customer):
        box = Appliance.objects.get(site=made.site)
        installed = JobStep.objects.filter(job=made.job, state="DONE").exclude(package=None)
        for step in installed.select_related("package").in_order():
            versions.prove(box, step.package.kind, step.package.version, at=made.now)
        heard(made)
    return made


def heard(made: upgrading.World) -> None:
    """The appliance answered just now."""
    at = made.now - timedelta(minutes=4)
    Appliance.objects.filter(site=made.site).update(last_seen_at=at)


def evidence() -> Shown:
    made = upgrading.done()
    return Shown(made.at(), made.approver)


def calendar() -> Shown:
    made, first = test_calendar_pages.made()
    return Shown(test_calendar_pages.path_of("month", first), made.approver)


def rollout() -> Shown:
    at, manager = NOON, factories.staff("ROLLOUT_MANAGER", "Mara Neri")
    for name in ("Marmara Lojistik", "Meridian Freight", "Northline", "Lyon Transit", "Borealis"):
        rolled.a_ready_site(factories.a_customer(name), name=f"{name} help desk", region="EMEA")
    wish = drafts.Wish(
        "Autumn 2026", rolled.a_release(), rolled.FIRST, rolled.LAST,
        [WaveWish("Early", share=40), WaveWish("Main", stops_at=5)],
    )  # fmt: skip
    with clock.at(at):
        made = drafts.draft(wish, by=manager, at=at)
        drawing.draw_due(at)
        made = lives.open_it(made, by=manager, at=at)
        sweeping.turn(at)
    return Shown(f"/rollouts/{made.pk}/", manager)


STORY = {
    "queue": Picture(queue), "site": Picture(site), "path": Picture(path, height=1200),
    "approval": Picture(approval), "booking": Picture(booking, height=1100),
    "calendar": Picture(calendar, height=1000), "live": Picture(live, height=1100),
    "night": Picture(night, width=NARROW, height=844), "evidence": Picture(evidence, height=1100),
    "rollout": Picture(rollout, height=1000),
}  # fmt: skip


def small(screenshot: bytes) -> bytes:
    """The same picture in few colours: a tenth of the bytes."""
    reduced = Image.open(io.BytesIO(screenshot)).convert("RGB").quantize(COLOURS, dither=0)
    kept = io.BytesIO()
    reduced.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def hold_still(name: str, settings: Any, patch: Any) -> None:
    """From here on it is MOMENT, for servers and browsers alike, and ids and numbers are those of
    every run. To be called inside a test that has its database; the row goes with the others."""
    settings.SCALED_CLOCK = True
    clock.write_dial(clock.Dial(MOMENT, MOMENT, 0.0, None))
    signs = {heartbeats.STEPS: heartbeats.Sign(2.0, "")}  # they are in real time
    patch.setattr(heartbeats, "parts", lambda: signs)
    patch.setattr(factories, "_numbers", count(1))
    patch.setattr(uuid, "os", SimpleNamespace(urandom=random.Random(name).randbytes))


def keep(path: Path, made: bytes) -> bool:
    """Write a picture, if its pixels are not those that are kept; whether it was written."""
    if path.exists() and same(path.read_bytes(), made):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made)
    return True


def same(one: bytes, other: bytes) -> bool:
    left, right = (Image.open(io.BytesIO(each)).convert("RGB") for each in (one, other))
    return left.size == right.size and ImageChops.difference(left, right).getbbox() is None
