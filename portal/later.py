"""Libraries that few processes use, imported by whoever uses them first.

A web worker that never draws a barcode need not hold what draws one: together these are a tenth of
its memory. Write `if TYPE_CHECKING: import name`, `else: name = Library("name")`.
"""

from importlib import import_module
from typing import Any


class Library:
    """Stands for a module until something of it is wanted; threads may want it at once."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
