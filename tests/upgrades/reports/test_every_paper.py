"""Every paper, in each language and size, is PDF/UA, and nothing on it sticks out of its place."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.upgrades.reports import every_paper, laid_out, matterhorn
from tests.upgrades.reports.every_paper import EACH, EDITIONS, PAPERS
from tests.upgrades.reports.test_rollout_report import filled, manager, rollout  # noqa: F401


@pytest.fixture
def make(request):
    return lambda template, when: PAPERS[template][when](request.getfixturevalue)


def test_every_paper_is_here():
    papers = {
        path.name
        for path in every_paper.PLACE.glob("*.html")
        if '{% extends "pdf/base.html" %}' in path.read_text()
    }

    assert papers == set(PAPERS)


@pytest.mark.slow
@pytest.mark.parametrize(("template", "when"), EACH)
def test_it_is_pdf_ua_and_says_what_is_in_another_language(make, template, when):
    made = make(template, when)

    for language, size in EDITIONS:
        paper = made(language=language, size=size)
        content = paper.pdf()

        assert matterhorn.faults(content, language) == [], (language, size)
        root = PdfReader(BytesIO(content)).trailer["/Root"]["/StructTreeRoot"]
        told = {each["/Lang"] for each in matterhorn.below(root) if "/Lang" in each}
        assert told == set(re.findall(r'<(?!html)[^>]* lang="(\w+)"', paper.html))


@pytest.mark.slow
@pytest.mark.parametrize(("template", "when"), EACH)
def test_nothing_sticks_out_and_no_head_breaks_within_a_word(make, template, when):
    made = make(template, when)

    for language, size in EDITIONS:
        html = made(language=language, size=size).html
        assert laid_out.faults(html) == [], (language, size)
