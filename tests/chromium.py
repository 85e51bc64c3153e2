"""Which Chromium the tests look through.

The headless shell first: the whole browser starts renderers for its own tab strip with every page,
which costs half a second of processor time each.
"""

import shutil

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def program() -> str | None:
    """Its path; None: none is there, and Playwright says so."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)
