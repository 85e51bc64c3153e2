"""Plans, jobs in each state, lists of work: seen in a browser in every language and width."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import upgrading
from tests.browser.looking import look_everywhere

pytestmark = pytest.mark.browser


def site_at(made: upgrading.World, rest: str = "") -> str:
    return f"/c/marmara/sites/{made.site.pk}/{rest}"


Stop = Callable[[], tuple[upgrading.World, str, str]]
STOPS: dict[str, Stop] = {
    "now-empty": lambda: (upgrading.world(), "/now/", "agent"),
    "now": lambda: (upgrading.asking("check_updates"), "/now/", "agent"),
    "customers": lambda: (upgrading.locked(), "/customers/", "agent"),
    "customer": lambda: (upgrading.locked(), "/c/marmara/customer/", "agent"),
    "stuck-none": lambda: (upgrading.world(), "/stuck/", "agent"),
    "stuck": lambda: (upgrading.stuck(), "/stuck/", "agent"),
    "now-locked": lambda: (upgrading.locked(), "/now/", "agent"),
    "start-empty": lambda: (upgrading.world(), "/c/marmara/", "approver"),
    "start-proposed": lambda: (upgrading.proposed(), "/c/marmara/", "approver"),
    "start-asking": lambda: (upgrading.asking("install_base"), "/c/marmara/", "operator"),
    "jobs": lambda: (upgrading.proposed(), "/c/marmara/jobs/", "approver"),
    "jobs-all": lambda: (upgrading.proposed(), "/jobs/", "agent"),
    "site": lambda: (made := upgrading.scheduled(), site_at(made), "approver"),
    "site-offer": lambda: (made := upgrading.world(), site_at(made), "approver"),
    "plan": lambda: (made := upgrading.world(), site_at(made, "plan/"), "operator"),
    "job-proposed": lambda: (made := upgrading.proposed(), made.at(), "approver"),
    "job-own": lambda: (made := upgrading.proposed("approver"), made.at(), "approver"),
    "job-rejected": lambda: (made := upgrading.rejected(), made.at(), "agent"),
    "job-scheduled": lambda: (made := upgrading.scheduled(), made.at(), "approver"),
    "job-missed": lambda: (made := upgrading.missed(), made.at(), "approver"),
    "job-asking": lambda: (made := upgrading.asking("check_updates"), made.at(), "operator"),
    "job-installs": lambda: (made := upgrading.asking("install_base"), made.at(), "operator"),
    "job-held": lambda: (made := upgrading.held(), made.at(), "approver"),
    "job-waiting": lambda: (made := upgrading.waiting(), made.at(), "approver"),
    "job-locked": lambda: (made := upgrading.locked(), made.at(), "agent"),
    "job-paused": lambda: (made := upgrading.paused(), made.at(), "agent"),
    "job-done": lambda: (made := upgrading.done(), made.at(), "approver"),
    "job-abandoned": lambda: (made := upgrading.abandoned(), made.at(), "agent"),
    "procedures": lambda: (upgrading.world(), "/c/marmara/catalogue/procedures/", "approver"),
    "procedure": lambda: (
        upgrading.world(),
        "/c/marmara/catalogue/procedures/atlas-failover/",
        "approver",
    ),
    "guide": lambda: (upgrading.world(), "/catalogue/guide/", "agent"),
    "job-log": lambda: (made := upgrading.waiting(), made.at("log/"), "agent"),
}


@pytest.mark.parametrize("name", STOPS)
def test_the_page_is_usable_in_every_look(page_at: Any, name: str) -> None:
    made, path, who = STOPS[name]()

    look_everywhere(page_at, path, name, user=getattr(made, who))
