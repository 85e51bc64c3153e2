"""The only module that knows WeasyPrint, with tagging.py: loaded once, used by children alone."""

import base64
from functools import partial
from typing import Any

from tagging import complete, tell_more
from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

DATA_LIMIT = 200_000  # bytes of a picture within the HTML
# names nothing (RFC 6761 §6.4); only web addresses have relative ones
PLACE = "https://paper.invalid/"

tell_more()


class OnlyWhatWasGiven(URLFetcher):  # type: ignore[misc]
    """Nothing of a document is ever asked of the network or read from the disk."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self.files = files

    def fetch(self, url: str, headers: Any = None) -> Any:
        if url.startswith("data:") and len(url) <= DATA_LIMIT * 4 / 3 + 100:
            return super().fetch(url, headers)
        name = url.removeprefix(PLACE)
        if url.startswith(PLACE) and name in self.files:
            return URLFetcherResponse(url, self.files[name])
        raise ValueError(f"a document may not fetch {url[:80]}")


def make(work: dict[str, Any]) -> bytes:
    """`html` with the sheets `css`, and `files`: pictures by the name that the page gives them."""
    files = {name: base64.b64decode(content) for name, content in work["files"].items()}
    fetcher = OnlyWhatWasGiven(files)
    sheet = partial(CSS, url_fetcher=fetcher, base_url=PLACE)
    page = HTML(string=work["html"], url_fetcher=fetcher, base_url=PLACE)
    document: bytes = page.write_pdf(
        stylesheets=[sheet(string=each) for each in work["css"]],
        pdf_variant="pdf/ua-1",
        finisher=complete,
    )
    return document
