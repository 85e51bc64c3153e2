"""The main story by hand in a browser, the autopilot off: plan, submit, approve, press the
simulated appliance's own buttons, confirm each step, read the papers at the end."""

import re
import time

import pytest
from playwright.sync_api import Page

from tests.journeys import people
from tests.journeys.running import Running
from tests.upgrades.operator import PIXEL

HOST = "a.meridian.sim"


@pytest.fixture(scope="module")
def running(folder):
    product = Running(folder, AUTOPILOT="0").start()
    yield product
    product.stop()


def install(beside: Page, address: str, package: str) -> None:
    """Press the appliance's own button, as a person does: in a tab of its own."""
    page = beside.context.new_page()
    page.goto(address)
    if page.locator("[name=password]").count():
        page.fill("[name=username]", "admin")
        page.fill("[name=password]", "password")
        page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Updates", exact=True).first.click()
    page.get_by_role("button", name="Check for Updates").first.click()
    row = page.locator("form").filter(has=page.locator(f"input[value='{package}']"))
    row.get_by_role("button", name="Install This Update").click()
    page.wait_for_url(re.compile("eula|has.begun"))
    if "eula" in page.url:
        page.locator("[name=eula]").check()
        page.get_by_role("button", name="Install This Update").click()
        page.wait_for_url(re.compile("has.begun"))
    page.close()


def fill_in(page: Page, package_version: str) -> None:
    """Every field of the step that asks, as its kind wants it."""
    form = page.locator("section.todo form[action$='/confirm/']").first
    for name in {x.get_attribute("name") for x in form.locator("input, select, textarea").all()}:
        if name in (None, "csrfmiddlewaretoken", "remark"):
            continue
        field = form.locator(f"[name={name}]").first
        kind = field.get_attribute("type") or field.evaluate("e => e.tagName.toLowerCase()")
        if kind in ("radio", "checkbox"):
            field.check()
        elif kind == "select":
            field.select_option(index=1)
        elif kind == "file":
            field.set_input_files({"name": "basics.png", "mimeType": "image/png", "buffer": PIXEL})
        else:
            field.fill(ANSWERS.get(name, BY_KIND.get(kind, package_version)))
    form.locator("button.main").click()


ANSWERS = {
    "fingerprint": "ab" * 32, "remarks": "nobody has a laboratory", "kept_at": "the safe",
    "offered": "as planned", "session": "one session to a laptop", "blocked": "", "host_name": "",
    "licences": "15", "licences_expire_on": "",
}  # fmt: skip
BY_KIND = {"number": "5", "date": "2027-12-31", "datetime-local": "2026-11-24T01:00"}


@pytest.mark.journey
@pytest.mark.browser
@pytest.mark.timeout(1200)
def test_a_site_is_upgraded_by_hand(running, browser):
    agent = people.signed_in(browser, running.url, "ines@demo.example")
    people.plan(
        agent, running.url, "Meridian service desk", "12.2.0", procedure="single",
        method="automatic",
    )  # fmt: skip
    assert "documented" in agent.inner_text("main")
    job = people.submit(agent)
    people.approve(people.signed_in(browser, running.url, "elif@meridian.example"), job)

    # The operator reads Turkish; the story is told in English, so the agent does the steps.
    page, pressed = agent, set()
    ends = time.monotonic() + 420
    while time.monotonic() < ends:
        if people.state(page, job) == "Done":
            break
        if page.locator("section.todo form[action$='/confirm/']").count():
            title = page.locator("section.todo h2").first.inner_text()
            version = installs(title)
            if version and title not in pressed:
                pressed.add(title)
                appliance = page.get_by_role("link", name=re.compile("simulated")).first
                address = appliance.get_attribute("href")
                install(page, address, version[0])
                time.sleep(2)
                continue
            fill_in(page, version[1] if version else "12.2.0")
        time.sleep(0.5)

    assert people.state(page, job) == "Done"
    assert running.truth(HOST)["product"] == "12.2.0"
    for paper in ("runbook.pdf", "record.pdf"):
        answer = page.request.get(job + paper)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.body().startswith(b"%PDF")


def installs(title: str) -> tuple[str, str] | None:
    """The package that a step installs: its name on the appliance's page, and its version."""
    if "base package" in title:
        return "Base Software 3.3.2", "3.3.2"
    if "product package" in title:
        return "Bomgar-12.2.0", "12.2.0"
    return None
