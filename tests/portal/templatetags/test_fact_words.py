"""Every key of an event's facts has a word: as the sources have it, and as they write it."""

import ast

import pytest

from appliances.services import sites
from portal import audit, tenancy
from portal.services import customers
from portal.templatetags.fact_words import FACTS
from tests import factories, labelled
from tests.house.sources import calls, modules, named, short, tree

DOORS = {"record", "record_platform"}
NOTES = {"_note", "note", "moved"}  # what they are given by name goes into the event
NO_FACTS = {"by", "at", "job", "data", "about_customer", "tell"}
WITH_NOTES = (
    "upgrades/services/ticks/recording.py", "upgrades/services/stepping.py",
    "upgrades/services/handing.py", "upgrades/services/skipping.py", "upgrades/services/steps.py",
    "upgrades/services/bookings.py", "upgrades/services/pairs_proven.py",
    "appliances/services/returning.py", "appliances/services/returns.py",
)  # fmt: skip


def keys_of(node):
    return {
        key.value
        for each in ast.walk(node)
        if isinstance(each, ast.Dict)
        for key in each.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def whole(node):
    """Names that stand for a dictionary, not for something that a part is taken of."""
    parts = {
        id(each.value) for each in ast.walk(node) if isinstance(each, ast.Subscript | ast.Attribute)
    }
    return {
        each.id for each in ast.walk(node) if isinstance(each, ast.Name) and id(each) not in parts
    }


def facts_of(path):
    """Keys of dictionaries given as `data`, those of names and functions of the module among it."""
    given = [
        word.value
        for call in calls(path)
        if named(call) in DOORS
        for word in call.keywords
        if word.arg == "data"
    ]
    known = {name for node in given for name in whole(node)}
    found = set().union(*map(keys_of, given)) if given else set()
    for node in ast.walk(tree(path)) if known else ():
        if isinstance(node, ast.FunctionDef) and node.name in known:
            returned = [each for each in ast.walk(node) if isinstance(each, ast.Return)]
            found |= set().union(*(keys_of(each) for each in returned))
        if isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(one, ast.Name) and one.id in known for one in targets):
                found |= keys_of(node.value)
            for one in targets:
                if isinstance(one, ast.Subscript) and getattr(one.value, "id", "") in known:
                    found |= {each.value for each in [one.slice] if isinstance(each, ast.Constant)}
    if short(path) in WITH_NOTES:
        noted = [call for call in calls(path) if named(call) in NOTES]
        found |= {word.arg for call in noted for word in call.keywords if word.arg} - NO_FACTS
    return found


FOUND = {short(path): facts_of(path) for path in modules()}


def test_the_sources_are_read():
    assert {"seq", "action", "detail", "until"} <= FOUND["upgrades/services/ticks/recording.py"]
    assert {"rma", "tracking"} <= set().union(*FOUND.values())
    assert FOUND["portal/services/promises.py"] == {"kind", "days", "agreed_on", "before"}


@pytest.mark.parametrize("path", [path for path, keys in FOUND.items() if keys])
def test_every_key_that_the_code_writes_has_a_word(path):
    assert FOUND[path] - FACTS.keys() == set()


def test_every_field_that_is_changed_by_its_name_has_a_word():
    assert (sites.SITE_FIELDS | sites.APPLIANCE_FIELDS | set(customers.FIELDS)) <= FACTS.keys()


def test_what_is_written_without_a_word_is_found_by_the_test_that_writes_it(db):
    customer = factories.a_customer()
    written = compile(
        "audit.record('customer.changed', customer, data={'surprise': 1})", "<here>", "exec"
    )
    ours = {"__name__": "portal.services.somewhere", "audit": audit, "customer": customer}

    with tenancy.transaction(customer):
        with pytest.raises(labelled.Unlabelled, match="surprise"):
            exec(written, ours)
        exec(written, ours | {"__name__": "tests.somewhere"})
