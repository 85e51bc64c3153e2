"""Plans as rows and JSON: what a JobStep is made from, and what a customer is told."""

import json

import pytest

from tests.upgrades.planning.examples import BASE, INSTALLED, NEXT, PRODUCT
from upgrades.planning.catalogue import Catalogue, version
from upgrades.planning.paths import Unreachable, path, site_path
from upgrades.planning.planner import plan
from upgrades.planning.site import Appliance, Site
from upgrades.planning.stored import dump, load, plan_lines, summary
from upgrades.planning.vocabulary import Sentence, Shape
from upgrades.procedures import AUTOMATIC, MANUAL, PROCEDURES

ALONE = Site(Shape.SINGLE, (Appliance("alpha", INSTALLED),), "alpha")


def planned(method=AUTOMATIC):
    hops = site_path(Catalogue((BASE, PRODUCT, NEXT)), {"alpha": INSTALLED}, version("12.3"))
    return plan(PROCEDURES["single"], ALONE, hops, method=method)


def test_a_line_holds_what_a_row_needs():
    line = next(x for x in plan_lines(planned()) if x["action"] == "install_base")

    how = line.pop("how")
    assert line == {
        "seq": 11, "rank": 9, "lane": "alpha", "hop": 1, "phase": "Upgrade", "window": 1,
        "apart": False, "lead": 0, "text": "Install the base package; if it fails, do not restart",
        "screen": "/appliance > Updates", "action": "install_base",
        "guide": "G-AUTO-1 G-PREP-7 G-PREP-12 G-AUTO-1", "role": "appliance", "on": "alpha",
        "about": [], "package": "base-3.3.2", "expected": 15, "worst": 60, "deadline": 120,
    }  # fmt: skip
    assert "do NOT restart" in how[0]


def test_lines_are_in_order_and_plain():
    lines = plan_lines(planned(MANUAL))

    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert json.loads(json.dumps(lines)) == lines


def test_each_method_has_its_own_instructions():
    automatic, manual = (
        next(x["how"] for x in plan_lines(planned(method)) if x["action"] == "install_product")
        for method in (AUTOMATIC, MANUAL)
    )

    assert any("Install This Update" in text for text in automatic)
    assert any("Manual Installation" in text for text in manual)


def test_the_summary_says_how_long_and_what_is_left_out():
    told = summary(planned())

    assert json.loads(json.dumps(told)) == told
    assert told["downtime"] == {"expected": 55, "worst": 210}
    assert [(w["hop"], w["titles"], w["expected"], w["worst"]) for w in told["windows"]] == [
        (1, ["Upgrade"], 70, 220),
        (2, ["Upgrade"], 45, 130),
    ]
    assert [(hop["product"], hop["bases"], hop["dwell_hours"]) for hop in told["hops"]] == [
        ("product-12.2.0", {"alpha": ["base-3.3.2"]}, 24),
        ("product-12.3", {"alpha": []}, 24),
    ]
    assert told["left_out"] == []
    assert not told["exchanges_roles"]


def test_reasons_for_what_is_left_out_can_be_told_in_any_language():
    told = summary(planned(MANUAL))

    reasons = {out["action"]: str(load(out["why"])) for out in told["left_out"]}
    assert reasons == {
        "make_key": "It is not so that the base is 3.3.2 or newer.",
        "ask_for_key": "It is not so that the base is older than 3.3.2.",
    }


def test_a_sentence_survives_being_kept():
    with pytest.raises(Unreachable) as refusal:
        path(Catalogue((PRODUCT,)), INSTALLED, version("12.2.0"))
    sentence = Sentence(refusal.value.message, refusal.value.values)

    assert load(json.loads(json.dumps(dump(sentence)))) == sentence
