from datetime import timedelta
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext
from fontTools.ttLib import TTFont

from appliances import actions as do
from appliances.models import Appliance, Site
from portal import tenancy, times
from tests.conftest import NOON
from tests.upgrades.reports.conftest import (
    again,
    carry_out,
    one_line,
    printed,
    read,
    text_of,
    words,
)
from upgrades.planning.stored import load
from upgrades.reports import calling, runbook
from upgrades.services import bookings, jobs

LANGUAGES = ["en", "fr", "tr"]


def test_a_draft_has_no_steps_to_print(world, draft):
    with pytest.raises(runbook.NoSteps):
        printed(world, draft, "runbook")


def test_every_step_says_what_to_do_where_who_and_how_long(world, proposed):
    told = words(printed(world, proposed, "runbook"))

    with tenancy.transaction(world.customer):
        for step in proposed.steps.in_order():
            action = do.find(step.action)
            assert f"{step.seq} {'A' if step.appliance_id else 'site'} {step.text}" in told
            assert action.screen in told
            assert all(line in told for line in action.how)
            assert do.Doer(step.doer).label in told
            assert times.span(step.worst_minutes) in told
            assert set(step.guide.split()) <= set(told.split())


def test_a_step_asks_for_what_the_portal_will_want_to_know(world, proposed):
    told = words(printed(world, proposed, "runbook"))

    assert "SHA-256 fingerprint of the certificate Expires on Where the copy lies" in told
    assert "The wait begins at It ends at, at the earliest" in told
    assert "Name of the file" not in told, "the portal takes the backup"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_readers_language_and_names_the_screens_in_english_too(
    world, proposed, language
):
    paper = printed(world, proposed, "runbook", language=language)

    told = words(paper)
    with translation.override(language):
        for message in (
            calling.NEVER,
            "Whom to call",
            "Export the certificates and the private key",
        ):
            assert one_line(gettext(message)) in told
        assert one_line(times.day_label(NOON.date())) in told
    assert f'<html lang="{language}">' in paper.html
    assert '<span lang="en">/appliance &gt; Updates</span>' in paper.html
    assert paper.name == f"UJ-1-runbook-{language}"


