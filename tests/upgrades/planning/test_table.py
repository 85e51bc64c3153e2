"""The table of all paths gives the answers of `path`, which searches from the other end."""

from time import perf_counter

import pytest
from hypothesis import given, settings, strategies as st

from tests.upgrades.planning.examples import BASE, INSTALLED, PRODUCT, need
from tests.upgrades.planning.strategies import catalogues
from upgrades.planning.catalogue import Catalogue, Kind, Package, Versions, version
from upgrades.planning.paths import NoPath, path
from upgrades.planning.table import PathTable


def searched(catalogue: Catalogue, installed: Versions, target) -> tuple[Package, ...] | None:
    try:
        return tuple(p for hop in path(catalogue, installed, target) for p in hop.packages)
    except NoPath:
        return None


@given(catalogues(), st.sets(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=4))
@settings(max_examples=100, deadline=None)
def test_the_table_answers_as_the_search_does(catalogue, fleet):
    at = [Versions((base,), (product,)) for base, product in fleet]
    table = PathTable(catalogue, at)
    rows = {(row.base, row.product, row.target): row for row in table.rows()}

    for base in table.bases:
        for product in table.products:
            for target in table.products:
                expected = searched(catalogue, Versions(base, product), target)
                row = rows.get((base, product, target))

                assert table.packages(base, product, target) == expected
                assert (row.packages if row else None) == (
                    tuple(p.id for p in expected) if expected else None
                )
                if row and expected:
                    assert row.hops == sum(p.kind is Kind.PRODUCT for p in expected)


def test_versions_of_the_fleet_between_two_packages_have_rows_of_their_own():
    table = PathTable(Catalogue((BASE, PRODUCT)), [INSTALLED])

    assert [tuple(row) for row in table.rows()] == [
        (version("3.3.2"), version("12.1"), version("12.2.0"), ("product-12.2.0",), 1),
        (version("3.2.4"), version("12.1"), version("12.2.0"), ("base-3.3.2", "product-12.2.0"), 1),
    ]


def test_a_version_off_the_table_is_a_key_error():
    table = PathTable(Catalogue((BASE, PRODUCT)), [INSTALLED])

    with pytest.raises(KeyError):
        table.packages(version("1.0"), version("12.1"), version("12.2.0"))


def sixty_by_sixty() -> Catalogue:
    bases = [Package(Kind.BASE, (n,), (need(Kind.BASE, max(1, n - 3)),)) for n in range(2, 61)]
    products = [
        Package(
            Kind.PRODUCT,
            (n,),
            (need(Kind.BASE, n * 9 // 10 + 1), need(Kind.PRODUCT, max(1, n - 4))),
        )
        for n in range(2, 61)
    ]
    return Catalogue((*bases, *products))


def test_sixty_by_sixty_versions_take_a_moment():
    begin = perf_counter()

    table = PathTable(sixty_by_sixty(), [Versions((1,), (1,))])

    assert perf_counter() - begin < 2  # about 0.08 s alone; the machine may be shared
    longest = table.packages((1,), (1,), (60,))
    assert longest == searched(sixty_by_sixty(), Versions((1,), (1,)), (60,))
