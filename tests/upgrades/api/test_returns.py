"""Replacements, returns and repairs over REST: as each role, in order, and never too early."""

from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from appliances.models import HardwareReturn
from portal import tenancy
from portal.models import AuditEvent
from tests import factories
from tests.portal.api.caller import ADMINISTER, Caller

NEW = {"host": "new.meridian.sim", "base_version": "3.2.4", "serial": "NEW1"}


@pytest.fixture
def manager(world, noon):
    """Support's program that may change sites."""
    return Caller(world.agent, scope=ADMINISTER)


@pytest.fixture
def box(world):
    return str(world.appliance.pk)


@pytest.fixture
def opened(world, operator, box):
    body = {"appliance": box, "reason": "It burnt."}
    return operator.done(f"sites/{world.site.pk}/returns", body, status=201)


def code(answer):
    return answer.status_code, answer.json()["code"]


def test_a_replacement_is_registered_planned_and_withdrawn(world, manager, operator, box):
    address, body = f"sites/{world.site.pk}/replacements", {**NEW, "replaces": box}
    assert operator.post(address, body).status_code == 403

    new = manager.done(address, body, status=201)

    assert (new["place"], new["replaces"]["id"]) == ("WAITING", box)
    assert code(manager.post(address, body)) == (409, "replacement-waits")
    plan = operator.done(f"replacements/{new['id']}/path", {})
    assert plan["procedure"] == "hardware"
    job = operator.done(f"replacements/{new['id']}/jobs", {}, status=201)
    assert (job["procedure"], job["replacement"]["id"]) == ("hardware", new["id"])
    assert [row["id"] for row in operator.rows("replacements")] == [new["id"]]
    operator.done(f"jobs/{job['id']}/cancel", {"reason": "Not now."})
    assert manager.done(f"replacements/{new['id']}/withdraw")["place"] == "LEFT"


def test_nothing_is_wiped_before_production_is_confirmed_elsewhere(agent, operator, opened, box):
    """Rule 10: too early is refused at every stage, with the reason."""
    here = f"returns/{opened['id']}"
    wipe = {"serial": "X1"}
    assert code(operator.post(f"{here}/wipe", wipe)) == (409, "wipe-too-early")
    assert operator.done(f"{here}/request")["state"] == "REQUESTED"
    assert operator.post(f"{here}/authorise", {"rma_number": "R-1"}).status_code == 403
    assert agent.done(f"{here}/authorise", {"rma_number": "R-1"})["state"] == "AUTHORISED"
    assert code(operator.post(f"{here}/wipe", wipe)) == (409, "wipe-too-early")

    early = operator.post(f"{here}/confirm-replacement", {})

    assert code(early) == (409, "replacement-not-confirmed")
    assert operator.get(here).json()["state"] == "AUTHORISED"


def test_a_return_goes_its_way(world, agent, manager, operator, opened, box):
    here = f"returns/{opened['id']}"
    body = {**NEW, "replaces": box}
    new = manager.done(f"sites/{world.site.pk}/replacements", body, status=201)
    operator.done(f"{here}/request")
    agent.done(f"{here}/authorise", {"rma_number": "R-1"})
    moves = (
        ("confirm-replacement", {"replacement": new["id"]}, "REPLACED"),
        ("wipe", {"serial": world.appliance.serial or "X1"}, "WIPED"),
        ("power-off", {}, "POWERED_OFF"),
        ("pack", {}, "PACKED"),
        ("label", {"label_id": "1Z-4477"}, "PACKED"),
        ("book-pickup", {"carrier": "Parcel"}, "PICKUP_BOOKED"),
        ("hand-over", {"by_name": "Jan", "tracking": "T1"}, "IN_TRANSIT"),
    )
    states = [operator.done(f"{here}/{verb}", body)["state"] for verb, body, _ in moves]
    assert states == [state for _, _, state in moves]
    assert operator.post(f"{here}/receive", {"on": "2026-12-01"}).status_code == 403
    assert agent.done(f"{here}/receive", {"on": "2026-12-01"})["state"] == "RECEIVED"
    assert operator.done(f"{here}/close")["state"] == "CLOSED"
    assert operator.get("replacements/" + new["id"]).json()["place"] == "IN_PLACE"


def test_a_job_that_left_nothing_has_no_repair(operator, running, world):
    answer = operator.post(f"jobs/{running['id']}/repair", {})
    assert answer.status_code == 409
    stranger = Caller(world.agent)
    assert stranger.post(f"jobs/{running['id']}/repair/path", {}).status_code == 409


