"""The fair order, likeness, and the waves: deterministic, complete, nobody twice."""

from datetime import date
from itertools import combinations

from hypothesis import given, strategies as st

from upgrades.planning.waves import Part, Standing, cover, divide, fair_order


def test_promise_comes_before_risk_and_risk_before_age():
    order = fair_order({
        "long ago": Standing(installed_on=date(2020, 1, 1)),
        "lately": Standing(installed_on=date(2026, 1, 1)),
        "not known": Standing(),
        "far behind": Standing(behind=4, installed_on=date(2026, 1, 1)),
        "exposed": Standing(exposed=True),
        "promised": Standing(promised_by=date(2026, 12, 24)),
        "promised sooner": Standing(promised_by=date(2026, 12, 1)),
    })  # fmt: skip

    assert order == [
        "promised sooner", "promised", "exposed", "far behind", "not known", "long ago", "lately",
    ]  # fmt: skip


@given(st.dictionaries(st.text("abc", min_size=1), st.builds(Standing, st.booleans())))
def test_the_order_does_not_depend_on_who_comes_first(sites):
    assert fair_order(sites) == fair_order(dict(reversed(sites.items())))


FLEET = {
    "one": frozenset({"pair", "emea"}),
    "two": frozenset({"pair", "apac", "B300"}),
    "three": frozenset({"single", "emea"}),
    "four": frozenset({"cluster"}),
}


def test_the_fewest_sites_that_show_the_variety():
    found = cover(FLEET, most=10)

    assert found.sites == ("two", "three", "four")
    assert (found.share, found.missing) == (1.0, frozenset())


def test_what_is_not_shown_is_named():
    found = cover(FLEET, most=2)

    assert found.sites == ("two", "three")
    assert found.missing == {"cluster"}
    assert found.share == 5 / 6


def test_an_intolerant_site_comes_in_only_for_what_nobody_else_shows():
    found = cover(FLEET, most=10, avoiding=["two", "one"])

    assert found.sites == ("three", "four", "two")


def test_an_empty_fleet_is_covered():
    assert (cover({}, most=3).sites, cover({}, most=3).share) == ((), 1.0)


FEATURES = st.dictionaries(
    st.integers(0, 20).map(str), st.frozensets(st.sampled_from("abcdef"), max_size=3), max_size=7
)


@given(FEATURES)
def test_greedy_is_within_its_bound_of_the_best(features):
    """H(n) of the best cover (n at most 3 features a site: 11/6), by trying all."""
    found = cover(features, most=len(features))
    wanted = frozenset().union(*features.values()) if features else frozenset()
    best = next(
        number
        for number in range(len(features) + 1)
        for some in combinations(features, number)
        if frozenset().union(*(features[site] for site in some)) == wanted
    )

    assert found.missing == frozenset()
    assert len(found.sites) <= best * 11 / 6


def test_waves_take_sizes_shares_and_the_rest():
    order = [str(number) for number in range(10)]

    waves = divide(order, [Part(size=1), Part(percent=25), Part()], features={})

    assert waves == [["0"], ["1", "2", "3"], ["4", "5", "6", "7", "8", "9"]]


def test_a_wave_by_likeness_fills_up_in_the_fair_order():
    waves = divide(list(FLEET), [Part(size=2, by_likeness=True), Part()], features=FLEET)
    assert waves == [["two", "three"], ["one", "four"]]
    four = divide(list(FLEET), [Part(size=4, by_likeness=True)], features=FLEET)
    assert four == [["one", "two", "three", "four"]]


@given(
    st.lists(st.text("abcdef", min_size=1), unique=True, max_size=20),
    st.lists(
        st.builds(
            Part, st.none() | st.integers(0, 9), st.none() | st.integers(0, 100), st.booleans()
        ),
        max_size=5,
    ),
)
def test_nobody_is_in_two_waves_and_the_order_is_kept(order, parts):
    features = {site: frozenset(site) for site in order}

    waves = divide(order, parts, features=features)

    everybody = [site for wave in waves for site in wave]
    assert len(everybody) == len(set(everybody))
    assert all(wave == [site for site in order if site in set(wave)] for wave in waves)
    if any(part == Part() for part in parts):
        assert set(everybody) == set(order)
