"""What is defined at the top of a module is used by the product, not by its tests alone."""

import ast
import re

from tests.house.sources import ROOT, modules, short, tree

# Read by name: the words of Django, and of what finds a procedure or a command by its module.
BY_NAME = {
    "__all__", "urlpatterns", "app_name", "Command", "PROCEDURE", "SessionStore",
    "PortalConfig", "AppliancesConfig", "UpgradesConfig",
    "Bearer",  # drf-spectacular finds it, since it exists
}  # fmt: skip
ELSEWHERE = ("portal/settings.py", "portal/typesetting/", "portal/rowsecurity.py")
# Plain decorators, that register nothing: what they stand on has to be called like anything else.
PLAIN = {"dataclass", "contextmanager", "cache", "lru_cache", "singledispatch", "wraps"}
# What has no caller yet, or is measured (tests/bench, performance.md) before a page shows it.
KEPT = {
    "appliances.simulator.parks.demo",  # a park to start the simulator with, by hand
    "portal.services.still_true.FACTS",  # a test holds every kind of mail against these two
    "portal.services.still_true.judged",
    "upgrades.planning.guide.IDS",  # the guide's numbers, which tests hold pages and papers against
    "upgrades.planning.spans.overfull",  # C4
    "upgrades.services.afterwards.NAMES",  # words that no form's cell may have
    "upgrades.services.fleet.plan",  # the stored ways of a whole fleet
    "upgrades.services.fleet.ways",
    "upgrades.services.next_free.of_every_site",  # C1
}


def module_of(path):
    return short(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def registers(decorator):
    """Whether it hands what it stands on to somebody else, who calls it."""
    return ast.unparse(decorator).split("(")[0].split(".")[-1] not in PLAIN


def defined(path):
    """The names at the top of a module that nothing registers."""
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            if not any(map(registers, node.decorator_list)):
                yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            words = (each for target in targets for each in ast.walk(target))
            yield from (each.id for each in words if isinstance(each, ast.Name))


def imported(path):
    """By the name that a module knows it by: what it imports."""
    known = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            known |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Import):
            known |= {each.asname or each.name: each.name for each in node.names}
    return known


def used(path):
    """Every dotted name that a module reads of its own, imports, or reaches through an import."""
    own, known = module_of(path), imported(path)
    found = set(known.values())
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(f"{own}.{node.id}")
        elif isinstance(node, ast.Attribute):
            first, *rest = ast.unparse(node).split(".")
            dotted = known.get(first, first).split(".") + rest
            found |= {".".join(dotted[:end]) for end in range(2, len(dotted) + 1)}
    return found


def said(path):
    """What strings name at the end of a dotted path: those of settings, and of lists of modules."""
    texts = (node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant))
    short_ones = (each[:200] for each in texts if isinstance(each, str))
    return {word for each in short_ones for word in re.findall(r"[\w.]+\.(\w+)", each)}


def test_nothing_is_defined_that_the_product_does_not_use():
    found = {name for path in modules() for name in used(path)}
    words = {word for path in modules() for word in said(path)} | BY_NAME
    pages = [each.read_text() for each in (ROOT / "templates").rglob("*.*")]
    for path in modules():
        if "templatetags" in path.parts:
            words |= {name for name in defined(path) if any(name in page for page in pages)}

    unused = {
        f"{module_of(path)}.{name}"
        for path in modules()
        if not any(each in short(path) for each in ELSEWHERE)
        for name in defined(path)
        if name not in words and f"{module_of(path)}.{name}" not in found
    }

    assert unused == KEPT
