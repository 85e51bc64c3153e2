"""How far a program is with a step that it took, over REST."""

from datetime import UTC, datetime, timedelta

import pytest

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import Caller
from tests.upgrades.api.test_jobs import refused
from tests.upgrades.api.test_steps import TESTED, at
from upgrades.models import JobStep

NEARLY_OVER = datetime.now(UTC) + timedelta(seconds=90)
SAID = NOON.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def another(world, noon):
    """The program of a second operator."""
    return Caller(factories.a_member(world.customer, "OPERATOR", "Petr Hora"), world.customer)


def test_whoever_holds_it_says_how_far_it_is_and_holds_it_on(world, asking, operator, another):
    path = f"steps/{asking.pk}/progress"
    assert refused(operator.post(path, {"percent": 10})) == (409, "not-the-holder")
    taken = operator.done(f"steps/{asking.pk}/take")
    at(world, asking, ("take", {"by": world.operator, "until": NEARLY_OVER}))
    tag = operator.get(f"steps/{asking.pk}").headers["ETag"]

    told = operator.done(path, {"percent": 40, "note": " copying "})

    assert told["progress"] == {
        "percent": 40, "note": "copying", "at": SAID, "silent": False,
    }  # fmt: skip
    assert told["holder_until"] >= taken["holder_until"]
    assert refused(another.post(path, {"percent": 50})) == (409, "held-by-somebody")
    assert operator.post(path, {"note": "x"}, **{"If-Match": tag}).json()["progress"] == {
        "percent": None, "note": "x", "at": SAID, "silent": False,
    }, "a sign of life is no other state"  # fmt: skip
    assert operator.done(f"steps/{asking.pk}/give-back")["progress"] is None


@pytest.mark.parametrize("body", [{}, {"note": "  "}, {"percent": 101}, {"percent": -1}])
def test_progress_says_something_that_can_be(asking, operator, body):
    operator.done(f"steps/{asking.pk}/take")
    answer = operator.post(f"steps/{asking.pk}/progress", body)

    assert refused(answer) == (400, "invalid")


def test_a_program_does_not_shorten_what_its_person_holds_and_a_look_is_not_lost(
    world, asking, operator
):
    at(world, asking, ("take", {"by": world.operator}))
    with tenancy.transaction(world.customer):
        before = JobStep.objects.get(pk=asking.pk)

    told = operator.done(f"steps/{asking.pk}/progress", {"percent": 1})

    assert told["holder_until"] is None
    with tenancy.transaction(world.customer):
        assert JobStep.objects.get(pk=asking.pk).token == before.token
    operator.done(f"steps/{asking.pk}/confirm", {"evidence": TESTED})
    over = operator.post(f"steps/{asking.pk}/progress", {"percent": 2})
    assert refused(over) == (409, "not-now")
