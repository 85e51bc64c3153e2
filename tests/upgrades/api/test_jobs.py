"""Jobs over REST: drafted, submitted, approved by somebody else, run, given up."""

import uuid

import pytest

from appliances.services import waivers
from portal import tenancy
from tests.conftest import NOON
from tests.upgrades.api.conftest import wish
from upgrades.models import JobStep


def refused(answer):
    return answer.status_code, answer.json()["code"]


def test_a_draft_says_what_would_run_and_why(draft, world):
    assert (draft["state"], draft["label"], draft["procedure"]) == ("DRAFT", "UJ-1", "single")
    assert draft["site"]["zone"] == "Europe/Istanbul"
    path = draft["plan"]["path"]
    assert [(line["kind"], line["version"], line["provenance"]) for line in path] == [
        ("base", "4.0.1", "DEMO"), ("product", "12.2.0", "DEMO"), ("product", "14.1.1", "DEMO"),
    ]  # fmt: skip
    assert path[0]["because"] == "base above 3.2.4"


def test_a_job_goes_from_draft_to_running_by_three_peoples_programs(running, operator):
    assert running["state"] == "RUNNING"
    assert running["requested_by"]["name"] == "Jan Novak"
    assert running["approved_by"]["name"] == "Jana Vesela"
    assert [(b["state"], b["starts_at"]) for b in running["bookings"]] == [
        ("BOOKED", "2026-11-23T19:00:00Z"), ("BOOKED", "2026-11-25T19:00:00Z"),
    ]  # fmt: skip
    assert sum(running["steps_by_state"].values()) == len(operator.rows("steps", limit=100))


def test_support_drafts_under_the_sites_own_address(agent, world):
    assert refused(agent.post("jobs", wish(world, site=str(world.site.pk)))) == (
        409, "customer-needed",
    )  # fmt: skip
    job = agent.done(f"sites/{world.site.pk}/jobs", wish(world, method="manual"), status=201)

    assert (job["customer"]["slug"], job["method"]) == ("meridian", "manual")


def test_what_a_body_names_must_be_there(operator, world):
    body = wish(world, site=str(uuid.uuid4()))
    assert operator.post("jobs", body).json()["errors"] == {
        "site": ["There is nothing under this id."]
    }
    body = {"site": str(world.site.pk), "target": str(uuid.uuid4())}
    assert list(operator.post("jobs", body).json()["errors"]) == ["target"]


def test_a_second_job_on_a_site_is_refused(draft, operator, world):
    answer = operator.post("jobs", wish(world, site=str(world.site.pk)))

    assert refused(answer) == (409, "one-job-a-site")
    assert answer.json()["remedy"]


def test_an_older_target_is_refused_with_the_planners_code(operator, world):
    body = {"site": str(world.site.pk), "target": str(world.packages["12.1"].pk)}

    assert refused(operator.post("jobs", body)) == (409, "not-newer")
    assert operator.rows("jobs") == []


def test_who_asks_does_not_approve(approver, world):
    job = approver.done("jobs", wish(world, site=str(world.site.pk)), status=201)
    approver.done(f"jobs/{job['id']}/submit")

    assert refused(approver.post(f"jobs/{job['id']}/approve", {})) == (409, "self-approval")


def test_an_operator_does_not_approve(proposed, operator):
    assert refused(operator.post(f"jobs/{proposed['id']}/approve", {})) == (403, "forbidden")


def test_a_plan_that_was_not_read_is_not_approved(proposed, approver):
    answer = approver.post(f"jobs/{proposed['id']}/approve", {"digest": "another"})

    assert refused(answer) == (409, "outside-approval")


def test_a_move_that_the_state_forbids_is_not_now_and_changes_nothing(draft, approver):
    for verb in ("approve", "start", "resume", "withdraw", "end-early"):
        assert refused(approver.post(f"jobs/{draft['id']}/{verb}", {})) == (409, "not-now"), verb

    assert approver.get(f"jobs/{draft['id']}").json()["state"] == "DRAFT"


def test_a_proposal_is_rejected_or_taken_back(proposed, approver, operator):
    path = f"jobs/{proposed['id']}"
    assert approver.done(f"{path}/reject", {"reason": "not in December"})["state"] == "DRAFT"
    assert operator.get(path).json()["reason"] == "not in December"
    assert operator.done(f"{path}/submit")["state"] == "PROPOSED"
    assert operator.done(f"{path}/withdraw")["state"] == "DRAFT"
    assert operator.rows("bookings", state="HELD,BOOKED") == []
    assert operator.done(f"{path}/cancel", {"reason": "another way"})["state"] == "CANCELLED"


