"""What the web server's workers are forked from."""

import os
import subprocess
import sys

NOWHERE = "127.0.0.1:1"
READ_IN = """
import sys
from portal import serving
serving.read_in()
"""
OPENED = """
import threading
from django.db import connections
opened = [one.alias for one in connections.all() if one.connection is not None]
print(threading.active_count(), opened)
"""
SELDOM = """
names = ("weasyprint", "holidays", "webauthn", "PIL", "barcode")
print([name for name in names if name in sys.modules])
"""
COMMON = """
from django.urls import get_resolver
from django.utils.translation import trans_real
from portal.api import document
print(sorted(trans_real._translations), sorted(get_resolver()._reverse_dict))
print(document.in_json.cache_info().currsize, "portal.application" in sys.modules)
"""


def read_in(then: str) -> str:
    """What a process says that has read in the product, where no server answers."""
    databases = dict.fromkeys(
        ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_STAFF_URL"),
        f"postgresql://nobody@{NOWHERE}/nothing",
    )
    surroundings = {**os.environ, **databases, "DATABASE_POOL": "1"}
    said = subprocess.run(
        [sys.executable, "-c", READ_IN + then],
        env={**surroundings, "REDIS_URL": f"redis://{NOWHERE}/0"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    return said.stdout


def test_the_product_is_read_in_without_a_server_a_connection_or_a_thread():
    assert read_in(OPENED).split() == ["1", "[]"]


def test_libraries_that_few_use_are_left_to_them():
    assert read_in(SELDOM).strip() == "[]"


def test_what_every_worker_would_read_is_read_once():
    texts_and_routes, contract = read_in(COMMON).splitlines()

    languages = ["en", "fr", "tr"]
    assert texts_and_routes == f"{languages} {languages}"
    assert contract == "1 True"
