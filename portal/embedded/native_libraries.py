"""Text libraries for WeasyPrint (pango and its friends) that set-up unpacked without root."""

import os
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / "var" / "text-libraries"


def environment(folder: Path = FOLDER) -> dict[str, str]:
    """The environment for a program that needs them: ours, with their place if there is one."""
    found = sorted({str(library.parent) for library in folder.glob("**/*-linux-gnu/*.so.*")})
    if not found:
        return dict(os.environ)
    known = os.environ.get("LD_LIBRARY_PATH")
    return {**os.environ, "LD_LIBRARY_PATH": ":".join([*found, *([known] if known else [])])}
