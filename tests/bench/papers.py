"""F1 and F2: the checklist of a return on two pages, beside bare WeasyPrint in a warm process.

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
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

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
NAME = "ŞWÇMĞ" * 12  # as long as most columns allow: it makes two pages of one
HOST = ".".join(["w" * 62] * 4)


def measure() -> list[Figure]:
    for name in ("weasyprint", "weasyprint.progress"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with TemporaryDirectory() as folder, _fonts(Path(folder)) as bare:
        paper, numbers = _checklist(), count(1)
        assert len(PdfReader(BytesIO(paper.pdf())).pages) == 2

        def another() -> float:
            return _spent(lambda: _made(paper, f"No. {next(numbers)}"))

        first, baseline = in_turn(another, lambda: _alone(paper, bare))
        _, same_fonts = in_turn(another, lambda: _alone(paper, os.environ["FONTCONFIG_FILE"]))
        again = _spent(lambda: _made(paper, "the same"))
        pdf.OWN.stop()
    beside = "beside bare WeasyPrint"
    return [
        against(f"F2 the first checklist of a template, {beside}", first, "s", baseline, most=1.2),
        against("the same, beside bare WeasyPrint with our weights", first, "s", same_fonts),
        against(f"F1 another return's checklist, {beside}", first, "s", baseline, most=0.1),
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


def _checklist() -> Paper:
    """Of a return with long names: two pages."""
    world.customers(1, sites=1)
    at = datetime.now(UTC)
    customer = Customer.across.get().pk
    agent = {"name": NAME, "staff_role": User.StaffRole.AGENT}
    by, _ = User.objects.get_or_create(email="agent@example.com", defaults=agent)
    with tenancy.transaction(customer):
        Appliance.objects.update(name=NAME, model=NAME, serial=NAME, host=HOST)
        old = Appliance.objects.select_related("site").get()
        row = returns.open_failed(old, reason=NAME, kind="REPLACE", by=by, at=at)
        facts = {"case_number": NAME, "asset_tag": NAME, "carrier": NAME}
        returns.describe(row, by=by, at=at, **facts)
        return return_papers.checklist(row, language="tr", size="letter", at=at, by=by)


def _made(paper: Paper, number: str) -> None:
    html = paper.html.replace("</h1>", f" {number}</h1>", 1)
    pdf.render(html, css=[SHEET], owner=paper.owner)


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
