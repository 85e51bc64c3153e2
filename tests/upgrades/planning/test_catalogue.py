"""Versions, needs and packages as values."""

import pytest

from tests.upgrades.planning.examples import BASE, PRODUCT
from upgrades.planning.catalogue import (
    Catalogue,
    Kind,
    Need,
    Package,
    Provenance,
    UpperBound,
    dotted,
    version,
)


def test_trailing_zeros_say_nothing_but_are_shown():
    assert version("12.2.0") == version("12.2")
    assert hash(version("12.2.0")) == hash(version("12.2"))
    assert (dotted(version("12.2.0")), dotted(version("12.2"))) == ("12.2.0", "12.2")
    assert dotted(None) == "none"
    assert version("12.10") > version("12.9.9")
    assert version("0") == (0,)


@pytest.mark.parametrize("text", ["", "12.x", "twelve", "12..1"])
def test_a_version_is_numbers_and_dots(text):
    with pytest.raises(ValueError, match="invalid literal"):
        version(text)


@pytest.mark.parametrize("operator", ["<", "<=", "==", "!="])
def test_a_need_that_forbids_more_is_refused_when_it_is_read(operator):
    with pytest.raises(UpperBound) as refusal:
        Need.read(Kind.BASE, operator, version("5.0"), Provenance.INFERRED)

    assert str(refusal.value) == f"Base {operator} 5.0: a requirement may only ask for more."


def test_needs_are_read_as_a_catalogue_says_them():
    above = Need.read(Kind.BASE, ">", version("3.2.4"), Provenance.DOCUMENTED)
    least = Need.read(Kind.PRODUCT, ">=", version("12.1"), Provenance.DEMO)

    assert (str(above), str(least)) == ("base above 3.2.4 (documented)", "product from 12.1 (demo)")


def test_a_day_follows_a_product_package_and_nothing_a_base():
    longer = Package(Kind.PRODUCT, version("13.1"), dwell=48)
    shorter = Package(Kind.PRODUCT, version("13.2"), dwell=1)

    found = [p.dwell_hours for p in (BASE, PRODUCT, longer, shorter)]

    assert found == [0, 24, 48, 24]


def test_of_two_packages_of_one_version_the_first_by_id_is_offered():
    one, other = (Package(Kind.BASE, version("3.3.2"), id=name) for name in ("a", "b"))

    assert Catalogue((other, one)).offered(Kind.BASE) == [one]
    assert Catalogue((other, one)).find(Kind.BASE, version("3.3.2")) == one
