"""French and Turkish are complete: what is said in English is said in all three."""

import ast
import re

import pytest
from babel.messages.pofile import read_po

from appliances import actions
from tests.house.sources import ROOT, calls, modules, named, short, tree

PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\{.*?\}\}|</?[a-z]+")
LANGUAGES = ("fr", "tr")


def catalogue(language):
    with (ROOT / f"portal/locale/{language}/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale=language)


def strings(message):
    return message.string if isinstance(message.string, tuple | list) else (message.string,)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_complete(language):
    missing = [str(m.id)[:60] for m in catalogue(language) if m.id and not all(strings(m))]
    assert missing == []
    assert not [m.id for m in catalogue(language) if m.fuzzy and m.id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_stays(language):
    wrong = []
    for message in catalogue(language):
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        wanted = {place for each in ids for place in PLACES.findall(each)}
        wrong += [
            (message.id, said)
            for said in strings(message)
            if said and not set(PLACES.findall(said)) <= wanted
        ]
    assert wrong == []


def test_both_catalogues_say_the_same_things():
    ids = [{str(m.id) for m in catalogue(language) if m.id} for language in LANGUAGES]
    assert ids[0] == ids[1]


def test_french_sets_no_plain_space_before_its_marks():
    """A line would begin with them. A path of the appliance's own pages (`Users :: Add`) is not
    French."""
    wrong = [
        said
        for message in catalogue("fr")
        for said in strings(message)
        if message.id and re.search(r"\S[ \u00a0](?:[;?!»]|:(?!:))|«[ \u00a0]", said)
    ]
    assert wrong == []


def test_no_text_is_filled_in_before_a_language_is_known():
    """`_("… %(x)s") % values` outside a function would be said once, in English, when loaded."""
    early = [
        f"{short(path)}:{node.lineno}"
        for path in modules()
        for node in at_load(tree(path))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)
        and isinstance(node.left, ast.Call) and named(node.left) in MARKERS
    ]  # fmt: skip
    assert early == []


def at_load(node):
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from at_load(child)


MARKERS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
TAG = re.compile(r"\{%\s*(?:translate|trans)\s+(?P<q>[\"'])(?P<text>.*?)(?P=q)", re.S)
LITERAL = re.compile(r"\b_\((?P<q>[\"'])(?P<text>.*?)(?P=q)\)", re.S)
BLOCK = re.compile(
    r"\{%\s*blocktranslate(?P<words>.*?)%\}(?P<text>.*?)"
    r"(?:\{%\s*plural\s*%\}.*?)?\{%\s*endblocktranslate\s*%\}",
    re.S,
)


def said_in_python():
    for path in modules():
        for call in calls(path):
            if named(call) in MARKERS and call.args and isinstance(call.args[0], ast.Constant):
                yield short(path), call.args[0].value


def said_in_templates():
    for path in sorted((ROOT / "templates").rglob("*.*")):
        text = path.read_text()
        for found in (*TAG.finditer(text), *LITERAL.finditer(text)):
            yield short(path), found["text"]
        for found in BLOCK.finditer(text):
            yield short(path), _as_msgid(found["text"], trimmed="trimmed" in found["words"])


def _as_msgid(text, *, trimmed):
    if trimmed:
        text = " ".join(line.strip() for line in text.strip().splitlines())
    text = text.replace("%", "%%") if "{{" in text or "%" in text else text
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_that_the_catalogue_does_not_know(language):
    known = set()
    for message in catalogue(language):
        known |= set(message.id if isinstance(message.id, tuple | list) else (message.id,))
    unknown = {
        (where, text)
        for where, text in (*said_in_python(), *said_in_templates())
        if text
        and isinstance(text, str)
        and text not in known
        and text.replace("%%", "%") not in known
    }
    assert unknown == set()


# "Jump" is a product's name; the address of a page is typed as it is.
SAME = {"/login", "/login > Jump > Jump Clients"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_screens_of_the_appliance_have_the_names_of_the_languages_edition(language):
    """The English name stands beside them (vendor.md §6.1)."""
    screens = {each.screen for each in vars(actions).values() if isinstance(each, actions.Action)}
    told = {message.id: message.string for message in catalogue(language)}

    same = {screen for screen in screens - {""} if told.get(screen, screen) == screen}

    assert same <= SAME
