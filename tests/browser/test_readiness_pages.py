"""Checks, thresholds, drift, differences and test sites: seen in every language and width."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from appliances.models import Appliance, Difference, ReadinessCheck, Site
from appliances.services import drift, waivers
from portal import tenancy
from tests.browser import upgrading
from tests.browser.looking import look_everywhere
from upgrades.services import testing

pytestmark = pytest.mark.browser
ANSWERS = (
    ("REACHABILITY", "GOOD", True, "12.1", ""),
    (
        "HEALTH",
        "BAD",
        True,
        "Storage is not responding.",
        "The appliance says that it is not well.",
    ),
    ("CLOCK", "WARNING", True, "+312 s", "Its clock is off a little. Set its time server."),
    ("CERTIFICATE_ENDS", "BAD", False, "2026-11-20", "The certificate has ended by then."),
    ("ACCOUNT", "UNKNOWN", False, "", "The appliance does not tell this."),
)
VALUES = (
    ("users", 9, 3, False, 0, True), ("clients.representative", 12, 11, False, 25, False),
    ("version", "12.1", "12.2.0", True, None, False),
    ("jumpoint.Gebze warehouse, second floor", True, False, False, None, True),
)  # fmt: skip


def checked(made: upgrading.World) -> upgrading.World:
    """Answers of every weight; one is answered for, and a version changed behind our back."""
    with tenancy.transaction(made.customer):
        box = Appliance.objects.get(site=made.site)
        waiver = waivers.give(
            made.site, "HEALTH", reason="The second fan is known; a part is on its way.",
            by=made.approver, at=made.now, expires_at=made.now + timedelta(days=6),
        )  # fmt: skip
        for name, status, blocks, observed, reason in ANSWERS:
            ReadinessCheck.objects.create(
                customer=made.customer, site=made.site, appliance=box, name=name, status=status,
                blocks=blocks, observed=observed, reason=reason, taken_at=made.now,
                waiver=waiver if name == "HEALTH" else None,
                valid_until=made.now + timedelta(hours=1),
            )  # fmt: skip
        ReadinessCheck.objects.create(
            customer=made.customer, site=made.site, name="PATH", status="BAD", blocks=True,
            reason="The catalogue has changed since. Draft it again.", taken_at=made.now,
            valid_until=made.now + timedelta(hours=1),
        )  # fmt: skip
        drift.open_one(box, "PRODUCT", "12.1", "12.2.0", at=made.now)
    return made


def differing() -> upgrading.World:
    made = upgrading.running()
    with tenancy.transaction(made.customer):
        box = Appliance.objects.get(site=made.site)
        for key, before, after, expected, tolerance, beyond in VALUES:
            Difference.objects.create(
                customer=made.customer, appliance=box, job_id=made.job.pk, window=1, key=key,
                before=before, after=after, expected=expected, tolerance=tolerance, beyond=beyond,
                found_at=made.now,
            )  # fmt: skip
    return made


def with_lab(*, waived: bool = False) -> upgrading.World:
    made = upgrading.world()
    with tenancy.transaction(made.customer):
        lab = Site.objects.create(
            customer=made.customer, name="Destek deneme", public_name="deneme.marmara.sim",
            shape="SINGLE", zone="Europe/Istanbul", simulated=True,
        )  # fmt: skip
        testing.mark(lab, test_of=made.site, by=made.agent)
        if waived:
            waivers.give(
                made.site, "TESTED", reason="The lab is being moved.", by=made.approver,
                at=made.now, expires_at=made.now + timedelta(days=6),
            )  # fmt: skip
    return made


def of_site(made: upgrading.World, rest: str) -> str:
    return f"/c/marmara/sites/{made.site.pk}/{rest}"


Stop = Callable[[], tuple[upgrading.World, str, str]]
STOPS: dict[str, Stop] = {
    "checks": lambda: (made := checked(upgrading.world()), of_site(made, "checks/"), "approver"),
    "checks-none": lambda: (made := upgrading.world(), of_site(made, "checks/"), "agent"),
    "thresholds": lambda: (upgrading.world(), "/c/marmara/thresholds/", "agent"),
    "thresholds-all": lambda: (upgrading.world(), "/thresholds/", "agent"),
    "test-of": lambda: (made := with_lab(), of_site(made, "test-of/"), "agent"),
    "site-drifted": lambda: (made := checked(upgrading.world()), of_site(made, ""), "approver"),
    "start-drifted": lambda: (checked(upgrading.world()), "/c/marmara/", "approver"),
    "now-drifted": lambda: (checked(upgrading.world()), "/now/", "agent"),
    "job-differs": lambda: (made := differing(), made.at(), "operator"),
    "plan-untested": lambda: (made := with_lab(), of_site(made, "plan/"), "agent"),
    "plan-waived": lambda: (made := with_lab(waived=True), of_site(made, "plan/"), "agent"),
}


@pytest.mark.parametrize("name", STOPS)
def test_the_page_is_usable_in_every_look(page_at: Any, name: str) -> None:
    made, path, who = STOPS[name]()

    look_everywhere(page_at, path, name, user=getattr(made, who))
