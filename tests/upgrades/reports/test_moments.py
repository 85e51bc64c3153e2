"""Instants, and words for what is kept, as papers say them."""

import pytest
from django.utils import translation

from upgrades.reports import facts, moments, proofs

ZONE = "Europe/Istanbul"


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("2026-11-23T19:00:00+00:00", "lun. 23 nov. 2026 22:00, UTC+03:00"),
        ("2027-12-31", "ven. 31 déc. 2027"),
        ("2026-11-23T19:00:00", "2026-11-23T19:00:00"),  # of no zone: nobody knows which
        ("12.2.0", "12.2.0"),
        ("0 / 1; Jumpoint 1", "0 / 1; Jumpoint 1"),
        ("full_access", "full_access"),
        ("not a day!", "not a day!"),
        ("", ""),
    ],
)
def test_an_instant_among_what_was_seen_is_on_the_sites_clock(kept, told):
    with translation.override("fr"):
        assert moments.spoken(kept, ZONE) == told


def test_a_kept_state_says_in_words_when_it_was_taken():
    told = facts.told_of({"answered": True, "moment": "BEFORE", "window": 2}, ZONE)

    assert told == "window: 2; taken: before the window; answered: yes"


def test_counts_of_clients_have_labels():
    assert proofs.SEEN["decided"] == "Decided by a person"
    assert proofs.SEEN["before"] == "Value before"
