"""What the web server's workers are forked from."""

import os
import subprocess
import sys

NOWHERE = "127.0.0.1:1"
READ_IN = """
import threading
from django.db import connections
from portal import serving
serving.read_in()
opened = [one.alias for one in connections.all() if one.connection is not None]
print(threading.active_count(), opened)
"""


def test_the_product_is_read_in_without_a_server_a_connection_or_a_thread():
    databases = dict.fromkeys(
        ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_STAFF_URL"),
        f"postgresql://nobody@{NOWHERE}/nothing",
    )
    surroundings = {**os.environ, **databases, "DATABASE_POOL": "1"}
    said = subprocess.run(
        [sys.executable, "-c", READ_IN], env={**surroundings, "REDIS_URL": f"redis://{NOWHERE}/0"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (said.returncode, said.stdout.split()) == (0, ["1", "[]"]), said.stderr
