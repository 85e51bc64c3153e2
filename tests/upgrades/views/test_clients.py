"""The page of a job's clients: who has followed, the export, decisions, the CSV; and who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal import clock, tenancy
from tests.upgrades.following import CHECK, step_of, upgraded
from tests.upgrades.views.conftest import address, browser
from upgrades.models import ClientDecision, ClientExport, ClientRow, JobStep
from upgrades.services.clients import uploads

LIST = (
    "Name,Hostname,Jump Group,Status,Status Details\n"
    "POS-1,pos-1,Stores,Online,2026-11-24 02:00:00\n"
    "POS-2,pos-2,Stores,Online,2026-11-20 02:00:00\n"
    "<script>alert(1)</script>,pos-3,=1+1,Offline,2026-11-20 02:00:00\n"
)


@pytest.fixture
def job(world):
    return upgraded(world)


@pytest.fixture
def upload(world, job):
    def sent(content, user=None, **more):
        step = step_of(world, job, "check_clients")
        file = SimpleUploadedFile("list.csv", content.encode(), content_type="text/csv")
        with clock.at(CHECK):
            return browser(user or world.operator).post(
                address(world, job, f"steps/{step.seq}/clients/"), {"file": file, **more}
            )

    return sent


def page(world, job, rest="", user=None):
    with clock.at(CHECK):
        return browser(user or world.operator).get(address(world, job, f"clients/{rest}"))


def test_before_anybody_has_looked_the_page_says_so(world, job):
    content = page(world, job).content.decode()

    assert "No list of clients yet" in content
    assert "Upload the exported list" in content


def test_an_uploaded_list_is_shown_counted_and_as_text_only(world, job, upload):
    assert upload(LIST).status_code == 302

    content = page(world, job).content.decode()

    assert "1 of 3 clients have followed; 1 can be reached and still need it" in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content
    assert "<script>alert" not in content


def test_the_list_is_searched_filtered_and_sorted(world, job, upload):
    upload(LIST)

    found = page(world, job, "?q=pos-2").content.decode()
    assert ("POS-2" in found, "POS-1" in found) == (True, False)
    to_come = page(world, job, "?kind=TO_COME&sort=seen").content.decode()
    assert ("POS-2" in to_come, "POS-1<" in to_come) == (True, False)
    assert page(world, job, "?kind=NO&sort=NO&after=-1&hop=x").status_code == 200


def test_what_is_wrong_with_a_list_stands_beside_its_field(world, job, upload):
    response = upload("Name,Status Details\nPOS-1,05/11/2026 08:00\n")

    assert response.status_code == 409
    assert "could be read with the day or with the month first" in response.content.decode()
    assert upload("Name,Status Details\nPOS-1,05/11/2026 08:00\n", order="dmy").status_code == 302


def test_a_decision_needs_a_reason_and_is_shown_with_its_name(world, job, upload):
    upload(LIST)
    with tenancy.transaction(world.customer):
        row = ClientRow.objects.get(name="POS-2")
    client, to = browser(world.operator), address(world, job, "clients/decide/")
    chosen = {"client": str(row.pk), "choice": "LET_GO"}
    with clock.at(CHECK):
        assert client.post(to, chosen).status_code == 409
        assert client.post(to, chosen | {"reason": "Sold"}).status_code == 302

    assert "Sold, Jan Novak" in page(world, job).content.decode()
    with tenancy.transaction(world.customer):
        assert ClientDecision.objects.get().key == "pos-2|pos-2"


def test_those_to_come_are_exported_without_formulas(world, job, upload):
    upload(LIST)

    response = page(world, job, "to-come.csv")

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["Name", "<script>alert(1)</script>", "POS-2"]
    assert "'=1+1" in lines[1]


def test_a_viewer_looks_and_does_nothing_a_stranger_finds_nothing(
    world, job, upload, viewer, stranger
):
    upload(LIST)
    seen = page(world, job, user=viewer).content.decode()
    assert ("POS-2" in seen, "Upload the exported list" in seen) == (True, False)

    assert upload(LIST, user=viewer).status_code == 403
    assert upload(LIST, user=stranger).status_code == 404
    for user, status in ((viewer, 403), (stranger, 404)):
        client = browser(user)
        assert client.post(address(world, job, "clients/decide/")).status_code == status
        assert client.post(address(world, job, "clients/look/")).status_code == status
    assert page(world, job, user=stranger).status_code == 404
    assert page(world, job, "to-come.csv", user=stranger).status_code == 404


def test_what_was_written_down_is_shown_where_it_is_needed(world, put, running):
    """G-CLIENT-4: the limit of before, to whoever restores it."""
    lowered = put("ASKING", "lower_jump_limit")
    with tenancy.transaction(world.customer):
        step = JobStep.objects.get(pk=lowered.pk)
        step.verify()
        step.prove(at=CHECK)
        step.evidence = {"before": 73, "after": 20}
        step.save()
    put("ASKING", "restore_jump_limit")

    content = browser(world.operator).get(address(world, running)).content.decode()

    assert "<dt>Value before</dt><dd>73 " in content


def test_a_large_list_is_read_after_the_answer_and_the_page_says_how_far(
    world, job, upload, monkeypatch
):
    monkeypatch.setattr(uploads, "AT_ONCE", 100)
    assert upload(LIST + "POS-9,pos-9,Stores,Offline,for 3 days\n").status_code == 302

    content = page(world, job).content.decode()
    assert "Reading list.csv" in content
    assert "<progress" in content
    part = page(world, job, "export/")
    assert "Reading list.csv" in part.content.decode()
    assert "HX-Refresh" not in part.headers
    assert upload(LIST).status_code == 409  # one at a time

    with tenancy.transaction(world.customer):
        row = ClientExport.objects.get()
    with clock.at(CHECK):
        uploads.read(row.customer_id, row.pk)

    assert page(world, job, "export/").headers["HX-Refresh"] == "true"
    content = page(world, job).content.decode()
    assert "list.csv was not taken over" in content
    assert "line 5: no date can be read in “for 3 days”" in content


def test_nobody_else_sees_how_far_a_list_is(world, job, stranger, confined):
    for user in (stranger, confined):
        assert page(world, job, "export/", user=user).status_code == 404
