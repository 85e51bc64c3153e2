"""A procedure's page says all that the constants say, and nothing else."""

import pytest
from django.utils import translation

from appliances import actions as do
from upgrades.procedures import METHODS, PROCEDURES
from upgrades.reports import page_texts, pages
from upgrades.reports.paper import GUIDE_NOTE

UPDATES = [
    name
    for name, page in PROCEDURES.items()
    if any(step.action == do.INSTALL for phase in page.phases() for step in phase.steps)
]


def steps_of(name):
    """The lines in the order of the page, with those of the methods where it updates anything."""
    found = [step for phase in PROCEDURES[name].phases() for step in phase.steps]
    return found + [
        step for method in METHODS.values() if name in UPDATES for step in method.lines()
    ]


@pytest.mark.parametrize("name", PROCEDURES)
def test_every_line_stands_on_the_page_with_doer_proof_screen_and_ids(name):
    lines = pages.page(PROCEDURES[name]).lines

    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert [
        (line.text, line.on, line.guide, line.doer, line.effect, line.proof, line.screen)
        for line in lines
    ] == [
        (
            step.text, step.on.label, step.guide, step.action.by.label, step.action.effect.label,
            step.action.probe.label, step.action.screen,
        )
        for step in steps_of(name)
    ]  # fmt: skip
    assert [line.if_not for line in lines] == [s.action.what_if_not for s in steps_of(name)]


@pytest.mark.parametrize("name", PROCEDURES)
def test_the_opening_says_when_what_users_notice_and_what_is_at_risk(name):
    opening = pages.page(PROCEDURES[name]).opening

    assert [label for label, _text in opening][:3] == [
        "When to use it", "What users notice", "What is at risk meanwhile",
    ]  # fmt: skip


def test_only_pages_that_update_an_appliance_show_how_that_is_done():
    shown = {
        name
        for name, procedure in PROCEDURES.items()
        if any(
            chapter.title.startswith("How one appliance is updated: ")
            for chapter in pages.page(procedure).chapters
        )
    }

    assert shown == set(UPDATES)


def test_the_manual_page_tells_the_manual_way():
    (manual,) = (
        chapter
        for chapter in pages.page(PROCEDURES["single"]).chapters
        if chapter.title.endswith("Manual Installation")
    )
    (product,) = (
        line for line in manual.lines if line.text == "Update by the product file at once"
    )

    assert product.how == list(do.INSTALL_PRODUCT.how_manual)
    assert product.how != list(do.INSTALL_PRODUCT.how)


def test_a_line_that_restores_nothing_once_sent_says_so():
    swap = next(
        line
        for line in pages.page(PROCEDURES["atlas-failover"]).lines
        if line.proof and "Become Backup" in " ".join(line.how)
    )

    assert "It is sent once and never repeated." in swap.warnings


def test_the_plain_text_of_a_part():
    text = page_texts.text(pages.page(PROCEDURES["pair-synchronous"]))

    assert text.startswith("Synchronous upgrade of a failover pair\n======")
    begin = text.index("Upgrade B.")
    lines = text[begin:].splitlines()
    assert lines[0].startswith("Upgrade B. In a booked window, which nothing may cut.")
    assert "[B] G-SYNC-6" in text
    assert "What proves it: product version and build" in text
    assert "Never in the window before it." in " ".join(text.split())


@pytest.mark.parametrize("name", PROCEDURES)
def test_the_plain_text_holds_every_line_and_the_edition_in_88_columns(name):
    page = pages.page(PROCEDURES[name])
    text = page_texts.text(page)

    words = " ".join(text.split())
    assert all(f"{line.number}. {line.text}" in words for line in page.lines)
    assert GUIDE_NOTE in words
    assert max(map(len, text.splitlines())) <= page_texts.WIDTH


@pytest.mark.parametrize("language", ["fr", "tr"])
def test_a_page_is_told_in_the_readers_language(language):
    english = pages.page(PROCEDURES["single"])

    with translation.override(language):
        told = pages.page(PROCEDURES["single"])

    assert told.title != english.title
    assert [line.screen for line in told.lines] == [line.screen for line in english.lines]
    assert told.lines[3].doer != english.lines[3].doer
