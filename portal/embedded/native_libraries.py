"""Text libraries for WeasyPrint (pango and its friends) that set-up unpacked without root.

Loaded by full path before WeasyPrint is imported: when it asks for them by name afterwards, the C
library answers with those already in memory.
"""

import ctypes
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / "var" / "text-libraries"


def load(folder: Path = FOLDER) -> list[Path]:
    """Load what lies in `folder`, in whatever order works; return what could not be loaded."""
    waiting = sorted(folder.glob("**/*-linux-gnu/*.so.*"))
    while waiting:
        refused = [library for library in waiting if not _loads(library)]
        if len(refused) == len(waiting):
            break
        waiting = refused
    return waiting


def _loads(library: Path) -> bool:
    try:
        ctypes.CDLL(str(library), ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True
