"""Plans: worked examples, what the planner refuses, and generated plans against all rules."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings

from appliances.actions import Fact
from tests.upgrades.planning.examples import BASE, INSTALLED, NEXT, PRODUCT, site_of
from upgrades.planning.catalogue import Catalogue, Kind, Package, Versions, version
from upgrades.planning.paths import SiteHop, site_base_path, site_path
from upgrades.planning.plan import Plan
from upgrades.planning.planner import CannotPlan, plan
from upgrades.planning.rules import breaches
from upgrades.planning.site import Appliance, Site
from upgrades.planning.vocabulary import Shape
from upgrades.procedures import AUTOMATIC, MANUAL, PROCEDURES

generated = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
CATALOGUE = Catalogue((BASE, PRODUCT, NEXT))
ALONE = Site(
    Shape.SINGLE, (Appliance("alpha", INSTALLED),), "alpha",
    lacks=frozenset({Fact.MSI, Fact.INTEGRATION, Fact.INTEGRATION_BY_IP}),
)  # fmt: skip


def single(target: str, method=AUTOMATIC, name: str = "single", site: Site = ALONE) -> Plan:
    installed = {a.name: a.versions for a in site.appliances}
    hops = site_path(CATALOGUE, installed, version(target))
    return plan(PROCEDURES[name], site, hops, method=method)


def written(planned: Plan) -> list[str]:
    return [str(item).strip() for item in planned.steps]


def test_the_guides_own_case_as_a_plan():
    assert written(single("12.2")) == [
        "1 -- h0 site: check_readiness",
        "2 -- h0 site: test_elsewhere",
        "3 -- h0 alpha: export_certificates",
        "4 -- h0 site: announce",
        "5 -- h0 site: note_jumpoints",
        "6 -- h0 site: lower_jump_limit",
        "9 w1 h1 alpha: back_up",
        "9 w1 h1 alpha: check_updates",
        "9 w1 h1 alpha: install_base [base 3.3.2]",
        "9 w1 h1 alpha: back_up",
        "9 w1 h1 alpha: install_product [product 12.2.0]",
        "10 w1 h1 alpha: verify",
        "13 -- h1 site: check_others",
        "14 -- h1 site: regenerate_installers",
        "15 -- h1 site: replace_installers",
        "16 -- h1 site: check_clients",
        "17 -- h1 site: restore_jump_limit",
    ]


def test_between_two_hops_the_clients_have_a_day():
    names = [item.action.name for item in single("12.3").steps]
    first, second = (n for n, name in enumerate(names) if name == "install_product")

    assert names[first + 1 : second] == [
        "verify", "check_others", "dwell", "check_clients", "back_up", "check_updates",
    ]  # fmt: skip


def test_installers_are_made_in_between_only_where_somebody_deploys_then():
    """G-CLIENT-3, G-RULE-8: without the extractable console each hop's MSI follows the upgrade."""
    after = replace(ALONE, lacks=ALONE.lacks - {Fact.MSI} | {Fact.MSI_AHEAD})
    ahead = replace(ALONE, lacks=ALONE.lacks - {Fact.MSI} | {Fact.MSI_AFTER})
    about = ("keep_old_msi", "deploy_msi", "deploy_msi_after", "regenerate_installers")

    def told(site: Site) -> list[tuple[int, str]]:
        steps = single("12.3", site=site).steps
        return [(x.hop, x.action.name) for x in steps if x.action.name in about]

    assert told(after) == [
        (1, "keep_old_msi"), (1, "deploy_msi_after"), (1, "regenerate_installers"),
        (2, "keep_old_msi"), (2, "deploy_msi_after"), (2, "regenerate_installers"),
    ]  # fmt: skip
    assert told(ahead) == [
        (1, "keep_old_msi"), (1, "deploy_msi"),
        (2, "keep_old_msi"), (2, "deploy_msi"), (2, "regenerate_installers"),
    ]  # fmt: skip
    assert told(ALONE) == [(2, "regenerate_installers")]


