"""What a wave by likeness does not show, in words: no code of the portal stands on the page."""

import pytest

from appliances.models import Appliance, Site
from upgrades.models import Rollout
from upgrades.services.rollouts.pool import features
from upgrades.views.rollouts import variety

SITE = Site(
    shape="CLUSTER_WITH_FAILOVER", swing="SHARED_IP", region="apac", restricted_network=True
)
BOXES = [
    Appliance(product_version="24.2.2", base_version="7.2.1", model="B400", physical=True),
    Appliance(product_version="24.2.2", base_version="7.2.1", physical=False),
]


def test_every_kind_of_variety_has_words():
    said = {each: variety.words(each) for each in features(SITE, BOXES, troubled=True)}

    assert set(said.values()) == {
        "Atlas cluster with failover", "swing by shared IP", "region apac", "product 24.2.2",
        "base 7.2.1", "Atlas cluster with failover on 24.2.2", "physical", "virtual", "model B400",
        "no way to the update server", "trouble at an earlier upgrade",
    }  # fmt: skip
    assert len(said) == len(set(said.values()))


@pytest.mark.parametrize("feature", ["shape:TRIANGLE", "colour:blue"])
def test_what_is_not_known_is_shown_as_it_stands(feature):
    assert variety.words(feature).endswith(feature.partition(":")[2])


def test_only_the_first_are_named_and_the_others_counted():
    missing = [f"region:r{number:02}" for number in range(variety.MOST_NAMED + 3)]
    rollout = Rollout(coverage={"1": {"shown": 2, "all": 3, "missing": missing}})

    (told,) = variety.not_shown(rollout)

    assert (told["wave"], told["share"], told["more"]) == ("1", 67, 3)
    assert told["missing"][:2] == ["region r00", "region r01"]


def test_an_empty_fleet_is_shown_whole():
    rollout = Rollout(coverage={"1": {"shown": 0, "all": 0, "missing": []}})

    assert variety.not_shown(rollout)[0]["share"] == 100
