"""Whatever the pure layers show a person is marked for the catalogues."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import appliances.actions
import upgrades.planning
import upgrades.procedures
from appliances import actions as do
from appliances.actions import Doer, Effect, Fact, Failure, Probe
from upgrades.planning import guide
from upgrades.planning.catalogue import NEEDED, NOUN, Kind, Provenance
from upgrades.planning.vocabulary import Role, Shape
from upgrades.procedures import METHODS, PROCEDURES


def marked() -> Iterator[str]:
    for package in (appliances.actions, upgrades.planning, upgrades.procedures):
        for path in Path(package.__path__[0]).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
                    yield ast.literal_eval(node.args[0])


MARKED = set(marked())


def shown_by(action: do.Action) -> Iterator[str]:
    yield from (action.evidence, action.what_if_not, action.screen)
    yield from (*action.how, *action.how_manual)
    for field in action.evidence_fields:
        yield from (field.label, field.help, *(label for _, label in field.choices))


@pytest.mark.parametrize("name", do.ALL)
def test_the_texts_of_an_action(name):
    assert set(shown_by(do.find(name))) - {""} <= MARKED


def test_the_texts_of_the_pages():
    pages = PROCEDURES.values()
    texts = {text for page in pages for text in (page.title, page.about, page.notice, page.risk)}
    texts |= {phase.title for page in pages for phase in page.phases()}
    texts |= {step.text for page in pages for phase in page.phases() for step in phase.steps}
    texts |= {step.text for method in METHODS.values() for step in method.lines()}
    texts |= {method.title for method in METHODS.values()}

    assert texts <= MARKED


def test_the_words():
    kinds = (Doer, Effect, Failure, Probe, Fact, Kind, Provenance, Shape, guide.Kind)
    texts = {word.label for kind in kinds for word in kind}
    texts |= {role.label for role in Role} - {"A", "B"}

    texts |= {chapter.title for chapter in guide.CHAPTERS}
    texts |= {place.what for places in guide.BESIDE.values() for place in places}

    assert texts | {*NOUN.values(), *NEEDED.values()} <= MARKED
