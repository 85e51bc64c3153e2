import hashlib
from datetime import timedelta

import pytest
from django.utils import translation
from django.utils.translation import gettext

from portal import tenancy, times
from portal.models import AuditEvent, EvidenceFile
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.reports.conftest import (
    again,
    carry_out,
    one_line,
    printed,
    read,
    text_of,
    words,
)
from tests.upgrades.reports.test_pictures import photograph
from upgrades.models import JobNote
from upgrades.services import jobs

LATER = NOON + timedelta(days=3)


def test_each_step_stands_with_its_times_its_state_and_who_answers_for_it(world, done):
    told = words(printed(world, done, "record", at=LATER))

    when = "Mon 23 Nov 15:10 UTC+03:00 Mon 23 Nov 15:20 UTC+03:00"
    assert (
        f"Export the certificates and the private key G-PREP-2 10 min worst 20 min {when}"
        " 10 min Done Jan Novak"
    ) in told
    assert "Take a backup and keep it safe G-PREP-1 10 min worst 30 min" in told
    assert "Done the portal" in told


def test_what_proves_a_step_stands_under_the_labels_it_was_asked_with(world, done):
    told = words(printed(world, done, "record", at=LATER))

    assert f"SHA-256 fingerprint of the certificate: {'ab' * 32}" in told
    assert "Expires on: Fri 31 Dec 2027" in told
    assert "Tested on: An appliance in a controlled environment" in told
    assert "The software works: yes" in told
    assert "Base version on Status > Basics: 4.0.1" in told
    assert "Picture of Status > Basics: file 2 of this record" in told


def test_files_are_numbered_and_named_with_their_digest(world, done):
    paper = printed(world, done, "record", at=LATER)

    sha256 = hashlib.sha256(operator.PIXEL).hexdigest()
    assert f"2 basics.png picture 9 {len(operator.PIXEL)} {sha256}" in words(paper)
    assert 'src="2.jpg"' in paper.html
    assert set(paper.pictures) == {"1.jpg", "2.jpg", "3.jpg"}


def test_a_picture_says_of_which_step_it_is_and_many_bytes_are_read_in_groups(
    world, running, monkeypatch
):
    monkeypatch.setattr(operator, "PIXEL", photograph((1600, 1200)))
    carry_out(world, running, at=NOON)
    size = len(operator.PIXEL)
    assert size > 1000

    english = words(printed(world, running, "record", at=LATER))
    french = printed(world, running, "record", at=LATER, language="fr").html

    assert "basics.png. Step 9. Install the base package; if it fails, do not restart." in english
    assert f"picture 9 {size:,}" in english
    assert f">{size:,}<".replace(",", "\N{NO-BREAK SPACE}") in french.replace(
        "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
    )


def test_versions_before_and_after_say_how_they_are_known(world, done):
    told = words(printed(world, done, "record", at=LATER))

    assert (
        "A Support A a.meridian.sim 3.2.4 typed by a person Mon 23 Nov 15:00"
        " 4.0.1 proven by a step" in told
    )
    assert "12.1 typed by a person Mon 23 Nov 15:00 14.1.1 proven by a step" in told


def test_who_asked_and_who_agreed_to_which_plan(world, done):
    told = words(printed(world, done, "record", at=LATER))

    digest = done.plan["digest"]
    assert f"Upgrade submitted for approval Ines Duarte {digest}" in told
    assert f"Upgrade approved Jana Vesela {digest}" in told


def test_the_log_ends_with_the_hash_that_the_chain_has(world, done):
    told = words(printed(world, done, "record", at=LATER))

    with tenancy.transaction(world.customer):
        last = AuditEvent.objects.filter(job_id=done.pk).order_by("number").last()
    assert last.name == "job.finished"
    assert f"is number {last.number}, and its hash is {bytes(last.hash).hex()}" in told
    assert (
        f"{last.number} {times.in_zone(last.at, world.site.zone):%H:%M:%S} Upgrade finished" in told
    )


def test_messages_stand_with_their_reader_and_whether_they_left(world, done):
    told = words(printed(world, done, "record", at=LATER))

    assert "Done: upgrade of Support desk to 14.1.1 ines.duarte@example.com English" in told


def test_notes_for_the_vendors_staff_never_reach_a_paper(world, done):
    with tenancy.transaction(world.customer):
        for audience, text in (("STAFF", "They were rude"), ("CUSTOMER", "All went well")):
            jobs.note(
                again(done),
                text=text,
                audience=JobNote.Audience(audience),
                by=world.agent,
                at=LATER,
            )

    told = words(printed(world, done, "record", at=LATER))

    assert "All went well" in told
    assert "rude" not in told


def test_facts_have_one_digest_in_every_language_and_another_when_they_change(world, done):
    before = {
        printed(world, done, "record", at=LATER, language=code).digest for code in ("en", "tr")
    }
    with tenancy.transaction(world.customer):
        jobs.note(again(done), text="More", audience="CUSTOMER", by=world.agent, at=LATER)

    after = printed(world, done, "record", at=LATER)

    assert len(before) == 1
    assert after.digest not in before
    assert f"facts {after.digest}" in words(after)


def test_a_job_under_way_has_a_record_so_far(world, running):
    told = words(printed(world, running, "record"))

    assert "So far: as it stood Mon 23 Nov 2026 15:00, UTC+03:00" in told


@pytest.mark.parametrize("language", ["en", "fr", "tr"])
def test_it_speaks_the_readers_language(world, done, language):
    paper = printed(world, done, "record", at=LATER, language=language)

    told = words(paper)
    with translation.override(language):
        for message in (
            "Otherwise than planned",
            "Upgrade finished",
            "Files kept",
            "The software works",
        ):
            assert one_line(gettext(message)) in told
    assert f'<html lang="{language}">' in paper.html


@pytest.mark.slow
def test_the_paper_itself_shows_the_pictures_without_what_was_hidden_in_them(
    world, running, monkeypatch
):
    monkeypatch.setattr(operator, "PIXEL", photograph((1600, 900), comment=b"hidden words"))
    carry_out(world, running, at=NOON)

    paper = printed(world, running, "record", at=LATER, language="fr")
    content = paper.pdf()

    found = read(content)
    assert found.trailer["/Root"]["/Lang"] == "fr"
    sizes = {image.image.size for page in found.pages for image in page.images}
    assert sizes == {(1400, 788)}
    assert b"hidden words" in operator.PIXEL
    assert b"hidden words" not in content
    assert all(paper.digest in text_of(page) for page in found.pages)


@pytest.mark.slow
def test_a_picture_that_is_gone_leaves_its_words(world, running):
    carry_out(world, running, at=NOON)
    with tenancy.transaction(world.customer):
        EvidenceFile.objects.update(stored_as="nowhere")

    paper = printed(world, running, "record", at=LATER)

    assert "Picture kept at step 9. Install the base package" in " ".join(
        text_of(page) for page in read(paper.pdf()).pages
    )
