"""Windows and bookings over REST."""

from tests.upgrades.api.test_jobs import refused

SATURDAYS = {
    "rule": "FREQ=WEEKLY;BYDAY=SA",
    "starts_on": "2026-11-01",
    "at": "22:00",
    "minutes": 240,
}


def test_a_window_is_granted_described_and_taken_away(approver, world):
    window = approver.done(f"sites/{world.site.pk}/windows", SATURDAYS, status=201)

    assert (window["at"], window["site"]["zone"]) == ("22:00", "Europe/Istanbul")
    assert window["in_words"] == "Every Saturday 22:00–02:00"
    assert len(approver.rows("windows", site=str(world.site.pk))) == 2
    assert approver.delete(f"windows/{window['id']}").json() == {"outside": []}
    assert approver.get(f"windows/{window['id']}").status_code == 404


def test_a_window_is_changed_once_the_bookings_left_outside_are_named(approver, scheduled):
    [window] = approver.rows("windows")
    path, booked = f"windows/{window['id']}/change", [b["id"] for b in scheduled["bookings"]]

    answer = approver.post(path, {"minutes": 120})
    assert refused(answer) == (409, "bookings-left-outside")
    assert approver.get(f"windows/{window['id']}").json()["minutes"] == 360
    changed = approver.done(path, {"minutes": 120, "leave_outside": booked})

    assert (changed["minutes"], changed["rule"]) == (120, window["rule"])


def test_a_rule_that_is_none_names_its_field(approver, world):
    answer = approver.post(f"sites/{world.site.pk}/windows", {**SATURDAYS, "rule": "SOMETIMES"})

    assert refused(answer) == (400, "window-not-possible")
    assert list(answer.json()["errors"]) == ["rule"]


def test_bookings_left_outside_are_named(approver, scheduled, world):
    [window] = approver.rows("windows")

    outside = approver.delete(f"windows/{window['id']}").json()["outside"]

    assert [booking["id"] for booking in outside] == [b["id"] for b in scheduled["bookings"]]


def test_a_booking_is_moved_inside_the_approved_dates_by_an_operator(operator, scheduled):
    last = scheduled["bookings"][-1]

    moved = operator.done(f"bookings/{last['id']}/move", {"starts_at": "2026-11-27T19:00:00Z"})

    assert (moved["starts_at"], moved["state"], moved["revision"]) == (
        "2026-11-27T19:00:00Z", "BOOKED", 1,
    )  # fmt: skip
    assert operator.get(f"jobs/{scheduled['id']}").json()["state"] == "SCHEDULED"


def test_outside_them_the_job_is_approved_again_as_it_is_now(operator, approver, scheduled):
    last = scheduled["bookings"][-1]
    path, body = f"bookings/{last['id']}/move", {"starts_at": "2026-12-20T19:00:00Z"}

    assert operator.done(path, body)["revision"] == 1
    job = operator.get(f"jobs/{scheduled['id']}").json()

    assert (job["state"], job["approved_by"], job["not_after"]) == ("PROPOSED", None, "2026-12-27")
    assert job["moved"] == [
        {
            "window": 2, "was": last["starts_at"], "now": "2026-12-20T19:00:00Z",
            "by": "Jan Novak",
        }
    ]  # fmt: skip
    stale = {"digest": scheduled["plan"]["digest"]}
    assert refused(approver.post(f"jobs/{job['id']}/approve", stale))[0] == 409
    again = approver.done(f"jobs/{job['id']}/approve", {"digest": job["plan"]["digest"]})
    assert (again["state"], again["moved"]) == ("SCHEDULED", [])


def test_outside_them_the_customers_approver_moves_and_approves_at_once(approver, scheduled):
    last = scheduled["bookings"][-1]

    approver.done(f"bookings/{last['id']}/move", {"starts_at": "2026-12-20T19:00:00Z"})

    assert approver.get(f"jobs/{scheduled['id']}").json()["state"] == "SCHEDULED"


def test_where_it_does_not_fit_every_reason_is_said(approver, scheduled):
    last = scheduled["bookings"][-1]

    answer = approver.post(f"bookings/{last['id']}/move", {"starts_at": "2026-11-26T08:00:00Z"})

    assert refused(answer) == (409, "cannot-move")
    assert "outside the maintenance windows" in answer.json()["detail"]
    assert answer.json()["remedy"]


def test_bookings_come_earliest_first_page_by_page(operator, scheduled):
    first = operator.get("bookings", limit=1, state="BOOKED").json()
    second = operator.get(first["next"].replace("http://testserver/api/v1/", "")).json()

    assert [row["id"] for row in first["results"] + second["results"]] == [
        booking["id"] for booking in scheduled["bookings"]
    ]
    assert second["next"] is None
