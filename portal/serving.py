"""`python -m portal.serving WORDS`: granian's own command, with the product read in before its
workers are forked, so that they share one copy of it in memory and begin at once.

Nothing is opened here: connections and threads would not survive the fork.
"""

import gc
import os
from importlib import import_module

import django
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from granian.cli import entrypoint


def read_in() -> None:
    """Import what answers requests, and read what every worker would: contract, texts, routes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    import_module("portal.application")
    import_module("portal.api.document").in_json()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):  # which reads its catalogue
            _find_routes()
    gc.collect()
    gc.freeze()  # a collector that walks what is shared would copy all of it


def _find_routes() -> None:
    """Have Django draw its table of routes, of which it keeps one for each language."""
    try:
        reverse("no route of this name")
    except NoReverseMatch:
        return


if __name__ == "__main__":
    read_in()
    entrypoint()
