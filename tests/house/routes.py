"""Every address of the site, walked from the resolver."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

FRAMEWORK = ("static",)


@dataclass(frozen=True)
class Route:
    path: str
    name: str
    view: Any

    @property
    def is_api(self) -> bool:
        return self.path.startswith("api/")

    def filled(self, **values: object) -> str:
        """The address with its places filled: <slug:slug> by slug=…, the rest by pk."""
        path = self.path
        while "<" in path:
            before, _, rest = path.partition("<")
            place, _, after = rest.partition(">")
            kind, _, name = place.rpartition(":")
            value = 1 if kind == "int" else values.get(name, values["pk"])
            path = f"{before}{value}{after}"
        return "/" + path


def routes() -> list[Route]:
    """All of them, API formats and schema included."""
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: Any, prefix: str, space: str) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + _plain(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, path, inner)
        elif isinstance(pattern, URLPattern) and not path.startswith(FRAMEWORK):
            yield Route(path, f"{space}{pattern.name}", pattern.callback)


def _plain(pattern: str) -> str:
    """DRF's router writes regular expressions: (?P<pk>…) is a place too."""
    plain = pattern.lstrip("^").rstrip("$").replace(r"\.", ".").removesuffix(r"\Z")
    while "(?P<" in plain:
        before, _, rest = plain.partition("(?P<")
        name, _, after = rest.partition(">")
        depth, end = 1, 0
        while depth:
            depth += {"(": 1, ")": -1}.get(after[end], 0)
            end += 1
        plain = f"{before}<{name}>{after[end:]}"
    return plain
