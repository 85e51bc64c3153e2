"""Processes of the product for tests: with this test's database and simulator."""

import os
import re
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.db import connections

from tests.house.sources import ROOT


def environment(**more: str) -> dict[str, str]:
    """What a process needs to work on the database of the running test."""
    name = connections["default"].settings_dict["NAME"]
    urls = {
        key: re.sub(r"^(postgres(?:ql)?://[^/]*)/[^?]*", rf"\1/{name}", os.environ[key])
        for key in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_STAFF_URL")
    }
    return {
        **os.environ, **urls, "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SIMULATOR_URL": settings.SIMULATOR_URL, "PYTHONPATH": str(ROOT), **more,
    }  # fmt: skip


def python(*words: str, **more: str) -> subprocess.Popen[bytes]:
    """Start `python words…` in the project, quietly."""
    return subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=environment(**more),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def wait_for(condition: Any, *, seconds: float, every: float = 0.1) -> bool:
    """Whether the condition came true in time (real time)."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(every)
    return bool(condition())