def test_a_package_may_ask_for_a_longer_dwell():
    slow = replace(PRODUCT, dwell=48)
    hops = site_path(Catalogue((BASE, slow, NEXT)), {"alpha": INSTALLED}, version("12.3"))

    planned = plan(PROCEDURES["single"], ALONE, hops, method=AUTOMATIC)

    assert [x.minutes for x in planned.steps if x.action.name == "dwell"] == [(2880, 2880)]


def test_the_way_to_the_key_changes_with_the_base():
    planned = single("12.3", MANUAL)

    keys = [(x.hop, x.window, x.action.name) for x in planned.steps if "key" in x.action.name]
    assert keys == [(1, 0, "ask_for_key"), (2, 0, "make_key")]
    assert [x.action.name for x in planned.steps if x.window == 1] == [
        "back_up", "check_clock", "fetch_packages", "install_base", "back_up", "install_product",
        "verify",
    ]  # fmt: skip
    assert breaches(planned) == {}


def test_without_waits_every_hop_is_installed_in_one_window():
    planned = single("12.3", name="single-without-waits")

    assert [(x.hop, x.action.name) for x in planned.steps if x.window] == [
        (1, "back_up"), (1, "check_updates"), (1, "install_base"), (1, "back_up"),
        (1, "install_product"), (2, "back_up"), (2, "check_updates"), (2, "install_product"),
        (2, "verify"),
    ]  # fmt: skip
    assert not [x for x in planned.steps if x.action.name == "dwell"]
    assert breaches(planned) == {}


@pytest.mark.parametrize("method", [AUTOMATIC, MANUAL])
def test_base_alone_asks_nothing_of_the_clients(method):
    hops = site_base_path(CATALOGUE, {"alpha": INSTALLED}, version("3.3.2"))

    planned = plan(PROCEDURES["single"], ALONE, hops, method=method)

    assert breaches(planned) == {}
    assert [x.action.name for x in planned.steps if x.window][-2:] == ["install_base", "verify"]
    assert not [x for x in planned.steps if x.action.for_product]
    assert "Base packages do not ask for it." in {str(out.why) for out in planned.left_out}


def test_an_appliance_that_has_the_base_already_is_left_alone():
    site = site_of(Shape.PAIR)
    base = Package(Kind.BASE, (2,))
    hops = (SiteHop(None, {"alpha": (base,), "beta": ()}),)

    planned = plan(PROCEDURES["pair-synchronous"], site, hops, method=AUTOMATIC)

    assert [x.on for x in planned.steps if x.action.name == "check_updates"] == ["alpha"]
    assert breaches(planned) == {}


def test_what_is_left_out_says_why():
    assert {str(out.why) for out in single("12.2").left_out} == {
        "It is not so that consoles are deployed by MSI.",
        "It is not so that the new console can be deployed ahead of the appliance.",
        "It is not so that the new console cannot be had before the appliance is upgraded.",
        "It is not so that there are integration clients.",
    }


@pytest.mark.parametrize(
    ("name", "site", "sentence"),
    [
        (
            "pair-synchronous", ALONE,
            "Synchronous upgrade of a failover pair: this is for a failover pair, "
            "but the site is a single appliance.",
        ),
        ("hardware", ALONE, "A new appliance is named exactly when one is replaced."),
        (
            "hardware-backup",
            replace(site_of(Shape.PAIR), old="alpha", new=Appliance("new", Versions((1,), None))),
            "Only the backup of a pair is replaced: move production to the other one first.",
        ),
    ],
)  # fmt: skip
def test_a_page_that_does_not_fit_the_site_is_refused(name, site, sentence):
    hops = (SiteHop(PRODUCT, {"alpha": ()}),)

    with pytest.raises(CannotPlan) as refusal:
        plan(PROCEDURES[name], site, hops, method=AUTOMATIC)

    assert str(refusal.value) == sentence


def test_nothing_to_install_is_no_plan():
    with pytest.raises(CannotPlan, match="There is nothing to install"):
        plan(PROCEDURES["single"], ALONE, (), method=AUTOMATIC)


def test_base_alone_on_a_cluster_is_for_support():
    hops = (SiteHop(None, {"alpha": (BASE,)}),)

    with pytest.raises(CannotPlan, match="ask support"):
        plan(PROCEDURES["atlas"], site_of(Shape.CLUSTER), hops, method=AUTOMATIC)
