"""Chromium at the pages of a live server.

`page_at(path, user=…, language=…, width=…, theme=…)` opens a page as somebody. Whatever the page
logs as an error, the policy of content refuses, or a script throws fails the test at its end.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, Playwright

from tests.browser.looking import HEIGHT, WIDE
from tests.chromium import program
from tests.upgrades import conftest as upgrades

catalogue, simulator, park = upgrades.catalogue, upgrades.simulator, upgrades.park
Opens = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One for all tests of a process. `playwright` is the plugin's: a process has room for one."""
    browser = playwright.chromium.launch(
        executable_path=program(), args=["--no-sandbox", "--disable-dev-shm-usage"]
    )
    yield browser
    browser.close()


@pytest.fixture
def page_at(db: None, live_server: Any, chromium: Browser) -> Iterator[Opens]:
    contexts: list[Any] = []
    problems: list[str] = []

    def open_page(
        path: str,
        *,
        user: Any = None,
        language: str = "en",
        width: int = WIDE,
        theme: str = "light",
        scripts: bool = True,
        expected: int = 200,
        without_network: bool = False,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme=theme,
            locale=language,
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.add_cookies(_cookies(live_server.url, user, language))
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"{path}: {error}"))
        page.on("console", lambda said: _note(problems, path, said, without_network))
        page.on("response", lambda answer: _missing(problems, answer))
        answer = page.goto(live_server.url + path)
        assert answer is not None
        assert answer.status == expected, f"{path} answered {answer.status}"
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == [], "\n".join(problems)


def _note(problems: list[str], path: str, said: Any, without_network: bool) -> None:
    """A refusal is an answer, which Chromium calls an error: the test asks for its status."""
    if without_network and "Failed to fetch" in said.text:
        return
    if said.type == "error" and "Failed to load resource" not in said.text:
        problems.append(f"{path}: {said.text}")


def _missing(problems: list[str], answer: Any) -> None:
    if "/static/" in answer.url and answer.status >= 400:
        problems.append(f"{answer.url} answered {answer.status}")


def _cookies(url: str, user: Any, language: str) -> list[dict[str, str]]:
    cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": url}]
    if user is not None:
        if user.language != language:
            user.language = language
            user.save(update_fields=["language"])
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url})
    return cookies
