"""Reads off the source which refusals there are and what they say, for problems.json.

Static: nothing is imported or run. A class of a refusal is one that has a `code` and descends from
`Refused`, or from what planning says no with; what it says is every message id in the calls that
make one.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

APPS = ("portal", "appliances", "upgrades")
WORDS = {
    "_", "gettext", "gettext_lazy", "gettext_noop", "pgettext", "pgettext_lazy", "ngettext",
    "ngettext_lazy",
}  # fmt: skip
OF_REQUEST = {"idempotency-key-reused": 422, "if-match-missing": 428, "if-match-stale": 412}
Named = tuple[str, str]  # module, class
# What says that there is no plan knows nothing of us, and is answered under its own code.
ROOTS: dict[Named, str | None] = {
    ("portal.errors", "Refused"): "refused",
    ("upgrades.planning.paths", "NoPath"): "no-path",
    ("upgrades.planning.planner", "CannotPlan"): "cannot-plan",
}


@dataclass
class Module:
    name: str
    tree: ast.Module
    known: dict[str, Named] = field(default_factory=dict)  # a name here: where it is from
    meant: dict[str, list[ast.AST]] = field(default_factory=dict)  # a name here: what it may be


@dataclass
class Found:
    statuses: set[int] = field(default_factory=set)
    says: dict[str, None] = field(default_factory=dict)  # sets that keep the order
    helps: dict[str, None] = field(default_factory=dict)
    about: str = ""  # what the class says of itself, in English


@lru_cache(maxsize=1)  # the source does not change while a process runs
def read() -> dict[str, dict[str, Any]]:
    """Each code of a refusal, with the statuses, sentences and remedies it comes with."""
    found: dict[str, Found] = {}
    for module in modules().values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and (
                code := source().code_of((module.name, node.name))
            ):
                told = found.setdefault(code, Found())
                told.about = told.about or " ".join((ast.get_docstring(node) or "").split())
            if isinstance(node, ast.Call) and (
                code := source().code_of(source().called(module, node))
            ):
                _tell(found.setdefault(code, Found()), code, node, module)
    return {
        code: {
            "statuses": sorted(told.statuses) or [409],
            "says": list(told.says), "helps": list(told.helps), "about": told.about,
        }
        for code, told in sorted(found.items())
    }  # fmt: skip


@lru_cache(maxsize=1)
def modules() -> dict[str, "Module"]:
    """Everything that is ours, parsed, by its name."""
    return {module.name: module for module in _modules()}


@lru_cache(maxsize=1)
def source() -> "_Source":
    return _Source(modules())


def _tell(found: Found, code: str, call: ast.Call, module: Module) -> None:
    given = {word.arg: word.value for word in call.keywords}
    first = call.args[0] if call.args else given.get("sentence")
    found.says.update(dict.fromkeys(_messages(first, module)))
    found.helps.update(dict.fromkeys(_messages(given.get("remedy"), module)))
    found.statuses.add(OF_REQUEST.get(code, 400 if "fields" in given else 409))


def _messages(node: ast.AST | None, module: Module, steps: int = 2) -> Iterator[str]:
    """The message ids in an expression, and in what its names stand for in this module."""
    for each in ast.walk(node) if node is not None else ():
        if isinstance(each, ast.Name) and steps and each.id not in WORDS:
            for meant in module.meant.get(each.id, ()):
                yield from _messages(meant, module, steps - 1)
        if not isinstance(each, ast.Call) or not isinstance(each.func, ast.Name):
            continue
        if each.func.id in WORDS and each.args:
            text = each.args[1 if each.func.id.startswith("pgettext") else 0]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield text.value


def _modules() -> Iterator[Module]:
    base = Path(settings.BASE_DIR)
    for path in sorted(each for app in APPS for each in (base / app).rglob("*.py")):
        name = ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__")
        if "migrations" not in path.parts and "simulator" not in path.parts:
            yield _with_names(Module(name, ast.parse(path.read_text())))


def _with_names(module: Module) -> Module:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            module.known[node.name] = (module.name, node.name)
        if isinstance(node, ast.FunctionDef):
            module.meant.setdefault(node.name, []).append(node)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            module.meant.setdefault(node.targets[0].id, []).append(node.value)
        if isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                module.known[each.asname or each.name] = (node.module, each.name)
    return module


class _Source:
    def __init__(self, modules: dict[str, Module]) -> None:
        self.modules = modules
        self.codes: dict[Named, str | None] = dict(ROOTS)

    def called(self, module: Module, call: ast.Call) -> Named | None:
        """The class that a call makes one of, as far as names say."""
        what = call.func
        if isinstance(what, ast.Name):
            return module.known.get(what.id)
        if isinstance(what, ast.Attribute) and isinstance(what.value, ast.Name):
            if what.value.id in ("cls", "self"):
                return None
            before = module.known.get(what.value.id)
            return (".".join(before), what.attr) if before else None
        return None

    def code_of(self, named: Named | None) -> str | None:
        """The code of a class that is a refusal; None for everything else."""
        if named is None or named in self.codes:
            return self.codes.get(named) if named else None
        self.codes[named] = None  # against circles
        module = self.modules.get(named[0])
        place = module.known.get(named[1]) if module else None
        if module is None or place is None:
            return None
        if place != named:
            self.codes[named] = self.code_of(place)
            return self.codes[named]
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and node.name == named[1]:
                self.codes[named] = self._of_class(module, node)
        return self.codes[named]

    def _of_class(self, module: Module, node: ast.ClassDef) -> str | None:
        names = [base.id for base in node.bases if isinstance(base, ast.Name)]
        inherited = [code for name in names if (code := self.code_of(module.known.get(name)))]
        if not inherited:
            return None
        for each in node.body:
            if isinstance(each, ast.Assign) and getattr(each.targets[0], "id", "") == "code":
                return str(ast.literal_eval(each.value))
        return inherited[0]
