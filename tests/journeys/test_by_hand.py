"""The main story by hand in a browser, the autopilot off: plan, submit, approve, press the
simulated appliance's own buttons, confirm each step, read the papers at the end."""

import os
import re
import shutil
import time

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.journeys.running import Running
from tests.upgrades.operator import PIXEL

HOST = "a.meridian.sim"
PASSWORD = "changeover-demo"  # printed by run.sh
QUIET = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("by-hand")
    if os.geteuid() == 0:  # PostgreSQL enters it under another account
        for each in (folder, folder.parent, folder.parent.parent):
            each.chmod(0o711)
    product = Running(folder, AUTOPILOT="0").start()
    yield product
    product.stop()


@pytest.fixture(scope="module")
def browser():
    flags = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        yield chromium
        chromium.close()


def signed_in(browser, url: str, email: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB").new_page()
    page.goto(url + "/sign-in/")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)
    return page


def plan_and_submit(page: Page, url: str, version: str) -> str:
    """As support: the site, its plan, submitted; the job's address."""
    page.goto(url + "/sites/")
    page.get_by_role("link", name="Meridian service desk").first.click()
    page.get_by_role("link", name="Plan an upgrade").first.click()
    address = page.url
    named = page.locator("label", has=page.locator("[name=target]")).filter(
        has=page.locator("b", has_text=f"Bomgar-{version}")
    )
    target = named.locator("[name=target]").first.get_attribute("value")
    page.goto(f"{address}?target={target}&procedure=single&method=automatic")
    assert "documented" in page.inner_text("main")
    page.locator("form:has(button.main) button.main").last.click()
    page.wait_for_url(re.compile("/jobs/"))
    return page.url


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
@pytest.mark.timeout(600)
def test_a_site_is_upgraded_by_hand(running, browser):
    agent = signed_in(browser, running.url, "ines@demo.example")
    job = plan_and_submit(agent, running.url, "12.2.0")

    approver = signed_in(browser, running.url, "elif@meridian.example")
    approver.goto(job)
    approver.locator("form[action$='/approve/'] button").first.click()

    # The operator reads Turkish; the story is told in English, so the agent does the steps.
    page, pressed = agent, set()
    ends = time.monotonic() + 420
    while time.monotonic() < ends:
        page.goto(job)
        if page.locator(".head .st").first.inner_text().strip() == "Done":
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

    assert page.locator(".head .st").first.inner_text().strip() == "Done"
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
