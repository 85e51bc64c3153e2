"""Sites by the filter language, for a customer and across customers."""

from datetime import date

import pytest

from appliances.models import Appliance, Site
from appliances.services import filtering
from portal import tenancy
from portal.filtering import BadFilter
from portal.models import Contract
from tests import factories

DAY = date(2026, 12, 1)


def a_site(customer, name, *, product="22.1", base="6.0.0", **values):
    with tenancy.transaction(customer):
        site = Site.objects.create(
            customer=customer, name=name, public_name=f"{name}.example.com", zone="UTC",
            **({"shape": "SINGLE"} | values),
        )  # fmt: skip
        Appliance.objects.create(
            customer=customer, site=site, letter="A", name=f"{name} A", host=f"a.{name}",
            product_version=product, base_version=base, model="B300",
        )  # fmt: skip
    return site


@pytest.fixture
def fleet(db):
    """Two customers, one under contract, with four sites."""
    covered, bare = factories.a_customer("Lyon", tags=["pilot"]), factories.a_customer("Ankara")
    with tenancy.transaction(covered):
        Contract.objects.create(
            customer=covered, number="1", plan="premium",
            starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
        )  # fmt: skip
    a_site(covered, "one", region="emea", tags=["vip"])
    a_site(covered, "two", product="25.1", shape="PAIR", region="apac")
    a_site(bare, "three", product="9.10.2", region="emea")
    a_site(bare, "four", product="", base="3.3.2", tags=["pilot"])
    return covered, bare


def names(sentence, on=DAY):
    found = filtering.matching(Site.across.all(), sentence, on=on)
    return {site.name for site in found}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("", {"one", "two", "three", "four"}),
        ("contract:covered", {"one", "two"}),
        ("contract:none", {"three", "four"}),
        ("-contract:covered", {"three", "four"}),
        ("plan:Premium", {"one", "two"}),
        ("plan:prem*", {"one", "two"}),
        ("plan:basic", set()),
        ("region:emea", {"one", "three"}),
        ("region:emea,apac", {"one", "two", "three"}),
        ("shape:pair", {"two"}),
        ("tag:vip", {"one"}),
        ("tag:pilot", {"one", "two", "four"}),
        ("tag:pilot -tag:vip", {"two", "four"}),
        ("product<25.1", {"one", "three"}),
        ("product<10", {"three"}),
        ("product>=22.1.0", {"one", "two"}),
        ("product:22.1.0", {"one"}),
        ("-product<25.1", {"two", "four"}),
        ("base<6", {"four"}),
        ("customer:lyon", {"one", "two"}),
        ("model:b3*", {"one", "two", "three", "four"}),
        ("three", {"three"}),
        ("ankara -site:four", {"three"}),
        ("region:emea contract:covered product<25.1", {"one"}),
    ],
)
def test_a_sentence_names_its_sites(fleet, sentence, expected):
    assert names(sentence) == expected


def test_a_contract_is_asked_for_a_day(fleet):
    assert names("contract:covered", on=date(2027, 1, 1)) == set()


def test_a_customer_finds_its_own_sites_only(fleet):
    covered, _bare = fleet
    with tenancy.transaction(covered):
        found = filtering.matching(Site.objects.all(), "region:emea contract:covered", on=DAY)
        assert [site.name for site in found] == ["one"]
        assert not filtering.matching(Site.objects.all(), "three", on=DAY).exists()


def test_what_support_calls_a_customer_is_told_to_support_alone(fleet):
    """Tags are in no answer to a customer; a filter would say which there are, word by word."""
    covered, _bare = fleet
    with tenancy.transaction(covered):
        for sentence in ("tag:vip", "-tag:vip", "tag:pilot one"):
            with pytest.raises(BadFilter):
                filtering.matching(Site.objects.all(), sentence, on=DAY)
        found = filtering.matching(Site.objects.all(), "tag:vip", on=DAY, by_staff=True)
        assert [site.name for site in found] == ["one"]


@pytest.mark.parametrize("hostile", ["'; DROP TABLE x; --", "%", "_", "\\", "product:1e9", "tag:'"])
def test_hostile_words_are_words(fleet, hostile):
    try:
        found = names(hostile)
    except BadFilter:
        return
    assert found == set()