@pytest.mark.parametrize("kind", ["runbook", "record"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sign_is_in_the_one_font_of_the_papers(world, done, language, kind):
    told = words(printed(world, done, kind, language=language))

    assert {sign for sign in told if sign != " " and ord(sign) not in letters()} == set()


@cache
def letters():
    folder = Path(find_spec("fontpkg_noto_sans").origin).parent / "files"
    return TTFont(folder / "NotoSans[wdth,wght].ttf").getBestCmap()


def test_an_arrow_in_somebodys_text_is_written_with_a_sign_that_is_there(world, proposed):
    with tenancy.transaction(world.customer):
        Site.objects.update(name="Ankara → İzmir")

    assert "Ankara › İzmir" in words(printed(world, proposed, "runbook"))


def test_turkish_days_and_letters(world, proposed):
    with tenancy.transaction(world.customer):
        Site.objects.update(name="İstanbul ışıklı çağrı")

    told = words(printed(world, proposed, "runbook", language="tr"))

    assert "İstanbul ışıklı çağrı" in told
    assert "23 Kas 2026 Pzt 22:00–04:00, UTC+03:00" in told


def test_windows_have_their_zone_their_length_and_the_last_safe_start(world, proposed):
    told = words(printed(world, proposed, "runbook"))

    with tenancy.transaction(world.customer):
        first = bookings.for_job(proposed).first()
        safe = bookings.last_safe_start(first)
    here = times.in_zone(safe, world.site.zone)
    assert "Europe/Istanbul" in told
    assert "Mon 23 Nov 2026 22:00–04:00, UTC+03:00 Kept 1 h 10 min 3 h 40 min" in told
    assert f"{times.day_label(here.date(), 'day_without_year')} {here:%H:%M} UTC+03:00" in told
    assert "window 1, Mon 23 Nov 2026 22:00–04:00" in told
    assert "Prepare from Mon 23 Nov 2026 10:00, UTC+03:00" in told


def test_the_path_says_why_and_how_well_that_is_known(world, proposed):
    told = words(printed(world, proposed, "runbook"))

    assert "base 4.0.1 The package after it needs base above 3.2.4. demo" in told
    assert "from 12.1 to 14.1.1" in told


def test_what_is_left_out_stands_there_once_with_its_reason(world, proposed):
    told = words(printed(world, proposed, "runbook"))

    why = load(proposed.plan["left_out"][0]["why"]).told()
    assert told.count("Keep a copy of the old MSI") == 1
    assert f"Keep a copy of the old MSI {why} G-CLIENT-3" in told


def test_whom_to_call_is_printed_or_a_line_to_write_on(world, proposed, settings):
    settings.SUPPORT_CONTACT = "+1 555 0100"

    paper = printed(world, proposed, "runbook")

    assert "Vendor's support +1 555 0100 Maintenance contract M-" in words(paper)
    assert "In the portal Ines Duarte, ines.duarte@example.com" in words(paper)
    assert '<dt>Approved by</dt><dd data-own class="blank"></dd>' in paper.html


def test_a_plan_without_approval_says_so_and_an_approved_one_who_approved(world, proposed):
    before = words(printed(world, proposed, "runbook"))
    with tenancy.transaction(world.customer):
        jobs.approve(again(proposed), by=world.approver, at=NOON)

    after = words(printed(world, proposed, "runbook"))

    assert "Proposed. This plan is not approved." in before
    assert "not approved" not in after
    assert "Approved by Jana Vesela" in after


def test_steps_that_are_over_are_ticked_with_time_and_name(world, running):
    carry_out(world, running, at=NOON, until="back_up")

    paper = printed(world, running, "runbook", at=NOON + timedelta(hours=1))

    assert paper.html.count('class="sq done"') == 6
    assert "Done Mon 23 Nov 15:10 Jan Novak" in words(paper)


def test_the_guides_edition_is_named_and_the_vendors_current_one_prevails(world, proposed):
    assert "the vendor's current guide prevails" in words(printed(world, proposed, "runbook"))


@pytest.mark.slow
@pytest.mark.parametrize(("size", "width"), [("a4", 595), ("letter", 612)])
def test_the_paper_itself_is_tagged_numbered_and_can_be_read_aloud(world, proposed, size, width):
    with tenancy.transaction(world.customer):
        Site.objects.update(name="İstanbul ışıklı çağrı")
    paper = printed(world, proposed, "runbook", language="tr", size=size)

    found = read(paper.pdf())

    root = found.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("tr", True)
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert found.metadata.title.endswith("UJ-1, İstanbul ışıklı çağrı")
    assert round(found.pages[0].mediabox.width) == width
    for number, page in enumerate(found.pages, start=1):
        assert proposed.plan["digest"] in text_of(page)
        assert f"{number} / {len(found.pages)}" in text_of(page)
    assert "İstanbul ışıklı çağrı" in text_of(found.pages[0])
    assert alternative_texts(root["/StructTreeRoot"]) == [
        translated("QR code: the page of this job", "tr")
    ]


def translated(message, language):
    with translation.override(language):
        return gettext(message)


def alternative_texts(node):
    found = [str(node["/Alt"])] if "/Alt" in node else []
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        if hasattr(kid := kid.get_object(), "get"):
            found += alternative_texts(kid)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", ["a4", "letter"])
def test_every_page_says_what_is_never_done_whom_to_call_and_which_box_it_is(
    world, proposed, settings, language, size
):
    settings.SUPPORT_CONTACT = "+1 555 0100"
    with tenancy.transaction(world.customer):
        world.site.appliances.update(serial="RS-B200-0047193")

    pages = read(printed(world, proposed, "runbook", language=language, size=size).pdf()).pages

    with translation.override(language):
        never = gettext(calling.NEVER)
    assert len(pages) > 1
    for page in pages:
        told = text_of(page)
        assert one_line(never) in told
        assert "+1 555 0100" in told
        assert "RS-B200-0047193" in told


def test_of_many_boxes_the_head_names_some_and_counts_the_rest():
    boxes = [Appliance(letter=f"N{number}", serial=f"S-{number:04}") for number in range(30)]
    said = calling.every(boxes)

    assert "S-0005" in said
    assert "S-0006" not in said
    assert "and 24 more" in said
