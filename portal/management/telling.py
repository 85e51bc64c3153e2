"""How every command tells: what it found on standard output, for people or with --json one object
a line for programs; how far it is on standard error, and only to a terminal."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

WIDTH = 40


def add_json(parser: CommandParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def tell(command: BaseCommand, found: dict[str, Any]) -> None:
    """One object for programs. Instants, ids and texts of translations become text."""
    command.stdout.write(json.dumps(found, ensure_ascii=False, default=str))


class Bar:
    """`[####....] 40/100`, drawn over itself; silent where nobody looks."""

    def __init__(self, command: BaseCommand) -> None:
        self.out = command.stderr

    def at(self, done: int, of: int) -> None:
        """So many are done; the line ends with the last."""
        if not self.out.isatty():
            return
        full = WIDTH * min(done, of) // max(1, of)
        end = "\n" if done >= of else ""
        self.out.write(f"\r  [{'#' * full}{'.' * (WIDTH - full)}] {done}/{of} ", ending=end)
        self.out.flush()
