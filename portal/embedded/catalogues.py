"""Compile the translation catalogues (.po to .mo) without GNU gettext, which a bare machine lacks.

`python -m portal.embedded.catalogues` compiles those that changed.
"""

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PROJECT = Path(__file__).resolve().parent.parent.parent


def compile_all(project: Path = PROJECT) -> list[Path]:
    """Compile every catalogue that is newer than its compiled form; return the files written."""
    sources = sorted(project.glob("*/locale/*/LC_MESSAGES/*.po"))
    return [compile_one(source) for source in sources if _is_stale(source)]


def compile_one(source: Path) -> Path:
    """Fuzzy entries are left out: they wait for a translator. Raises PoFileError when broken."""
    with source.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    target = source.with_suffix(".mo")
    unfinished = target.with_suffix(f".mo.{os.getpid()}")
    with unfinished.open("wb") as file:
        write_mo(file, catalogue)
    unfinished.replace(target)
    return target


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


if __name__ == "__main__":
    for written in compile_all():
        sys.stdout.write(f"Compiled {written.relative_to(PROJECT)}\n")
