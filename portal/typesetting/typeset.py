"""The only module that knows WeasyPrint, with tagging.py: loaded once, used by children alone."""

import base64
import gc
import logging
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from letters import Letters
from stamping import Unfit, stamp
from tagging import complete, tell_more
from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

DATA_LIMIT = 200_000  # bytes of a picture within the HTML
# names nothing (RFC 6761 §6.4); only web addresses have relative ones
PLACE = "https://paper.invalid/"

Finisher = Callable[[Any, Any], None]
LOGGER = logging.getLogger("typesetting")

tell_more()


class OnlyWhatWasGiven(URLFetcher):  # type: ignore[misc]
    """Nothing of a document is ever asked of the network or read from the disk."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self.files = files

    def fetch(self, url: str, headers: Any = None) -> Any:
        if url.startswith("data:") and len(url) <= DATA_LIMIT * 4 / 3 + 100:
            return super().fetch(url, headers)
        name = url.removeprefix(PLACE)
        if url.startswith(PLACE) and name in self.files:
            return URLFetcherResponse(url, self.files[name])
        raise ValueError(f"a document may not fetch {url[:80]}")


def make(
    work: dict[str, Any], kept: Mapping[bytes, bytes], leave: Callable[[dict[bytes, bytes]], None]
) -> bytes:
    """`html` with the sheets `css`, and `files`: pictures by the name that the page gives them.

    Stamped with what is `kept`, if it can be. Only then something is left for the next, and before
    anything is read that could not be stamped.
    """
    html, css, files = work["html"], work["css"], work["files"]
    paper, found = (None, {}) if files else _stamped(html, css, kept)
    leave(found)
    if paper is None:
        pictures = {name: base64.b64decode(content) for name, content in files.items()}
        paper = write(html, css, complete, pictures)
    return paper


def _stamped(
    html: str, css: list[str], kept: Mapping[bytes, bytes]
) -> tuple[bytes | None, dict[bytes, bytes]]:
    gc.disable()  # it ends in a moment
    try:
        return stamp(html, css, kept, write)
    except Unfit:
        return None, {}
    except Exception as fault:  # whatever it is, there is a way without
        where = traceback.extract_tb(fault.__traceback__)[-1]
        said = f"{type(fault).__name__} in {where.filename}, line {where.lineno}"
        LOGGER.error("a paper is typeset whole: %s", said)
        return None, {}
    finally:
        gc.enable()


def write(
    html: str, css: list[str], finisher: Finisher, files: Mapping[str, bytes] | None = None
) -> bytes:
    fetcher = OnlyWhatWasGiven(files or {})
    sheet = partial(CSS, url_fetcher=fetcher, base_url=PLACE)
    page = HTML(string=html, url_fetcher=fetcher, base_url=PLACE)
    document: bytes = page.write_pdf(
        stylesheets=[sheet(string=each) for each in css],
        font_config=Letters(),
        pdf_variant="pdf/ua-1",
        finisher=finisher,
    )
    return document
