import pytest

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services import rolled
from upgrades.models import Enrolment, Rollout
from upgrades.services.rollouts import drafts, drawing, lives


@pytest.fixture
def manager(db):
    return factories.staff("ROLLOUT_MANAGER")


@pytest.fixture
def release(db):
    return rolled.a_release()


@pytest.fixture
def wish(release):
    """What somebody writes who drafts a rollout."""

    def make(*waves, **values):
        given = {"name": "Autumn", "release": release, "starts_on": rolled.FIRST,
                 "ends_on": rolled.LAST}  # fmt: skip
        return drafts.Wish(waves=waves or (drafts.WaveWish(),), **(given | values))

    return make


@pytest.fixture
def drawn(wish, manager):
    """A draft whose sites are known."""

    def make(*waves, **values):
        rollout = drafts.draft(wish(*waves, **values), by=manager, at=NOON)
        assert drawing.draw_due(NOON) == 1
        return now(rollout)

    return make


@pytest.fixture
def opened(drawn, manager):
    def make(*waves, **values):
        return lives.open_it(drawn(*waves, **values), by=manager, at=NOON)

    return make


def now(rollout):
    return Rollout.objects.select_related("release", "made_by").get(pk=rollout.pk)


def places(rollout):
    """Site → state, or the code that leaves it out."""
    rows = Enrolment.across.filter(rollout=rollout).select_related("site").order_by("site__name")
    return {row.site.name: row.code or row.state for row in rows}


def states(rollout):
    rows = Enrolment.across.filter(rollout=rollout).order_by("place", "site__name")
    return list(rows.values_list("state", flat=True))


def each(rollout):
    """Its enrolments in the fair order, each inside its customer, to be worked on."""
    for row in Enrolment.across.filter(rollout=rollout).order_by("place", "pk"):
        with tenancy.transaction(row.customer_id):
            yield rolled.again(row)
