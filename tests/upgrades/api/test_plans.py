"""Where a site could go, over REST: nothing is written."""

import pytest

from portal import tenancy
from tests.upgrades.api.conftest import wish
from tests.upgrades.api.test_jobs import refused
from upgrades.models import MaintenanceWindow


def test_a_preview_has_the_path_its_reasons_and_its_place(operator, world):
    seen = operator.done(f"sites/{world.site.pk}/path", wish(world))

    assert (seen["procedure"], seen["method"], seen["zone"]) == (
        "single", "automatic", "Europe/Istanbul",
    )  # fmt: skip
    assert [line["version"] for line in seen["plan"]["path"]] == ["4.0.1", "12.2.0", "14.1.1"]
    assert [place["starts_at"] for place in seen["layout"]["places"]] == [
        "2026-11-23T19:00:00Z", "2026-11-25T19:00:00Z",
    ]  # fmt: skip
    assert seen["refusal"] is None
    assert seen["plan"]["downtime"]["worst"] > seen["plan"]["downtime"]["expected"] > 0
    assert operator.rows("jobs") == []


def test_windows_lie_after_the_earliest_day(operator, world):
    body = wish(world, earliest="2026-12-24T00:00:00+01:00")
    seen = operator.done(f"sites/{world.site.pk}/path", body)

    assert seen["layout"]["places"][0]["starts_at"] == "2026-12-24T19:00:00Z"


@pytest.mark.parametrize(
    "instant", ["2026-12-24T00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "soon", 7]
)
def test_an_instant_that_cannot_be_meant_is_refused(operator, world, instant):
    answer = operator.post(f"sites/{world.site.pk}/path", wish(world, earliest=instant))

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["earliest"])


def test_a_plan_that_has_no_place_says_why(operator, world):
    with tenancy.transaction(world.customer):
        MaintenanceWindow.objects.update(minutes=60)

    seen = operator.done(f"sites/{world.site.pk}/path", wish(world))

    assert (seen["layout"], seen["refusal"]["code"]) == (None, "window-too-short")
    assert seen["refusal"]["remedy"]
    assert seen["plan"]["path"]


def test_a_target_that_cannot_be_reached_is_refused_with_its_code(operator, world):
    world.packages["4.0.1"].delete()

    answer = operator.post(f"sites/{world.site.pk}/path", wish(world))

    assert refused(answer) == (409, "unreachable")
    assert answer.json()["remedy"]


def test_a_procedure_for_another_shape_is_refused(operator, world):
    body = wish(world, procedure="pair-synchronous")

    assert operator.post(f"sites/{world.site.pk}/path", body).status_code == 409
    assert operator.post(f"sites/{world.site.pk}/path", wish(world, procedure="by-magic")).json()[
        "errors"
    ].keys() == {"procedure"}


def test_choices_are_every_newer_release_with_its_hops_or_why_not(operator, world):
    seen = operator.get(f"sites/{world.site.pk}/choices").json()

    assert [(c["package"]["version"], c["hops"], c["refusal"]) for c in seen["targets"]] == [
        ("14.1.1", 2, ""), ("12.2.0", 1, ""),
    ]  # fmt: skip
    assert "single" in seen["procedures"]
    assert seen["methods"] == ["automatic", "manual"]
