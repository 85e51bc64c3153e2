"""Sentences that one process writes and readers of three languages read."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from appliances.models import Appliance, Package, ReadinessCheck
from appliances.services import readiness
from portal import tenancy
from portal.errors import Refused
from tests import factories
from tests.conftest import NOON
from tests.upgrades.planning.examples import example
from tests.upgrades.services.booked import ONE_HOP, SINGLE, a_job, a_site, a_window
from upgrades.models.said import told
from upgrades.planning import stored
from upgrades.planning.whynot import Reason, Rule
from upgrades.services import bookings, jobs, looks, planning, sentences
from upgrades.services.sentences import Told

HALF_WAY = "%(job)s left this site half-way."


def kept(refusal):
    """As a row keeps it and gives it back."""
    return stored.load(json.loads(json.dumps(stored.dump(sentences.of(refusal)))))


def test_a_refusal_is_told_in_the_language_of_whoever_reads_it():
    refusal = Refused(Told(HALF_WAY, {"job": "M-7"}))

    with translation.override("fr"):
        french = gettext(HALF_WAY) % {"job": "M-7"}
        assert (str(refusal), kept(refusal).told(gettext)) == (french, french)
    assert str(kept(refusal)) == "M-7 left this site half-way."
    assert french != str(kept(refusal))


def test_a_lazy_sentence_is_kept_by_its_msgid_whoever_keeps_it():
    with translation.override("tr"):
        found = kept(Refused(gettext_lazy("This site is closed.")))

    assert str(found) == "This site is closed."
    with translation.override("fr"):
        assert found.told(gettext) == gettext("This site is closed.") != str(found)


@pytest.mark.parametrize("said", ["100 % sure of %(this)s", "50 % {x}"])
def test_what_is_put_together_already_stays_as_it_is(said):
    assert kept(Refused(said)).told(gettext) == said


def test_lengths_and_instants_of_a_reason_are_told_later_too():
    values = {"missing": timedelta(minutes=150), "at": datetime(2026, 12, 1, 23, 30, tzinfo=UTC)}
    why = Reason(Rule.LENGTH, "%(missing)s from %(at)s", "", timedelta(), values)

    found = stored.load(stored.dump(sentences.reason(why, "Europe/Berlin")))

    assert told(found) == "2 h 30 min from Wed 2 Dec 2026 00:30 CET (UTC+01:00)"
    assert [str(sentences.span(timedelta(minutes=m))) for m in (45, 120)] == ["45 min", "2 h"]


@pytest.fixture
def site(db):
    with tenancy.transaction(factories.a_customer()):
        yield a_site(interim_days=1)


def too_far_apart(site):
    a_window(site, "FREQ=WEEKLY;BYDAY=SA", minutes=720)
    bookings.lay_out(example("pair-asynchronous", hops=1), site, earliest=NOON)


def too_short(site):
    a_window(site, minutes=60)
    bookings.lay_out(SINGLE, site, earliest=NOON)


def all_taken(site):
    a_window(site, "FREQ=WEEKLY;BYDAY=SA;UNTIL=20261128")
    bookings.hold(a_job(site, factories.a_person()), one_row(site), by=None, at=NOON)
    one_row(site)


def one_row(site):
    return bookings.lay_out(ONE_HOP, site, earliest=NOON)


def under_no_contract(site):
    a_window(site)
    bookings.lay_out(SINGLE, site, earliest=NOON, contract_until=NOON.date())


def not_read(site):
    Appliance.objects.create(
        customer_id=site.customer_id, site=site, letter="A", name="Desk A", host="a.example.com"
    )
    planning.site_values(site)


@pytest.mark.parametrize(
    ("ask", "code", "about"),
    [
        (too_far_apart, "interim-too-long", "24"),
        (too_short, "window-too-short", "40"),
        (all_taken, "no-slot", ":"),
        (under_no_contract, "contract-ended", "2026"),
        (not_read, "version-not-known", "Desk A"),
    ],
)
def test_why_there_is_no_way_is_told_to_each_reader_whoever_planned(site, ask, code, about):
    """Planned by somebody who reads Turkish, kept in a row, read by three."""
    with translation.override("tr"):
        with pytest.raises(Refused) as refusal:
            ask(site)
        turkish, row = str(refusal.value), kept(refusal.value)

    said = {}
    for language in ("en", "fr", "tr"):
        with translation.override(language):
            said[language] = told(row)

    assert refusal.value.code == code
    assert said["tr"] == turkish
    assert len(set(said.values())) == len(said)
    assert all(about in each for each in said.values()), said


def test_a_withdrawn_package_is_a_finding_in_each_readers_language(world, noon):
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["14.1.1"], procedure="single", method="automatic",
            by=world.agent, at=NOON,
        )  # fmt: skip
        jobs.submit(job, by=world.agent, at=NOON)
        Package.objects.filter(version="4.0.1").update(withdrawn_at=NOON)
        with translation.override("tr"):
            answers = readiness.judge(looks.question(world.site, job), ())
            readiness.record(answers, job=job)
        row = ReadinessCheck.objects.get(name="PATH")

    assert (row.status, row.observed) == ("BAD", "Base 4.0.1")
    assert row.reason == "Packages of the plan were withdrawn since. Plan it again."
