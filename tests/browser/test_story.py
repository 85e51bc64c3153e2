"""The pictures of README's story are what the pages show (`make screenshots` writes them)."""

import io
import os
from typing import Any

import pytest
from PIL import Image

from tests.browser.looking import LANGUAGES, PICTURES
from tests.browser.story import MOST_BYTES, PLACE, STORY, hold_still, keep, small

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", STORY)
def test_the_story_is_shown(page_at: Any, settings: Any, monkeypatch: Any, name: str) -> None:
    settings.SUPPORT_CONTACT = "+90 212 555 0100"
    hold_still(name, settings, monkeypatch)
    picture = STORY[name]
    shown = picture.of()
    writes = bool(os.environ.get("SCREENSHOTS"))
    for language in LANGUAGES if writes else ("en",):
        page = page_at(shown.path, user=shown.who, language=language, width=picture.width)
        page.set_viewport_size({"width": picture.width, "height": picture.height})
        assert page.locator("h1").is_visible()
        made = small(page.screenshot())
        assert len(made) < MOST_BYTES
        assert Image.open(io.BytesIO(made)).size == (picture.width, picture.height)
        if writes:
            folder = PLACE if language == "en" else PICTURES
            name_of = f"{name}.png" if language == "en" else f"story-{name}.{language}.png"
            keep(folder / name_of, made)
