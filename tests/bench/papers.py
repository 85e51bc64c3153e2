"""F1 and F2: the checklist of a return on two pages, beside bare WeasyPrint in a warm process.

The first is of a template that the typesetter has not seen; the others are of returns of as many
customers, each with its own names, numbers and codes.

Seconds of processor, not of the clock: the typesetter's, its children's and this process's. The
baseline has the same page, sheet and tags, and the font as its package brings it.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from itertools import count, cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import psutil
from pypdf import PdfReader

from appliances.models import Appliance
from appliances.services import returns
from portal import pdf, tenancy
from portal.embedded import fonts
from portal.models import Customer, User
from tests.bench import world
from tests.bench.figures import Figure, against, in_turn
from upgrades.reports import return_papers
from upgrades.reports.paper import SHEET, Paper

PAPERS = 8
REAPED = 1.5  # seconds after which the typesetter has counted its children
LETTERS = "ŞWÇMĞ"
TIMES = 11  # as long as most columns allow: it makes two pages of one
HOST = ".".join(["w" * 61] * 4)


def measure() -> list[Figure]:
    for name in ("weasyprint", "weasyprint.progress"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with TemporaryDirectory() as folder, _fonts(Path(folder)) as bare:
        papers, numbers = _checklists(PAPERS + 1), count(1)
        for paper in papers:
            assert len(PdfReader(BytesIO(paper.pdf())).pages) == 2
        paper, others = papers[0], cycle(papers)

        def first() -> float:
            return _spent(lambda: _made(paper, f"<!-- {next(numbers)} -->"))

        def another() -> float:
            return _spent(lambda: _made(next(others), owner=str(next(numbers))))

        new, baseline = in_turn(first, lambda: _alone(paper, bare))
        other, beside_it = in_turn(another, lambda: _alone(paper, bare))
        _, same_fonts = in_turn(another, lambda: _alone(paper, os.environ["FONTCONFIG_FILE"]))
        again = _spent(lambda: _made(paper))
        pdf.OWN.stop()
    beside = "beside bare WeasyPrint"
    return [
        against(f"F2 the first checklist of a template, {beside}", new, "s", baseline, most=1.2),
        against("the same, beside bare WeasyPrint with our weights", new, "s", same_fonts),
        against(f"F1 another return's checklist, {beside}", other, "s", beside_it, most=0.1),
        against(f"F1 the same checklist again, {beside}", again, "s", baseline, most=0.1),
    ]


@contextmanager
def _fonts(folder: Path) -> Iterator[str]:
    """Ours in the environment, and the configuration of a font as its package brings it."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(fonts.configure(folder))
    bare = folder / "bare.conf"
    place, cache = fonts.shipped().parent, folder / "bare-cache"
    bare.write_text(fonts.CONFIGURATION.format(fonts=place, cache=cache))
    try:
        yield str(bare)
    finally:
        os.environ.pop("FONTCONFIG_FILE")
        if before is not None:
            os.environ["FONTCONFIG_FILE"] = before


def _checklists(number: int) -> list[Paper]:
    """Of returns with long names, each of another customer: two pages."""
    world.customers(number, sites=1)
    agent = {"name": "Agent", "staff_role": User.StaffRole.AGENT}
    by, _ = User.objects.get_or_create(email="agent@example.com", defaults=agent)
    customers = Customer.across.order_by("slug").values_list("pk", flat=True)
    return [_checklist(customer, number, by) for number, customer in enumerate(customers)]


def _checklist(customer: UUID, number: int, by: User) -> Paper:
    at = datetime(2026, 11, 30, 12, number, tzinfo=UTC)
    turned = number % len(LETTERS)
    name = f"{number:05}" + (LETTERS[turned:] + LETTERS[:turned]) * TIMES
    with tenancy.transaction(customer):
        Appliance.objects.update(name=name, model=name, serial=name, host=f"h{number}.{HOST}")
        old = Appliance.objects.select_related("site").get()
        row = returns.open_failed(old, reason=name, kind="REPLACE", by=by, at=at)
        facts = {"case_number": name, "asset_tag": name, "carrier": name}
        returns.describe(row, by=by, at=at, **facts)
        return return_papers.checklist(row, language="tr", size="letter", at=at, by=by)


def _made(paper: Paper, more: str = "", owner: str = "") -> None:
    pdf.render(paper.html + more, css=[SHEET], owner=owner)


def _spent(make: Callable[[], None]) -> float:
    """Seconds of processor that one paper takes, of PAPERS; one before them is not counted."""
    make()
    time.sleep(REAPED)
    process = psutil.Process(pdf.OWN._process.pid)
    began = sum(process.cpu_times()[:4]) + time.process_time()
    for _ in range(PAPERS):
        make()
    time.sleep(REAPED)
    return (sum(process.cpu_times()[:4]) + time.process_time() - began) / PAPERS


def _alone(paper: Paper, configuration: str) -> float:
    """WeasyPrint as its manual shows it, in this process."""
    from weasyprint import CSS, HTML  # noqa: PLC0415 - what is measured has it elsewhere

    ours, os.environ["FONTCONFIG_FILE"] = os.environ["FONTCONFIG_FILE"], configuration
    try:
        HTML(string=paper.html).write_pdf(stylesheets=[CSS(filename=SHEET)])
        began = time.process_time()
        for _ in range(PAPERS):
            page = HTML(string=paper.html)
            page.write_pdf(stylesheets=[CSS(filename=SHEET)], pdf_variant="pdf/ua-1")
        return (time.process_time() - began) / PAPERS
    finally:
        os.environ["FONTCONFIG_FILE"] = ours
