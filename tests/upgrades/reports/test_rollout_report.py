"""The report of a rollout: right in figures, whatever the number of sites, in three languages."""

from datetime import timedelta

import pytest
from django.utils import translation
from django.utils.translation import gettext

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.reports.conftest import one_line, read, text_of, words
from tests.upgrades.reports.test_runbook import LANGUAGES, alternative_texts, letters, translated
from tests.upgrades.services import rolled
from upgrades.models import Enrolment, JobStep, Rollout, UpgradeJob, Wave
from upgrades.reports import rollout_report
from upgrades.services.rollouts import lives, stopping, stories

E = Enrolment.State
LATER = NOON + timedelta(days=9)


@pytest.fixture
def manager(db):
    return factories.staff("ROLLOUT_MANAGER")


@pytest.fixture
def rollout(manager):
    made = rolled.a_rollout(rolled.a_release(), manager, drawn_at=NOON, of_all=0)
    return Rollout.objects.select_related("release", "made_by").get(pk=made.pk)


@pytest.fixture
def filled(rollout, manager):
    """Two customers' sites: done late, failed, silent, left out; the line stopped and lifted."""
    first, other = factories.a_customer("First <b>& Co"), factories.a_customer("Öztürk")
    second = Wave.objects.create(rollout=rollout, number=2, title="The rest", stops_at=0)
    done = place(rollout, first, "Quay", E.UPGRADED, planned_on=rolled.FIRST)
    job_of(done, rollout, manager, away=[1, 2], expected=10, worst=20, went=(15, 12))
    bad = place(rollout, other, "Mill", E.FAILED, wave=second, reason="The base did not come back")
    job_of(bad, rollout, manager, away=[], expected=0, worst=0, went=(), state="ABANDONED")
    place(rollout, other, "Silent", E.ALERTED, alerted_at=NOON, answer_by=NOON + timedelta(days=2))
    place(rollout, first, "Bare", E.EXCLUDED, code="outside-windows", reason="It has no windows.")
    place(rollout, first, "Old", E.EXCLUDED, code="no-contract", reason="No contract on that day.")
    place(rollout, other, "Older", E.EXCLUDED, code="no-contract", reason="No contract either.")
    Rollout.objects.filter(pk=rollout.pk).update(of_all=6)
    again = now(rollout)
    stopping.stop(again, reason="Two sites went down", by=manager, at=NOON + timedelta(days=3))
    stopping.tell(now(rollout), by=manager, at=NOON + timedelta(days=3))
    stopping.lift(now(rollout), by=manager, at=NOON + timedelta(days=5))
    return now(rollout)


def now(rollout):
    return Rollout.objects.select_related("release", "made_by").get(pk=rollout.pk)


def place(rollout, customer, name, state, *, wave=None, **values):
    site = rolled.a_ready_site(customer, name=name)
    with tenancy.transaction(customer):
        made = rolled.enrolled_at(site, rollout, state=state, **values)
        if wave is not None:
            Enrolment.objects.filter(pk=made.pk).update(wave=wave)
    return made


def job_of(enrolment, rollout, by, *, away, expected, worst, went, state="DONE"):
    """A job that is over, whose steps took the minutes of `went`, one after the other."""
    with tenancy.transaction(enrolment.customer_id):
        job = UpgradeJob.objects.create(
            customer_id=enrolment.customer_id, number=7, site=enrolment.site, procedure="single",
            target=rollout.release, state=state, plan={"away": away}, requested_by=by,
            downtime_expected=expected, downtime_worst=worst, made_at=NOON, started_at=NOON,
            ended_at=NOON + timedelta(days=2),
        )  # fmt: skip
        begin = NOON
        for seq, minutes in enumerate(went, start=1):
            end = begin + timedelta(minutes=minutes)
            JobStep.objects.create(
                customer_id=job.customer_id, job=job, seq=seq, rank=seq, state="DONE", action="x",
                doer="person", effect="human", began_at=begin, ended_at=end,
            )  # fmt: skip
            begin = end
        Enrolment.objects.filter(pk=enrolment.pk).update(job=job)
    return job


def printed(rollout, by, *, language="en", at=LATER, **how):
    return rollout_report.paper(rollout, language=language, at=at, by=by, zone="UTC", **how)


def test_one_without_sites_says_that_there_is_nothing(rollout, manager):
    told = words(printed(rollout, manager))

    assert "Nobody is in it: there is nothing to draw." in told
    assert "Sites by wave and state No site has a place in it." in told
    assert "The line stopped Never." in told
    assert "What failed, and why Nothing." in told
    assert "Who has not answered Nobody." in told
    assert "No upgrade of it is over yet." in told


