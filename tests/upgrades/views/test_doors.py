"""Who may open what: every address of the app, asked by those who may not."""

import pytest
from django.urls import get_resolver

from portal import tenancy
from tests.upgrades.views.conftest import address, browser
from upgrades.models import MaintenanceWindow

UNKNOWN = "5d0c8f0e-4f0a-4a53-9b6f-2f2f6f0b6a11"  # the same for every worker that collects
READS = ["", "live/", "log/", "clients/", "clients/export/"]
FORMS = ["repair/", "repair/rehearse/", "bookings/1/override/", "written/"]  # by GET, done by POST
OFFERS = ["moves/"]  # read by those who may act
FILES = ["clients/to-come.csv", "pack.zip"]  # there once clients were looked at, or steps are
ACTS = [
    "submit/", "approve/", "reject/", "withdraw/", "cancel/", "start/", "pause/", "resume/",
    "halt/", "abandon/", "end-early/", "go-on/", "notes/", "bookings/1/move/",
    "written/load/", "clients/look/", "clients/decide/", "share/", f"share/{UNKNOWN}/end/",
    f"holds/{UNKNOWN}/ask-release/", f"holds/{UNKNOWN}/release/",
    *(
        f"steps/1/{act}/"
        for act in (
            "confirm", "accept", "report", "retry", "skip", "extend", "take", "give-back",
            "hand-over", "accept-handover", "clients", "look-again",
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("rest", [*ACTS, *FORMS])
def test_a_viewer_is_forbidden_to_act(world, proposed, viewer, rest):
    assert browser(viewer).post(address(world, proposed, rest)).status_code == 403


@pytest.mark.parametrize("rest", [*FORMS, *OFFERS])
def test_a_form_is_for_those_who_may_act_too(world, proposed, viewer, rest):
    assert browser(viewer).get(address(world, proposed, rest)).status_code == 403


@pytest.mark.parametrize("rest", [*FORMS, *OFFERS, *FILES])
def test_strangers_and_those_confined_to_other_sites_find_no_form_and_no_file(
    world, proposed, stranger, confined, rest
):
    for person in (stranger, confined):
        assert browser(person).get(address(world, proposed, rest)).status_code == 404


@pytest.mark.parametrize("rest", [*ACTS, *FORMS])
def test_strangers_and_those_confined_to_other_sites_find_nothing_to_act_on(
    world, proposed, stranger, confined, rest
):
    for person in (stranger, confined):
        assert browser(person).post(address(world, proposed, rest)).status_code == 404


@pytest.mark.parametrize("rest", READS)
def test_a_job_is_read_by_members_of_its_site_only(
    world, proposed, viewer, stranger, confined, rest
):
    path = address(world, proposed, rest)

    assert browser(viewer).get(path).status_code in (200, 204)
    assert browser(stranger).get(path).status_code == 404
    assert browser(confined).get(path).status_code == 404


@pytest.mark.parametrize("rest", ACTS)
def test_acts_are_posted(world, proposed, rest):
    assert browser(world.agent).get(address(world, proposed, rest)).status_code == 405


def test_a_plan_is_for_those_who_may_draft(world, viewer, stranger, confined):
    path = f"/c/meridian/sites/{world.site.pk}/plan/"

    assert browser(world.operator).get(path).status_code == 200
    assert browser(viewer).get(path).status_code == 403
    assert browser(stranger).get(path).status_code == 404
    assert browser(confined).get(path).status_code == 404


def test_a_site_is_read_by_its_members_and_its_windows_kept_by_approvers(
    world, viewer, stranger, confined
):
    with tenancy.transaction(world.customer):
        window = MaintenanceWindow.objects.get()
    path = f"/c/meridian/sites/{world.site.pk}/"
    acts = [f"{path}windows/add/", f"/c/meridian/windows/{window.pk}/remove/"]
    acts.append(f"/c/meridian/windows/{window.pk}/change/")

    assert browser(viewer).get(path).status_code == 200
    assert [browser(p).get(path).status_code for p in (stranger, confined)] == [404, 404]
    for act in acts:
        assert browser(viewer).post(act).status_code == 403
        assert browser(world.operator).post(act).status_code == 403
        assert [browser(p).post(act).status_code for p in (stranger, confined)] == [404, 404]


@pytest.mark.parametrize("path", ["/now/", "/jobs/"])
def test_lists_over_customers_are_staffs(world, path):
    assert browser(world.agent).get(path).status_code == 200
    assert browser(world.approver).get(path).status_code == 404


def test_whoever_is_confined_sees_nothing_of_other_sites(world, proposed, confined):
    for path in ("/c/meridian/", "/c/meridian/jobs/"):
        content = browser(confined).get(path).content.decode()
        assert "Support desk" not in content
        assert "UJ-1" not in content


PLACES = {"steps/<int:seq>/": "steps/1/", "bookings/<int:window>/": "bookings/1/"}
PLACES["share/<uuid:link>/"] = f"share/{UNKNOWN}/"


def test_every_address_of_a_job_is_asked_here():
    """A new one must be put into the lists above; papers are another module's."""
    parts = [part for part in get_resolver().url_patterns if hasattr(part, "app_name")]
    ours = next(part for part in parts if part.app_name == "upgrades")
    job = "c/<slug:slug>/jobs/<uuid:pk>/"
    found = {route.removeprefix(job) for route in _routes(ours, "") if route.startswith(job)}
    for written, tried in PLACES.items():
        found = {route.replace(written, tried) for route in found}

    left = {route for route in found if "holds/" not in route and not route.endswith(".pdf")}
    asked = {*READS, *OFFERS, *FORMS, *FILES, *ACTS}
    assert left == {rest for rest in asked if "holds/" not in rest}


def _routes(node, before):
    for pattern in node.url_patterns:
        path = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern, path)
        else:
            yield path
