"""`python -m portal.serving WORDS`: granian's own command, with the product imported before its
workers are forked, so that they share one copy of it in memory and begin at once.

Nothing is opened here: connections and threads would not survive the fork.
"""

import gc
import os
from importlib import import_module

import django
from django.conf import settings
from granian.cli import entrypoint


def read_in() -> None:
    """Import what answers requests, and write the contract, which every worker would write."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    import_module(settings.ROOT_URLCONF)
    document = import_module("portal.api.document")  # models: after the set-up
    document.written(document.OpenApiJsonRenderer)
    gc.collect()
    gc.freeze()  # a collector that walks what is shared would copy all of it


if __name__ == "__main__":
    read_in()
    entrypoint()
