"""Whatever people type stays text: nothing is fetched, read, embedded or run for it."""

import socket
import threading
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from appliances.models import Appliance, Site
from portal import pdf, tenancy
from tests.conftest import NOON
from tests.upgrades.reports.conftest import again, printed, read, text_of, words
from tests.upgrades.reports.payloads import payloads
from upgrades.models import JobStep
from upgrades.reports.paper import SHEET
from upgrades.services import jobs

CANARY = "the canary sings at dawn"
TAGS = (
    "html head meta title body main header div p h1 h2 b small span br dl dt dd ol ul li table"
    " colgroup col thead tbody tr th td figure figcaption img svg path"
)
OURS = frozenset(TAGS.split())


@pytest.fixture
def asked() -> Iterator[tuple[str, list[object]]]:
    """A web server's address, and who has asked it for something."""
    found: list[object] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                found.append(listener.accept())
            except OSError:
                return

    threading.Thread(target=answer, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", found
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@pytest.fixture
def canary(tmp_path):
    file = tmp_path / "canary.txt"
    file.write_text(CANARY)
    return file


@pytest.fixture
def hostile(world, done, asked, canary):
    """Every text that a person can write is one of the hundred, or all of them."""
    every = payloads(asked[0], str(canary))
    assert len(every) == 100
    with tenancy.transaction(world.customer):
        Site.objects.update(name=every[0][:120])
        Appliance.objects.update(name=every[1][:80], model=every[2][:60], serial=every[3][:60])
        step = JobStep.objects.filter(job=done, action="test_elsewhere").get()
        step.evidence = {"remarks": "\n".join(every), "remark": every[4], every[5]: every[6]}
        step.reason = every[7]
        step.save()
        job = again(done)
        job.reason = every[8]
        job.plan = {**job.plan, "digest": every[9], "installed": [every[10]]}
        job.save()
        for text in every:
            jobs.note(again(done), text=text, audience="CUSTOMER", by=world.agent, at=NOON)
    return every


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.sources: list[str | None] = []

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.sources += [v for name, v in attrs if name in ("src", "href", "data", "rel", "style")]


@pytest.mark.parametrize("kind", ["runbook", "record"])
def test_no_text_becomes_a_tag(world, done, hostile, kind):
    paper = printed(world, done, kind)

    tags = Tags()
    tags.feed(paper.html)
    assert tags.names <= OURS
    allowed = {*paper.pictures, None}
    assert {s for s in tags.sources if s not in allowed and not s.startswith("width: ")} == set()


def test_every_text_is_still_to_be_read(world, done, hostile):
    told = words(printed(world, done, "record"))

    assert all(" ".join(text.split()) in told for text in hostile)


@pytest.mark.slow
def test_nothing_is_fetched_or_read_for_a_text(world, done, hostile, asked, canary):
    content = printed(world, done, "record").pdf()

    found = read(content)
    assert asked[1] == []
    assert CANARY not in "".join(text_of(page) for page in found.pages)
    assert list(found.attachments) == []
    assert str(canary) in "".join(page.extract_text() for page in found.pages).replace("\n", "")


@pytest.mark.slow
def test_even_mark_up_that_got_through_finds_nothing(asked, canary):
    body = "".join(f"<div>{text}</div>" for text in payloads(asked[0], str(canary)))
    page = f"<html lang='en'><head><title>x</title></head><body class='a4'>{body}</body></html>"

    content = pdf.render(page, css=[SHEET])

    assert asked[1] == []
    assert CANARY.encode() not in content
    assert CANARY not in "".join(text_of(page) for page in read(content).pages)
    assert list(read(content).attachments) == []