def test_facts_of_a_parcel_are_written_down_and_read_again(operator, opened):
    here = f"returns/{opened['id']}"
    facts = {
        "severity": 2, "exposure": "4800.00", "currency": "EUR", "weight_kg": "12.50",
        "ship_from": {"company": "Meridian", "city": "Gebze"}, "customs": {"origin": "France"},
    }  # fmt: skip

    operator.done(f"{here}/describe", facts)

    known = operator.get(here).json()
    assert {name: known[name] for name in facts} == facts
    strange = operator.post(f"{here}/describe", {"ship_from": {"planet": "Mars"}})
    assert strange.status_code == 400


def test_no_carrier_is_called_before_the_label_is_on(world, operator, opened):
    with tenancy.transaction(world.customer):
        HardwareReturn.objects.filter(pk=opened["id"]).update(state="PACKED")

    early = operator.post(f"returns/{opened['id']}/book-pickup", {"carrier": "Parcel"})

    assert code(early) == (409, "not-labelled")


def photographed(caller, path, content=None, shows="SERIAL", **headers):
    told = {"Content-Type": "image/png", **caller.headers, **headers}
    where = f"/api/v1/{path}/photographs?shows={shows}" if shows else f"/api/v1/{path}/photographs"
    body = a_picture() if content is None else content
    return Client().generic("POST", where, body, content_type="image/png", headers=told)


def a_picture():
    made = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(made, "PNG")
    return made.getvalue()


def test_a_photograph_is_kept_as_evidence_of_the_return_by_the_pages_own_door(
    world, operator, opened
):
    path = f"returns/{opened['id']}"

    kept = photographed(operator, path, shows="LABEL")

    assert kept.status_code == 201, kept.content
    told = kept.json()
    assert (told["shows"], told["taken_at"], told["file"]["kind"]) == ("LABEL", None, "PICTURE")
    assert operator.rows(f"{path}/photographs") == [told]
    content = b"".join(operator.get(f"evidence/{told['file']['id']}/content").streaming_content)
    assert content[:3] == b"\xff\xd8\xff"  # a JPEG of ours, whatever came
    with tenancy.transaction(world.customer):
        assert AuditEvent.objects.filter(name="return.photographed").count() == 1


def test_a_repeated_photograph_is_kept_once(operator, opened):
    path, key, picture = f"returns/{opened['id']}", {"Idempotency-Key": "p1"}, a_picture()

    first = photographed(operator, path, picture, **key)
    again = photographed(operator, path, picture, **key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len(operator.rows(f"{path}/photographs")) == 1


@pytest.mark.parametrize(
    ("content", "shows", "status"),
    [(b"", "SERIAL", 400), (b"%PDF-1.7 no picture", "SERIAL", 400),
     (b"\x89PNG\r\n\x1a\nbroken", "SERIAL", 400), (None, "WHATEVER", 400)],
)  # fmt: skip
def test_what_is_no_picture_or_shows_nothing_is_refused_and_nothing_kept(
    operator, opened, content, shows, status
):
    path = f"returns/{opened['id']}"
    answer = photographed(operator, path, content, shows)

    assert answer.status_code == status, answer.content
    assert operator.rows(f"{path}/photographs") == []


def test_who_may_not_and_who_is_a_stranger_photographs_nothing(world, operator, opened, noon):
    path = f"returns/{opened['id']}"
    viewer = Caller(factories.a_member(world.customer, "VIEWER"), world.customer)
    other = factories.a_customer("Other")
    stranger = Caller(factories.a_member(other, "ADMINISTRATOR"), other)
    nowhere = factories.a_member(world.customer, "OPERATOR", site_ids=[other.pk])
    confined = Caller(nowhere, world.customer)

    assert photographed(viewer, path).status_code == 403
    assert photographed(stranger, path).status_code == 404
    assert photographed(confined, path).status_code == 404
    assert stranger.get(f"{path}/photographs").status_code == 404
    assert viewer.rows(f"{path}/photographs") == []


def test_nothing_is_added_to_a_return_that_is_over(operator, opened):
    path = f"returns/{opened['id']}"
    operator.done(f"{path}/cancel", {"reason": "It stays."})

    assert photographed(operator, path).status_code == 409
    assert operator.rows(f"{path}/photographs") == []
