"""A rollout over the demo's fleet of 300 sites, by the real processes: drafted and opened, drawn by
a worker, alerted by mails that a mail server received, answered through the links in them, the
first wave's upgrades run to their end at scaled time, and counted.

All 300 sites are drawn: each has a wave, or a reason why not. The first wave's three are alerted
and answer: one accepts, one takes other nights, one declines; the two are upgraded. Then the
second wave's twelve are alerted. More upgrades would only take longer.
"""

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.clients.changeover import Changeover
from tests.house.sources import ROOT
from tests.journeys import people
from tests.journeys.running import Running, wait_for
from tests.mailsink import Sink
from tests.upgrades.alerting import LINK

MOST = 900  # seconds for each part; on an idle machine they take less than three minutes together
SITES, FIRST, SECOND = 300, 3, 12
ANSWERS = (("accept",), ("another",), ("decline", "Staff on leave"))
SEED = "53"  # its sites that are furthest behind are single appliances with contracts
KEY = """
from portal import clock
from portal.models import ApiKey, User
from portal.services import keys
mara = User.objects.get(email='aoife@demo.example')
answer = keys.issue(
    'rollout', user=mara, by=mara, at=clock.now(), scope=ApiKey.Scope.ADMINISTER
)[1]
"""
PRODUCTS = """
from portal import tenancy
from appliances.models import Appliance
from upgrades.models import Enrolment
sites = Enrolment.across.filter(state='UPGRADED').values('site_id')
answer = sorted(Appliance.across.filter(site__in=sites).values_list('product_version', flat=True))
"""


@pytest.fixture(scope="module")
def sink():
    server = Sink()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def running(folder, sink):
    mail = f"smtp://127.0.0.1:{sink.port}"
    product = Running(folder, EMAIL_URL=mail, DEMO_SPEED="86400", DEMO="1").start()
    yield product
    product.stop()


def fleet(running):
    done = subprocess.run(
        [sys.executable, "manage.py", "demo_fleet", str(SITES), "--seed", SEED], cwd=ROOT,
        env=running.variables(), capture_output=True, text=True, timeout=MOST,
    )  # fmt: skip
    assert f"has {SITES} sites" in done.stdout, done.stderr[-2000:]


def alerted(sink):
    """The newest decision link of each person who was told, by address."""
    found = {}
    for mail in list(sink.mails):
        links = LINK.findall(mail.get_body(("plain",)).get_content())
        if links:
            found[str(mail["To"])] = links[-1]
    return found


def answers(browser, link, answer, reason=""):
    """What somebody without an account does on the page of their link; what it says then."""
    page = browser.new_context().new_page()
    page.set_default_timeout(60_000)
    page.goto(link)
    choices = page.locator("input[name=answer]:not([disabled])")
    values = [choices.nth(place).get_attribute("value") for place in range(choices.count())]
    assert values[0] == "accept"
    assert values[-1] == "decline"
    chosen = values[1] if answer == "another" else answer
    page.check(f"input[name=answer][value='{chosen}']")
    if reason:
        page.fill("[name=reason]", reason)
    page.locator("button.main").click()
    page.wait_for_load_state()
    assert page.locator("input[name=answer]").count() == 0, page.inner_text("main")
    page.context.close()


@pytest.fixture(scope="module")
def manager(running):
    """The rollout manager's own program."""
    return Changeover(running.url, running.script(KEY))


def states(manager, rollout):
    return Counter(row["state"] for row in manager.rows("enrolments", rollout=rollout["id"]))


def soon(condition):
    found = wait_for(condition, seconds=MOST, every=3)  # it asks for 300 rows: the product works
    assert found
    return found


@pytest.mark.journey
@pytest.mark.browser
@pytest.mark.timeout(4 * MOST)
def test_from_the_draft_to_the_report(running, manager, browser, sink):
    fleet(running)

    rollout = drawn(manager)
    assert manager.post(f"rollouts/{rollout['id']}/open")["state"] == "OPEN"
    links = soon(lambda: len(found := alerted(sink)) >= FIRST and found)
    assert states(manager, rollout)["ALERTED"] == FIRST

    with running.still("run_steps"):
        for link, answer in zip(links.values(), ANSWERS, strict=True):
            answers(browser, link, *answer)
    first = states(manager, rollout)
    assert first["DECLINED"] == 1
    assert first["ALERTED"] == 0

    soon(lambda: (now := states(manager, rollout))["UPGRADED"] + now["FAILED"] == FIRST - 1)
    assert running.script(PRODUCTS) == ["26.2"] * (FIRST - 1)
    told = soon(lambda: len(found := alerted(sink)) >= FIRST + SECOND / 2 and found)
    assert set(links) < set(told)

    page = people.signed_in(browser, running.url, "aoife@demo.example")
    page.goto(f"{running.url}/rollouts/{rollout['id']}/")
    assert f"{FIRST - 1} upgraded" in page.inner_text("main")


def drawn(manager):
    """Drafted over the whole fleet; a worker works out who is in it. Everybody has a place, or a
    reason why not."""
    [release] = [
        each for each in manager.rows("packages")
        if (each["kind"], each["version"]) == ("product", "26.2")
    ]  # fmt: skip
    today = datetime.now(UTC).date()
    rollout = manager.post("rollouts", {
        "name": "To 26.2", "release": release["id"], "audience": "tag:demo",
        "starts_on": f"{today}", "ends_on": f"{today + timedelta(days=170)}",
        "waves": [{"size": FIRST}, {"size": SECOND, "soak_days": 1}, {}],
    })  # fmt: skip
    preview = soon(lambda: (p := manager.get(f"rollouts/{rollout['id']}/preview"))["drawn"] and p)
    sizes = [sum(wave["sites"].values()) for wave in preview["waves"]]
    assert sizes[:2] == [FIRST, SECOND]
    assert sum(sizes) + sum(preview["left_out"].values()) == preview["named"] == SITES
    return rollout
