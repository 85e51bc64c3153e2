"""What holds for the paths of every catalogue."""

from itertools import permutations

from hypothesis import given, settings, strategies as st

from tests.upgrades.planning.strategies import catalogues
from upgrades.planning.catalogue import Catalogue, Kind, Package, Versions
from upgrades.planning.paths import NoPath, Unreachable, path, site_path, ways_from


def every_way(catalogue: Catalogue, installed: Versions, target: int) -> list[tuple[Package, ...]]:
    """Every order of every subset that can be installed and ends on the target."""
    usable = [p for p in catalogue.packages if not p.withdrawn]
    found = []
    for size in range(1, len(usable) + 1):
        for order in permutations(usable, size):
            now = installed
            for package in order:
                have = now.of(package.kind)
                if (have and package.version <= have) or package.unmet(now):
                    break
                now = now.having(package)
            else:
                if now.product == (target,):
                    found.append(order)
    return found


def cost(order: tuple[Package, ...]) -> tuple[int, int, list[tuple[bool, tuple[int, ...]]]]:
    """Hops, packages, then product before base and lowest first."""
    hops = sum(p.kind is Kind.PRODUCT for p in order)
    return hops, len(order), [(p.kind is Kind.BASE, p.version) for p in order]


@given(catalogues(most=3), st.integers(1, 2), st.integers(2, 4))
@settings(max_examples=60, deadline=None)
def test_fewest_hops_then_fewest_packages_then_lowest_versions(catalogue, base, target):
    installed = Versions((base,), (1,))
    best = min(every_way(catalogue, installed, target), key=cost, default=None)

    try:
        hops = path(catalogue, installed, (target,))
    except NoPath:
        assert best is None
        return

    assert tuple(package for hop in hops for package in hop.packages) == best


@given(catalogues(), st.integers(1, 3), st.integers(2, 7))
@settings(max_examples=150, deadline=None)
def test_every_prerequisite_holds_when_a_package_is_installed(catalogue, base, target):
    installed = Versions((base,), (1,))
    try:
        hops = path(catalogue, installed, (target,))
    except NoPath:
        return

    for hop in hops:
        for base_package in hop.bases:  # each is asked for in its own hop
            assert [why for why in hop.reasons(installed) if why[0] is base_package]
        for package in hop.packages:
            assert not package.unmet(installed)
            assert not package.withdrawn
            installed = installed.having(package)
    assert installed.product == (target,)


@given(catalogues(), st.integers(1, 3), st.integers(2, 7))
@settings(max_examples=150, deadline=None)
def test_every_refusal_names_a_need_and_what_became_of_its_givers(catalogue, base, target):
    installed = Versions((base,), (1,))
    try:
        path(catalogue, installed, (target,))
        lines = None
    except Unreachable as refusal:
        lines = refusal.lines
    except NoPath:
        lines = None

    if lines is not None:
        assert {tuple(line.values) for line in lines} == {
            ("package", "need", "provenance", "state")
        }


@given(catalogues(), st.randoms(use_true_random=False), st.integers(2, 7))
@settings(max_examples=100, deadline=None)
def test_the_same_answer_whatever_the_order_of_the_catalogue(catalogue, random, target):
    shuffled = list(catalogue.packages)
    random.shuffle(shuffled)

    answers = []
    for packages in (catalogue.packages, catalogue.packages, tuple(shuffled)):
        try:
            answers.append(path(Catalogue(packages), Versions((1,), (1,)), (target,)))
        except NoPath as refusal:
            answers.append(str(refusal))

    assert answers[0] == answers[1] == answers[2]


def answer(way, *args):
    try:
        return way(*args)
    except NoPath as refusal:
        return str(refusal)


@given(catalogues(), st.lists(st.integers(1, 3), min_size=1, max_size=4), st.integers(2, 7))
@settings(max_examples=150, deadline=None)
def test_one_search_answers_for_every_target_as_one_each_does(catalogue, bases, target):
    """And appliances that carry the same have the same bases to install."""
    installed = {f"n{place}": Versions((base,), (1,)) for place, base in enumerate(bases)}
    ways = ways_from(catalogue, Versions((min(bases),), (1,)))

    found = answer(site_path, catalogue, installed, (target,), ways)

    assert found == answer(site_path, catalogue, installed, (target,))
    assert answer(path, catalogue, Versions((min(bases),), (1,)), (target,), ways) == answer(
        path, catalogue, Versions((min(bases),), (1,)), (target,)
    )
    for place, base in enumerate([] if isinstance(found, str) else bases):
        alone = path(catalogue, Versions((base,), (1,)), (target,))
        if [hop.product for hop in alone] == [hop.product for hop in found]:
            assert [hop.bases[f"n{place}"] for hop in found] == [hop.bases for hop in alone]
