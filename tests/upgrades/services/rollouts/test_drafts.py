"""What can be a rollout, and what is refused at the place that is wrong."""

from datetime import date

import pytest

from portal.errors import NotNow
from portal.filtering import BadFilter
from portal.models import PlatformEvent
from tests.conftest import NOON
from tests.upgrades.services import rolled
from upgrades.models import Rollout
from upgrades.services.rollouts import drafts, lives
from upgrades.services.rollouts.drafts import WaveWish


def test_a_draft_has_its_waves_and_waits_to_be_drawn(wish, manager):
    rollout = drafts.draft(
        wish(WaveWish("First", by_likeness=True, size=3), WaveWish(share=50), WaveWish()),
        by=manager, at=NOON,
    )  # fmt: skip

    assert (rollout.state, rollout.drawn_at, rollout.draw_asked_at) == ("DRAFT", None, NOON)
    waves = rollout.waves.values_list("number", "title", "by_likeness", "size", "share")
    assert list(waves) == [
        (1, "First", True, 3, None), (2, "", False, None, 50), (3, "", False, None, None),
    ]  # fmt: skip
    assert PlatformEvent.objects.using("staff").filter(name="rollout.drafted").count() == 1


@pytest.mark.parametrize(
    ("values", "waves", "field"),
    [
        ({"name": " "}, (), "name"),
        ({"ends_on": date(2026, 11, 1)}, (), "ends_on"),
        ({"ends_on": date(2027, 11, 1)}, (), "ends_on"),
        ({"notices": "x" * 2001}, (), "notices"),
        ({}, (WaveWish(size=1, share=1),), "waves"),
        ({}, (WaveWish(share=101),), "waves"),
        ({}, (WaveWish(stops_at=-1),), "waves"),
        ({}, (WaveWish(),) * 21, "waves"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(wish, manager, values, waves, field):
    with pytest.raises(drafts.BadRollout) as refusal:
        drafts.draft(wish(*waves, **values), by=manager, at=NOON)

    assert set(refusal.value.fields) == {field}
    assert not Rollout.objects.exists()


def test_an_audience_that_cannot_be_read_says_where(wish, manager):
    with pytest.raises(BadFilter) as refusal:
        drafts.draft(wish(audience="shape:pear"), by=manager, at=NOON)

    assert refusal.value.place == 6


def test_neither_a_base_nor_a_withdrawn_release(wish, manager):
    for release in (
        rolled.a_release("3.4", kind="BASE"), rolled.a_release("14.1", withdrawn_at=NOON)
    ):  # fmt: skip
        with pytest.raises(drafts.BadRollout):
            drafts.draft(wish(release=release), by=manager, at=NOON)


def test_edited_it_is_drawn_anew_and_a_wave_that_is_open_keeps_its_share(wish, drawn, manager):
    rolled.a_ready_site()
    rollout = lives.open_it(drawn(WaveWish(share=100)), by=manager, at=NOON)

    edited = drafts.edit(
        rollout, wish(WaveWish(size=0, stops_at=3), WaveWish(), ends_on=date(2027, 2, 1)),
        by=manager, at=NOON,
    )  # fmt: skip

    assert (edited.drawn_at, edited.ends_on) == (None, date(2027, 2, 1))
    waves = list(edited.waves.values_list("share", "size", "stops_at"))
    assert waves == [(100, None, 3), (None, None, 10)]
    with pytest.raises(drafts.BadRollout):
        drafts.edit(rollout, wish(WaveWish()), by=manager, at=NOON)  # a wave is not taken away
    other = wish(WaveWish(), WaveWish(), release=rolled.a_release("14.1"))
    with pytest.raises(drafts.BadRollout):
        drafts.edit(rollout, other, by=manager, at=NOON)


def test_what_is_over_is_not_edited(wish, drawn, manager):
    rollout = lives.cancel(drawn(), by=manager, at=NOON)

    with pytest.raises(NotNow):
        drafts.edit(rollout, wish(), by=manager, at=NOON)
