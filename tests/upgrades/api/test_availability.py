"""Which nights a site or a booking may have, and why not the others, over REST."""

from tests.upgrades.api.test_jobs import refused

SPAN = {"start": "2026-11-24T00:00:00Z", "end": "2026-12-24T00:00:00Z"}


def test_every_night_of_a_site_is_free_or_says_why_not(operator, scheduled, world):
    path = f"sites/{world.site.pk}/availability"

    found = operator.get(path, **SPAN, minutes="60").json()
    never = operator.get(path, **SPAN, minutes="4000").json()

    assert found["zone"] == "Europe/Istanbul"
    taken = [night for night in found["nights"] if not night["free"]]
    assert {reason["code"] for night in taken for reason in night["reasons"]} <= {
        "site-is-booked", "window-too-short", "time-is-over",
    }  # fmt: skip
    assert any(night["free"] for night in found["nights"])
    assert never["nights"]
    for night in never["nights"]:
        [reason] = [each for each in night["reasons"] if each["code"] == "window-too-short"]
        assert reason["change_minutes"] > 0
        assert reason["remedy"].startswith("Make the window")


def test_a_bookings_nights_know_of_its_place_in_the_job(operator, scheduled):
    last = scheduled["bookings"][-1]

    found = operator.get(f"bookings/{last['id']}/availability", **SPAN).json()

    early = [night for night in found["nights"] if night["starts_at"] < last["starts_at"]]
    codes = {reason["code"] for night in early for reason in night["reasons"]}
    assert {"dwell"} <= codes or not early
    assert any(night["free"] for night in found["nights"])


def test_more_than_180_days_are_not_asked_for(operator, world):
    wide = {"start": "2026-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z", "minutes": "60"}

    assert operator.get(f"sites/{world.site.pk}/availability", **wide).status_code == 400


def test_a_path_moves_by_its_first_window_alone(operator, approver, scheduled):
    first, last = scheduled["bookings"][0], scheduled["bookings"][-1]
    wish = {"starts_at": "2026-12-20T19:00:00Z", "whole_path": True}

    assert refused(operator.post(f"bookings/{last['id']}/move", wish)) == (
        409, "not-the-first-window",
    )  # fmt: skip
    moved = approver.done(f"bookings/{first['id']}/move", wish)

    assert (moved["starts_at"], moved["revision"]) == ("2026-12-20T19:00:00Z", 1)
    after = operator.get(f"jobs/{scheduled['id']}").json()["bookings"]
    assert [each["revision"] for each in after] == [1] * len(after)


def test_nobody_of_the_customers_overrides(operator, scheduled):
    wish = {"starts_at": "2026-11-27T19:00:00Z", "override": "because"}

    answer = operator.post(f"bookings/{scheduled['bookings'][-1]['id']}/move", wish)

    assert answer.status_code == 403
