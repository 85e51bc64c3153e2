"""A first visit of any page takes at most 100 kB over the wire: the page, styles and scripts."""

import re
from functools import cache
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders

from tests.upgrades.api import conftest as programs
from tests.upgrades.conftest import World
from tests.upgrades.views.conftest import browser
from tests.upgrades.views.test_queries import every_page

MOST, SHORT = 100_000, 200  # bytes; what is shorter is not compressed
STATIC = re.compile(r'(?:src|href)="/static/([^"]+)"')
ACCEPTS = {"Accept-Encoding": "gzip, deflate, br"}
draft, proposed, scheduled = programs.draft, programs.proposed, programs.scheduled
running, asking, rows = programs.running, programs.asking, programs.rows
operator, approver = programs.operator, programs.approver


@cache
def packed(name: str) -> int:
    """Bytes of a file as WhiteNoise serves it."""
    found = finders.find(name)
    assert found, name
    return len(brotli.compress(Path(found).read_bytes()))


@pytest.mark.parametrize("who", ["staff", "approver"])
def test_no_first_visit_takes_more_than_100_kb(who: str, world: World, rows: programs.Rows) -> None:
    client = browser(world.agent if who == "staff" else world.approver)
    sizes = {}
    for path in every_page(world, rows):
        plain = client.get(path)
        if plain.status_code not in (200, 422):
            continue
        answer = client.get(path, headers=ACCEPTS)
        if answer["Content-Type"].startswith("text/html") and len(plain.content) >= SHORT:
            assert answer.headers["Content-Encoding"] == "gzip", path
        files = set(STATIC.findall(plain.content.decode()))
        sizes[path] = len(answer.content) + sum(map(packed, files))

    assert len(sizes) > (60 if who == "staff" else 40)
    assert {path: size for path, size in sizes.items() if size > MOST} == {}
    assert max(sizes.values()) > MOST // 10  # styles and scripts were counted


def test_the_api_and_its_pages_keep_their_bytes(world: World) -> None:
    """What has a tag is compared by it, so it is not written anew for each reader."""
    answer = browser(world.agent).get("/api/v1/docs/", headers=ACCEPTS)

    assert answer.status_code == 200
    assert not (answer.has_header("ETag") and answer.has_header("Content-Encoding"))
    assert "Content-Encoding" not in browser(world.agent).get("/healthz", headers=ACCEPTS).headers