def test_audience_and_each_exclusion_counted_by_reason(filled, manager):
    told = words(printed(filled, manager))

    assert "Sites that the audience names 6 Taking part 3 Left out 3 Upgraded 1 of 3 (33 %)" in told
    assert "no contract at the planned date no-contract 2 67 %" in told
    assert "no maintenance windows outside-windows 1 33 %" in told
    assert "Öztürk Older no contract at the planned date No contract either." in told


def test_waves_say_what_was_planned_what_came_and_which_threshold_was_passed(filled, manager):
    told = words(printed(filled, manager))

    assert "1. all that are left Tue 24 Nov 2026 Mon 23 Nov 12:00 UTC" in told
    assert "Wed 25 Nov 2026 1 of 2 (50 %)" in told
    assert "2. The rest all that are left – not open" in told
    assert "More failures than 0 %, that is 0, stop the line. Failed: 1, more than that." in told
    assert "More failures than 10 %, that is 0, stop the line. Failed: 0." in told


def test_sites_by_wave_and_state_add_up(filled, manager):
    paper = printed(filled, manager)

    states = rollout_report._states(stories.of(filled, at=LATER))
    whole = states["rows"].pop()
    assert states["heads"] == ["Alerted", "Upgraded", "Left out", "Failed"]
    assert [sum(column) for column in zip(*(row["cells"] for row in states["rows"]), strict=True)]
    assert whole["cells"] == [1, 1, 3, 1]
    assert whole["sum"] == 6
    assert "All 1 1 3 1 6" in words(paper)


def test_what_failed_who_is_silent_and_why(filled, manager):
    told = words(printed(filled, manager))

    assert "Öztürk Mill Failed 2 UJ-7 Wed 25 Nov 12:00 UTC The base did not come back" in told
    assert "Not answered 1, 1 of them late" in told
    assert "Öztürk Silent 1 Mon 23 Nov 12:00 UTC Wed 25 Nov 12:00 UTC late" in told


def test_each_time_the_line_stood_with_who_why_and_how_long(filled, manager):
    told = words(printed(filled, manager))

    assert (
        f"Thu 26 Nov 12:00 UTC Sat 28 Nov 12:00 UTC 2 days {manager} lifted or closed by {manager}"
        " Two sites went down Letters were sent."
    ) in told
    assert "and 2 days that the line stood" in told


def test_a_line_that_still_stands_has_no_end_yet(filled, manager):
    stopping.stop(now(filled), reason="Again", by=None, at=LATER - timedelta(hours=5))

    told = words(printed(now(filled), manager))

    assert "still stopped 5 h by a threshold Again No letters were sent." in told


def test_downtime_is_what_the_steps_took_and_beyond_the_worst_is_named(filled, manager):
    told = words(printed(filled, manager))

    assert "2 10 min 20 min 27 min" in told
    assert "1 as planned or shorter, 0 longer than expected, 1 longer than their worst" in told
    assert "First <b>& Co Quay UJ-7 10 min 20 min 27 min 7 min" in told


def test_the_burn_up_is_drawn_and_said_in_words(filled, manager):
    paper = printed(filled, manager)

    assert paper.html.count("<polyline") == 2
    assert "<title>1 of 3 sites upgraded until now</title>" in paper.html


def test_seats_of_support_by_week(filled, manager):
    told = words(printed(filled, manager))

    assert "Mon 23 Nov 2026 0 0 – 1 1" in told


def test_the_digest_is_of_the_facts_whatever_the_language_and_changes_with_them(filled, manager):
    ours, theirs = printed(filled, manager), printed(filled, manager, language="tr")
    later = printed(filled, manager, at=LATER + timedelta(minutes=1))
    lives.close(now(filled), by=manager, at=LATER)

    assert ours.digest == theirs.digest == later.digest
    assert printed(now(filled), manager).digest != ours.digest


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_readers_language_in_the_one_font_there_is(filled, manager, language):
    paper = printed(filled, manager, language=language)

    told = words(paper)
    with translation.override(language):
        for message in ("Downtime, planned and as it went", "Left out, by reason", "Failed"):
            assert one_line(gettext(message)) in told
    assert f'<html lang="{language}">' in paper.html
    assert {sign for sign in told if sign != " " and ord(sign) not in letters()} == set()


def test_what_people_typed_is_no_markup(filled, manager):
    assert "First &lt;b&gt;&amp; Co" in printed(filled, manager).html


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_is_tagged_titled_and_numbered(filled, manager, language):
    found = read(printed(filled, manager, language=language).pdf())

    root = found.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == (language, True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert found.metadata.title.endswith("Autumn")
    digest = printed(filled, manager).digest
    for number, page in enumerate(found.pages, start=1):
        assert digest in text_of(page)
        assert f"{number} / {len(found.pages)}" in text_of(page)
    assert translated("QR code: the page of this rollout", language) in alternative_texts(
        root["/StructTreeRoot"]
    )
