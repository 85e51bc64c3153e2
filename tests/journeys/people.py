"""People of the demo in a browser: they sign in, plan, approve, and see how far it has come."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, Playwright

from tests import chromium

PASSWORD = "changeover-demo"  # printed by run.sh
QUIET = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@contextmanager
def a_browser(playwright: Playwright) -> Iterator[Browser]:
    flags = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    started = playwright.chromium.launch(executable_path=chromium.program(), args=flags)
    yield started
    started.close()


def signed_in(browser: Browser, url: str, email: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB").new_page()
    page.set_default_timeout(60_000)  # a busy machine is slow, not wrong
    page.goto(url + "/sign-in/")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)
    return page


def plan(page: Page, url: str, site: str, version: str, **chosen: str) -> None:
    """As support: a site's plan with this release and these choices, drawn."""
    page.goto(url + "/sites/")
    page.get_by_role("link", name=site).first.click()
    page.get_by_role("link", name="Plan an upgrade").first.click()
    address = page.url
    named = page.locator("label", has=page.locator("[name=target]")).filter(
        has=page.locator("b", has_text=re.compile(rf"Bomgar-{re.escape(version)}\b"))
    )
    target = named.locator("[name=target]").first.get_attribute("value")
    given = "&".join(f"{name}={value}" for name, value in chosen.items())
    page.goto(f"{address}?target={target}&{given}")


def submit(page: Page) -> str:
    """Ask for approval of the plan that is shown; the job's address."""
    page.locator("form:has(button.main) button.main").last.click()
    page.wait_for_url(re.compile("/jobs/"))
    return page.url


def approve(page: Page, job: str) -> None:
    page.goto(job)
    page.locator("form[action$='/approve/'] button").first.click()


def state(page: Page, job: str) -> str:
    page.goto(job)
    return page.locator(".head .st").first.inner_text().strip()
