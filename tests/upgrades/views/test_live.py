import re
from datetime import UTC, datetime, timedelta

from portal import tenancy
from tests.conftest import NOON
from tests.upgrades.views import states
from tests.upgrades.views.conftest import address, browser
from upgrades.models import JobStep
from upgrades.services import jobs, runs


def poll_of(content):
    """The address that the page asks every three seconds."""
    return re.search(r'hx-get="([^"]+)"[^>]*hx-trigger="every 3s"', content)[1].replace(
        "&amp;", "&"
    )


def parts_of(content):
    return set(re.findall(r'id="(\w+)" hx-swap-oob="true"', content))


def test_nothing_but_facts_and_waits_is_sent_while_nothing_changes(world, running, put):
    put("ASKING")
    client = browser(world.operator)
    page = client.get(address(world, running)).content.decode()

    response = client.get(poll_of(page))

    assert response.status_code == 200
    assert parts_of(response.content.decode()) == {"waits"}


def test_what_has_changed_is_sent_and_what_somebody_types_is_preserved(world, running, put):
    step = put("ASKING")
    client = browser(world.operator)
    poll = poll_of(client.get(address(world, running)).content.decode())
    put("ASKING", "export_certificates")

    content = client.get(poll).content.decode()

    assert parts_of(content) == {"waits", "todos", "lanes"}
    kept = re.findall(r'<div id="(do-[^"]+)" hx-preserve>', content)
    assert len(kept) == 2
    assert any(key.startswith(f"do-{step.seq}-asking") for key in kept)


def test_progress_is_shown_beside_what_somebody_types(world, running, put):
    step = put("ASKING")
    client = browser(world.operator)
    poll = poll_of(client.get(address(world, running)).content.decode())
    with tenancy.transaction(world.customer):
        step.take(by=world.operator, until=datetime.now(UTC) + timedelta(minutes=15))
        step.progress(
            told={"percent": 40, "note": "copying <b>", "at": NOON.isoformat()},
            until=step.holder_until,
        )
        step.save()

    content = client.get(poll).content.decode()

    assert parts_of(content) == {"waits", "todos", "lanes"}
    shown = re.search(rf'id="progress-{step.seq}">(.*?)</progress>', content, re.DOTALL)[1]
    assert "Jan Novak is at it" in shown
    assert 'max="100" value="40"' in shown
    assert "40 % copying &lt;b&gt;" in shown
    assert "40 % · copying &lt;b&gt;" in content.partition('id="lanes"')[2]
    with tenancy.transaction(world.customer):
        step.progress(told=step.progressed, until=datetime.now(UTC) - timedelta(seconds=1))
        step.save()
    assert "No sign of life since" in client.get(poll).content.decode()


def test_a_note_changes_the_log_alone_only_when_it_is_an_event(world, running):
    client = browser(world.operator)
    poll = poll_of(client.get(address(world, running)).content.decode())
    with tenancy.transaction(world.customer):
        jobs.note(
            states.again(running), text="Hello", audience="CUSTOMER", by=world.agent,
            at=running.started_at,
        )  # fmt: skip

    assert parts_of(client.get(poll).content.decode()) == {"waits", "log"}


def test_a_window_that_was_moved_is_shown_where_it_is_now(world, running):
    client = browser(world.approver)
    page = client.get(address(world, running))
    poll = poll_of(page.content.decode())
    rows = client.get(address(world, running, "moves/")).context["rows"]
    start = rows[1]["move"].fields["start"].choices[0][0]
    client.post(address(world, running, "bookings/2/move/"), {"start": start})

    assert parts_of(client.get(poll).content.decode()) == {"waits", "windows", "log"}


def test_another_state_of_the_job_is_another_page(world, running):
    client = browser(world.operator)
    poll = poll_of(client.get(address(world, running)).content.decode())
    _halt(world, running)

    response = client.get(poll)

    assert (response.status_code, response["HX-Refresh"]) == (204, "true")


def test_who_is_typing_is_told_instead(world, running, put):
    put("ASKING")
    client = browser(world.operator)
    poll = poll_of(client.get(address(world, running)).content.decode())
    _halt(world, running)

    response = client.get(poll)

    assert response.status_code == 200
    assert "The job has changed its state" in response.content.decode()


def test_a_wait_counts_down_with_the_clients_that_are_still_to_come(world, running, put):
    put("WAITING", "dwell", total=12, updated=7, on_line_queued=3, off_line=2, lost=0)

    content = browser(world.operator).get(address(world, running)).content.decode()

    assert 'data-left="32400"' in content
    assert "7 of 12 clients have followed; 3 are on line and queued" in content


def test_a_step_that_waits_without_an_end_is_not_counted_down(world, running, put):
    step = put("WAITING", "test_elsewhere")
    with tenancy.transaction(world.customer):
        row = JobStep.objects.get(pk=step.pk)
        row.next_at = row.next_at.replace(year=2040)
        row.save()

    assert "data-left" not in browser(world.agent).get(address(world, running)).content.decode()


def _halt(world, job):
    with tenancy.transaction(world.customer):
        runs.halt(states.again(job), by=world.agent, reason="Smoke", at=job.started_at)
