"""What a key may give to another one, whoever asks: a second wall behind what REST lets through."""

import uuid
from types import SimpleNamespace

import pytest

from portal.services import key_bounds

SITE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
WISH = {"scope": "READ", "site_ids": None, "networks": []}


def maker(**values):
    return SimpleNamespace(**({"scope": "ADMINISTER", "site_ids": None, "networks": []} | values))


def refused(key, **wish):
    """The fields that are wider than the maker's; none where it may."""
    try:
        key_bounds.within(key, **(WISH | wish))
    except key_bounds.Wider as wider:
        return list(wider.fields)
    return []


@pytest.mark.parametrize("has", ["READ", "ACT", "ADMINISTER"])
@pytest.mark.parametrize("wished", ["READ", "ACT", "ADMINISTER"])
def test_no_more_rights(has, wished):
    ranks = ["READ", "ACT", "ADMINISTER"]
    wider = ranks.index(wished) > ranks.index(has)

    assert refused(maker(scope=has), scope=wished) == (["scope"] if wider else [])


def test_no_more_sites():
    confined = maker(site_ids=[SITE])

    assert refused(confined, site_ids=[SITE]) == []
    assert refused(confined, site_ids=[]) == []
    assert refused(confined, site_ids=[SITE, OTHER]) == ["site_ids"]
    assert refused(confined, site_ids=None) == ["site_ids"]
    assert refused(maker(), site_ids=[SITE]) == []


def test_no_more_networks_and_any_of_several_is_enough():
    bound = maker(networks=["192.0.2.0/24", "2001:db8::/32"])

    assert refused(bound, networks=["192.0.2.7", "2001:db8:1::/48"]) == []
    assert refused(bound, networks=["192.0.2.7", "198.51.100.1"]) == ["networks"]
    assert refused(bound, networks=["192.0.0.0/16"]) == ["networks"]
    assert refused(bound, networks=[]) == ["networks"]
    assert refused(maker(), networks=["198.51.100.1"]) == []
