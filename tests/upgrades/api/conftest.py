import pytest

from tests.portal.api.caller import Caller


@pytest.fixture
def agent(world, noon):
    """Support's program, for every customer."""
    return Caller(world.agent)


@pytest.fixture
def approver(world, noon):
    return Caller(world.approver, world.customer)


@pytest.fixture
def operator(world, noon):
    return Caller(world.operator, world.customer)


@pytest.fixture
def proposed(world, operator):
    """A job from 12.1 to 14.1.1, submitted by the operator's program; its JSON."""
    wish = {"site": str(world.site.pk), "target": str(world.packages["14.1.1"].pk)}
    job = operator.done("jobs", wish, status=201)
    return operator.done(f"jobs/{job['id']}/submit")


@pytest.fixture
def scheduled(approver, proposed):
    return approver.done(f"jobs/{proposed['id']}/approve", {"digest": proposed["plan"]["digest"]})


@pytest.fixture
def running(operator, scheduled):
    return operator.done(f"jobs/{scheduled['id']}/start")
