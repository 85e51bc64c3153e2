"""Jobs over REST: drafted, submitted, approved by somebody else, started."""


def test_a_job_goes_from_draft_to_running(running, operator, approver):
    assert running["state"] == "RUNNING"