def test_a_reason_is_needed(proposed, approver):
    for body in ({}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 401}, {"reason": "\x00"}):
        answer = approver.post(f"jobs/{proposed['id']}/reject", body)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["reason"]), body


def test_a_running_job_is_paused_halted_resumed_and_abandoned(running, operator):
    path = f"jobs/{running['id']}"
    assert operator.done(f"{path}/pause")["state"] == "PAUSED"
    assert operator.done(f"{path}/resume")["state"] == "RUNNING"
    assert operator.done(f"{path}/halt", {"reason": "smoke"})["state"] == "HALTED"
    job = operator.done(f"{path}/abandon", {"reason": "fire"})
    assert (job["state"], job["left_behind"]) == ("ABANDONED", [])


def test_hops_not_begun_are_given_up(running, operator, world):
    assert operator.done(f"jobs/{running['id']}/end-early")["state"] == "RUNNING"

    with tenancy.transaction(world.customer):
        assert JobStep.objects.filter(state="CANCELLED").exists()


def test_events_are_numbered_and_a_gap_is_filled(running, operator):
    path = f"jobs/{running['id']}/events"
    everything = operator.rows(path)
    numbers = [event["number"] for event in everything]

    assert [event["name"] for event in everything][0] == "job.drafted"
    assert numbers == sorted(set(numbers))
    assert operator.rows(path, after=numbers[1])[0]["number"] == numbers[2]
    first = operator.get(path, limit=2).json()
    assert first["next"].endswith(f"after={numbers[1]}")
    assert operator.get(path, after=numbers[-1]).json() == {"results": [], "next": None}


def test_a_note_for_us_is_for_us(running, operator, agent):
    path = f"jobs/{running['id']}/notes"
    agent.done(path, {"text": "they are slow", "audience": "STAFF"}, status=201)
    agent.done(path, {"text": "call at nine", "audience": "CUSTOMER"}, status=201)

    assert [note["text"] for note in operator.rows(path)] == ["call at nine"]
    assert {note["text"] for note in agent.rows(path)} == {"call at nine", "they are slow"}
    answer = operator.post(path, {"text": "psst", "audience": "STAFF"})
    assert refused(answer) == (403, "forbidden")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "RUNNING,DONE"}, 1), ({"state": "DRAFT"}, 0), ({"simulated": "true"}, 1),
        ({"simulated": "false"}, 0), ({"site": str(uuid.uuid4())}, 0), ({}, 1),
    ],
)  # fmt: skip
def test_jobs_are_filtered(running, agent, query, found):
    assert len(agent.rows("jobs", **query)) == found


def test_a_check_is_answered_for_in_one_job_alone(approver, operator, running, world):
    body = {"check": "CLOCK", "reason": "Set tonight.", "expires_at": "2026-11-25T12:00:00Z"}

    given = approver.done(f"jobs/{running['id']}/waivers", body, status=201)

    assert (given["job_id"], given["check"], given["counts"]) == (running["id"], "CLOCK", True)
    with tenancy.transaction(world.customer):
        standing = waivers.standing(world.site, NOON)
        covers = [
            waivers.covering(standing, "CLOCK", appliance_id=None, job_id=job_id)
            for job_id in (uuid.UUID(running["id"]), uuid.uuid4())
        ]
    assert [one and str(one.pk) for one in covers] == [given["id"], None]
    never = approver.post(f"jobs/{running['id']}/waivers", {**body, "check": "IDENTITY"})
    assert refused(never) == (409, "never-waived")
    foreign = {**body, "appliance": str(uuid.uuid4())}
    assert approver.post(f"jobs/{running['id']}/waivers", foreign).status_code == 400
    assert operator.post(f"jobs/{running['id']}/waivers", body).status_code == 403


def test_nobody_answers_for_a_check_of_a_job_that_is_over(approver, operator, draft):
    operator.done(f"jobs/{draft['id']}/cancel", {"reason": "Not now."})
    body = {"check": "CLOCK", "reason": "so", "expires_at": "2026-11-25T12:00:00Z"}

    assert refused(approver.post(f"jobs/{draft['id']}/waivers", body)) == (409, "not-now")
