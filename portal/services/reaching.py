"""Reads off the source which refusals an operation of the API can come to, for reached.json.

Static, as refusals.py: from the action's method along every name that it refers to and that is ours
(functions called or passed on, classes made, methods of the row's life). What is found may be said;
whether it ever is, only the rules know. What is reached over a table of names alone is not found.
"""

import ast
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from portal.services import refusals
from portal.services.refusals import Module, Named

Node = tuple[str, str, str]  # module, class ("": none), function
LIVES = ".models"


class _Reader:
    def __init__(self) -> None:
        self.modules = refusals.modules()
        self.source = refusals.source()
        self.bodies: dict[Node, ast.AST] = {}
        self.bases: dict[Named, list[Named]] = {}
        self.methods: dict[Named, list[str]] = {}
        self.moves: dict[str, list[Node]] = {}  # methods of rows, by name alone
        for module in self.modules.values():
            for each in module.tree.body:
                self._take(module, each)

    def _take(self, module: Module, each: ast.stmt) -> None:
        if isinstance(each, ast.FunctionDef):
            self.bodies[module.name, "", each.name] = each
        if not isinstance(each, ast.ClassDef):
            return
        named = (module.name, each.name)
        known = [module.known.get(base.id) for base in each.bases if isinstance(base, ast.Name)]
        self.bases[named] = [base for base in known if base]
        for part in each.body:
            if isinstance(part, ast.FunctionDef):
                node = (*named, part.name)
                self.bodies[node] = part
                self.methods.setdefault(named, []).append(part.name)
                if LIVES in module.name and not part.name.startswith("_"):
                    self.moves.setdefault(part.name, []).append(node)

    def codes(self, starts: Iterator[Node], kinds: list[Named]) -> set[str]:
        """Of everything that can be reached. `kinds` is the order in which the view's methods are
        looked for."""
        found: set[str] = set()
        seen: set[Node] = set()
        todo = list(starts)
        while todo:
            node = todo.pop()
            if node in seen or node not in self.bodies:
                continue
            seen.add(node)
            code, further = self._read(node, kinds)
            found |= code
            todo += further
        return found

    def _read(self, node: Node, kinds: list[Named]) -> tuple[set[str], list[Node]]:
        return _cached(self, node, tuple(kinds) if (node[0], node[1]) in kinds else ())

    def of(self, node: Node, kinds: tuple[Named, ...]) -> tuple[set[str], list[Node]]:
        """What one function says itself, and what it refers to."""
        body: Any = self.bodies[node]
        parts = [part for line in body.body for part in ast.walk(line)]
        called = {id(part.func) for part in parts if isinstance(part, ast.Call)}
        caught = {id(name) for part in parts for name in _asked_for(part)}
        codes: set[str] = set()
        further: list[Node] = []
        line = list(kinds or self._line((node[0], node[1])))
        for each in parts:
            if isinstance(each, ast.Attribute):
                further += self._attribute(each, node, line)
            named = self._meant(each, self.modules[node[0]])
            if named and id(each) not in caught:
                code, more = self._named(named, called=id(each) in called)
                codes |= code
                further += more
        return codes, further

    def _attribute(self, each: ast.Attribute, node: Node, line: list[Named]) -> list[Node]:
        """The method that is meant: one's own, one's parents', or of whatever row has such."""
        if isinstance(each.value, ast.Name) and each.value.id in ("self", "cls"):
            return self._method(each.attr, line)
        if isinstance(each.value, ast.Call) and _is_super(each.value):
            return self._method(each.attr, line[line.index((node[0], node[1])) + 1 :])
        return self.moves.get(each.attr, [])

    def _meant(self, each: ast.AST, module: Module) -> Named | None:
        """What a name, or a name of a module, stands for."""
        if isinstance(each, ast.Name):
            return module.known.get(each.id) or (module.name, each.id)
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
            before = module.known.get(each.value.id)
            return (".".join(before), each.attr) if before else None
        return None

    def _named(self, named: Named, *, called: bool) -> tuple[set[str], list[Node]]:
        """A class counts where one is made; a function, and a refusal, also where it is named."""
        named = self._home(named)
        if code := self.source.code_of(named):
            return {code}, []
        if named in self.methods:
            return set(), [(*named, name) for name in self.methods[named]] if called else []
        return set(), [(named[0], "", named[1])]

    def _home(self, named: Named, steps: int = 4) -> Named:
        """Where a name is defined, over what packages hand on."""
        module = self.modules.get(named[0])
        there = module.known.get(named[1]) if module else None
        if there is None or there == named or not steps:
            return named
        return self._home(there, steps - 1)

    def _method(self, name: str, line: Any) -> list[Node]:
        for kind in line:
            if (*kind, name) in self.bodies:
                return [(*kind, name)]
        return []

    def _line(self, kind: Named) -> list[Named]:
        """A class and what it descends from, in order."""
        found = [kind]
        for base in self.bases.get(kind, []):
            found += self._line(self._home(base))
        return found


def _asked_for(part: ast.AST) -> Iterator[ast.AST]:
    """The names of what is only caught or asked for."""
    if isinstance(part, ast.ExceptHandler) and part.type is not None:
        yield from ast.walk(part.type)
    if isinstance(part, ast.Call) and getattr(part.func, "id", "") in ("isinstance", "issubclass"):
        yield from ast.walk(part)


def _is_super(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "super"


@cache
def _cached(reader: _Reader, node: Node, kinds: tuple[Named, ...]) -> Any:
    return reader.of(node, kinds)


@lru_cache(maxsize=1)
def _reader() -> _Reader:
    return _Reader()


def of_action(view: type, action: str) -> list[str]:
    """The codes of refusals that an action of a viewset can come to, beside the framework's."""
    reader = _reader()
    kinds = [(kind.__module__, kind.__name__) for kind in view.__mro__]
    starts = reader._method(action, kinds)
    return sorted(reader.codes(iter(starts), kinds))
