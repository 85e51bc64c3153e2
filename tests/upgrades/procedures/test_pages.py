"""The pages are data, cite the guide, and together hold every id of it."""

import ast
import re
from pathlib import Path

import pytest

import upgrades.procedures
from appliances import actions as do
from upgrades.planning.guide import BESIDE, IDS, Kind
from upgrades.planning.rules import GUIDE as GUIDE_RULES, RULES
from upgrades.planning.vocabulary import Shape, Window
from upgrades.procedures import METHODS, PROCEDURES

PAGES = Path(upgrades.procedures.__file__).parent
ROWS = {
    "PREP": 16,
    "CLIENT": 10,
    "AUTO": 3,
    "MANUAL": 5,
    "VERIFY": 1,
    "PAIR": 6,
    "SYNC": 10,
    "ASYNC": 10,
    "ATLASF": 13,
    "ATLAS": 7,
    "HW": 9,
    "RMA": 4,
    "LIC": 3,
    "RULE": 11,
}  # fmt: skip  (counted in the guide, not read from our list of it)
GUIDE = {f"G-{part}-{number}" for part, last in ROWS.items() for number in range(1, last + 1)}
ROOT = Path(__file__).resolve().parents[3]
LINES = [
    *(step for page in PROCEDURES.values() for phase in page.phases() for step in phase.steps),
    *(step for method in METHODS.values() for step in method.lines()),
]


def test_our_list_of_the_guide_holds_every_id_once():
    assert len(IDS) == len(GUIDE) == 108
    assert set(IDS) == GUIDE


def test_every_id_is_served_by_a_line_a_rule_or_another_place_or_named_as_missing():
    cited = {word for line in LINES for word in line.guide.split()}
    cited |= {word for page in PROCEDURES.values() for word in page.guide.split()}
    rules = {f"G-RULE-{number}" for number in GUIDE_RULES}

    assert cited <= GUIDE
    assert set(BESIDE) <= GUIDE
    assert cited | rules | set(BESIDE) == GUIDE


def test_what_nothing_serves_yet_is_said_and_known():
    """Whoever serves one of these takes it off here."""
    cited = {word for line in LINES for word in line.guide.split()}
    only_later = {
        number
        for number, places in BESIDE.items()
        if number not in cited and all(place.kind is Kind.LATER for place in places)
    }

    assert only_later == set()


NAMED = [
    (number, place)
    for number, places in BESIDE.items()
    for place in places
    if place.kind is not Kind.LATER
]


@pytest.mark.parametrize(("number", "place"), NAMED, ids=lambda each: str(each)[:60])
def test_a_module_that_is_named_cites_the_id(number, place):
    source = ROOT / Path(*place.module.split(".")).with_suffix(".py")

    assert re.search(rf"{number}\b", source.read_text())


@pytest.mark.parametrize("number", GUIDE_RULES)
def test_a_rule_of_the_guide_cites_its_number(number):
    assert re.search(rf"G-RULE-{number}\b", RULES[number].__doc__ or "")


def test_the_single_page_cites_what_one_appliance_needs():
    pages = (PROCEDURES["single"], PROCEDURES["single-without-waits"])
    cited = {word for page in pages for word in page.ids()}
    cited |= {
        w for method in METHODS.values() for line in method.lines() for w in line.guide.split()
    }
    parts = ("G-CLIENT-", "G-AUTO-", "G-MANUAL-", "G-VERIFY-")
    asked = {id for id in GUIDE if id.startswith(parts)}
    asked |= {f"G-PREP-{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14)}

    assert asked - cited == {"G-CLIENT-1"}


@pytest.mark.parametrize("path", sorted(PAGES.glob("[!_]*.py")), ids=lambda path: path.stem)
def test_a_page_is_only_data(path):
    tree = ast.parse(path.read_text())
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
    forbidden = (
        ast.If,
        ast.IfExp,
        ast.For,
        ast.While,
        ast.FunctionDef,
        ast.Lambda,
        ast.comprehension,
    )

    assert ast.get_docstring(tree)
    assert all(isinstance(node, allowed) for node in tree.body)
    assert not [node for node in ast.walk(tree) if isinstance(node, forbidden)]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.text)
def test_every_line_is_short_and_cites_the_guide(line):
    assert re.fullmatch(r"G-[A-Z]+-\d+( G-[A-Z]+-\d+)*", line.guide)
    assert not line.text.endswith(".")
    assert len(line.text) <= 64


def test_names_of_pages_are_those_of_their_files():
    names = {path.stem.replace("_", "-") for path in PAGES.glob("[!_]*.py")}

    assert names - {"shared", "methods"} == set(PROCEDURES)


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_page_says_what_it_is_for_and_what_is_at_risk(name):
    page = PROCEDURES[name]

    assert page.title
    assert page.about.endswith(".")
    assert page.notice.endswith(".")
    assert page.risk.endswith(".")
    assert bool(page.each_hop) is not bool(page.once)
    booked = any(isinstance(phase, Window) for phase in page.phases())
    assert booked is not (name == "repair-clients")  # nothing in it cuts users off


def test_every_shape_has_a_page():
    assert {page.shape for page in PROCEDURES.values()} == set(Shape)


def test_the_pages_use_every_action_there_is():
    used = {line.action.name for line in LINES}

    assert used == set(do.ALL)
