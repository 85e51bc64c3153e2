"""A stamped paper is the one that WeasyPrint typesets whole, whoever's words were on it before."""

import random
import re
import runpy
from datetime import date
from typing import Any

import pytest

from portal import pdf, tenancy
from tests.conftest import NOON
from tests.upgrades.reports import matterhorn, same_paper
from tests.upgrades.reports.conftest import read
from tests.upgrades.reports.every_paper import EACH, PAPERS
from tests.upgrades.reports.test_rollout_report import filled, manager, rollout  # noqa: F401
from tests.upgrades.returning import again, packed, requested
from upgrades.reports import return_papers
from upgrades.reports.paper import LANGUAGES, SHEET, SIZES, Paper

MARKS = runpy.run_path(str(pdf.papers("", 0)[2] / "stamping" / "marks.py"))
SOME = "aAbeEfgiIijlLMmnoOtTwWyz0123456789 -.,:;/()&<>'\"ğĞşŞıİçÇéÉœŒüÜöÖàâêôûÿ’–«»fifflffi"
RARE = "Ω"  # no letter of a body's fonts, but of the font
ELSEWHERE = "ǅ"  # nothing of ours has it


def whole(paper: Paper) -> bytes:
    """The same page, of which nothing says that it could be stamped."""
    return pdf.render(paper.html.replace(" data-own", ""), css=[SHEET])


def stamped(content: bytes) -> bool:
    return "ſ" in same_paper.letters(content)


def some(chance: random.Random, most: int) -> str:
    """Words as people write them, or none where a name has no end."""
    length = chance.choice((1, 5, 12, 30, most))
    text = "".join(chance.choice(SOME) for _ in range(length))
    return " ".join(text.split()) or "x"


def varied(row: Any, chance: random.Random) -> Any:
    for name in ("serial", "model", "asset_tag", "case_number", "rma_number", "carrier"):
        setattr(row, name, some(chance, 60))
    row.serial = chance.choice((row.serial, f"RS-{chance.randrange(10**9)}", "İç-1"))
    row.host = some(chance, 250)
    row.tracking, row.base_version = some(chance, 40), f"3.{chance.randrange(99)}.{chance.random()}"
    row.appliance.name, row.site.name = some(chance, 80), some(chance, 120)
    row.due_back_on = date(2027, chance.randrange(1, 13), chance.randrange(1, 28))
    row.contents = "\n".join(some(chance, 60) for _ in range(chance.randrange(4)))
    row.ship_to = {"company": some(chance, 100), "city": some(chance, 30)}
    return row


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", return_papers.PAPERS)
def test_a_stamped_paper_is_the_very_one(world, kind, language, size):
    chance = random.Random(f"{kind} {language} {size}")
    row = packed(world, at=NOON)
    served = 0
    for _ in range(4):
        with tenancy.transaction(world.customer):
            other = varied(again(row), chance)
            by = world.operator
            paper = return_papers.PAPERS[kind](other, language=language, size=size, at=NOON, by=by)
        content = paper.pdf()
        served += stamped(content)

        assert same_paper.differences(whole(paper), content) == [], paper.html
        assert matterhorn.faults(content, language) == []
    assert served >= 3


@pytest.mark.slow
def test_one_body_is_for_all_and_has_nobody_s_words(world):
    row = packed(world, at=NOON)
    with tenancy.transaction(world.customer):
        row = again(row)
        first = return_papers.checklist(row, language="en", at=NOON, by=world.operator)
        row.serial, row.asset_tag, row.appliance.name = "ZQ-9", "ZQ-8", "Zanzibar"
        second = return_papers.checklist(row, language="en", at=NOON, by=world.agent)

    told = [
        " ".join(page.extract_text() for page in read(each.pdf()).pages) for each in (first, second)
    ]

    assert all(stamped(each.pdf()) for each in (first, second))
    assert "RS-B200-0047193" in told[0]
    assert not any(text in told[1] for text in ("RS-B200-0047193", "ML-0331"))
    assert all(text in told[1] for text in ("ZQ-9", "ZQ-8", "Zanzibar"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", return_papers.PAPERS)
def test_whatever_a_customer_may_write_is_in_an_element_of_its_own(world, kind, language):
    """Every text of the rows that a paper is made of, and every day, is in no skeleton."""
    row = packed(world, at=NOON)
    with tenancy.transaction(world.customer):
        row = again(row)
        rows = (row, row.site, row.appliance, row.replacement, world.operator, row.wiped_by)
        for each in rows:
            for field in each._meta.concrete_fields:
                if _is_free_text(field, each):
                    setattr(each, field.attname, f"Zz{field.name}qQ"[:12] + "qQ")
        row.contents, row.ship_to, row.ship_from, row.customs = "qQ1\nqQ2", {"city": "qQ3"}, {}, {}
        row.due_back_on = row.label_expires_on = date(2039, 1, 2)
        paper = return_papers.PAPERS[kind](row, language=language, at=NOON, by="qQ4")

    skeleton, words = MARKS["take_apart"](paper.html)

    assert sum("qQ" in word for word in words) > 5
    assert not re.search(r"qQ|2039|2026|Meridian", skeleton)


def _is_free_text(field: Any, row: Any) -> bool:
    text = field.get_internal_type() in ("CharField", "TextField") and not field.choices
    return text and field.name not in ("state", "zone") and bool(getattr(row, field.attname))


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", [RARE, ELSEWHERE, "two  spaces", "e\u0301", "\ue000", "مرحبا", "\u00ad"]
)
def test_what_may_not_be_stamped_is_typeset_whole(world, text):
    row = requested(world, at=NOON)
    with tenancy.transaction(world.customer):
        row = again(row)
        row.model = text
        paper = return_papers.checklist(row, language="en", at=NOON, by=world.operator)

    content = paper.pdf()

    assert not stamped(content)
    assert same_paper.differences(whole(paper), content) == []


@pytest.mark.parametrize(("template", "when"), EACH)
def test_of_no_other_paper_there_is_a_body(request, template, when):
    """The others have people's words anywhere."""
    paper = PAPERS[template][when](request.getfixturevalue)(language="en", size="a4")

    assert (MARKS["MARK"] in paper.html) == template.startswith("return_")
