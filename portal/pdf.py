"""HTML to PDF: the only module that knows WeasyPrint.

A document is made in a child process of its own, which ends with it: with a limit of memory and
of time, and with a fetcher that has nothing but what was handed over. Nothing of a document, be it
an address in a customer's text, is ever asked of the network or read from the disk.
"""

import base64
import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SECONDS = 60
BYTES = 1 << 30  # of address space: fonts are mapped whole
DATA_LIMIT = 200_000  # bytes of a picture within the HTML
AT_ONCE = threading.BoundedSemaphore(2)
PLACE = (
    "https://paper.invalid/"  # names nothing (RFC 6761 §6.4); only web addresses have relative ones
)


class PdfFailed(RuntimeError):
    """The document could not be made; what WeasyPrint said is in the message."""


def render(html: str, *, css: Sequence[Path], files: Mapping[str, bytes] | None = None) -> bytes:
    """A PDF/UA-1 document: tagged, so that readers for the blind can read it.

    `html` is a whole page with `lang` and `title`; `css` are our own style sheets; `files` are
    pictures that it names by relative address. Raises PdfFailed, also after SECONDS.
    """
    work = {
        "html": html,
        "css": [path.read_text() for path in css],
        "files": {
            name: base64.b64encode(content).decode() for name, content in (files or {}).items()
        },
    }
    with AT_ONCE:
        try:
            # -P: this folder has a secrets.py and a celery.py that are not those of others.
            child = subprocess.run(
                [sys.executable, "-P", __file__],
                input=json.dumps(work).encode(),
                capture_output=True,
                timeout=SECONDS,
                check=False,
                env=os.environ | {"SOURCE_DATE_EPOCH": "0"},  # the same page, the same bytes
            )
        except subprocess.TimeoutExpired as late:
            raise PdfFailed(f"The document took longer than {SECONDS} s.") from late
    if child.returncode != 0 or not child.stdout.startswith(b"%PDF-"):
        raise PdfFailed(child.stderr.decode(errors="replace")[-2000:])
    return child.stdout


def make(work: dict[str, Any]) -> bytes:
    """What the child does."""
    from weasyprint import CSS, HTML  # noqa: PLC0415 - 0.7 s to import, and only here
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    files = {name: base64.b64decode(content) for name, content in work["files"].items()}

    class OnlyWhatWasGiven(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:") and len(url) <= DATA_LIMIT * 4 / 3 + 100:
                return super().fetch(url, headers)
            name = url.removeprefix(PLACE)
            if url.startswith(PLACE) and name in files:
                return URLFetcherResponse(url, files[name])
            raise ValueError(f"a document may not fetch {url[:80]}")

    fetcher = OnlyWhatWasGiven(allowed_protocols={"data"}, allow_redirects=False)
    sheets = [CSS(string=sheet, url_fetcher=fetcher, base_url=PLACE) for sheet in work["css"]]
    page = HTML(string=work["html"], url_fetcher=fetcher, base_url=PLACE)
    document: bytes = page.write_pdf(stylesheets=sheets, pdf_variant="pdf/ua-1")
    return document


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.buffer.write(make(json.load(sys.stdin.buffer)))
