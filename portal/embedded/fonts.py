"""Fonts for PDF: Noto Sans from a package, the same letters on every machine.

With no font known to fontconfig, WeasyPrint 70 crashes; so our own configuration is always set.
The package has one font for all weights, from which WeasyPrint would cut out each weight anew for
each paper, in two fifths of its time: those that print.css names are cut out once, and kept.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

from portal.embedded.state import PROJECT

WEIGHTS = (400, 600, 700)
KEPT = PROJECT / "var" / "fonts"
CONFIGURATION = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def configure(folder: Path) -> Path:
    """Write the configuration into `folder` and return it: the value of FONTCONFIG_FILE.

    Takes some ten seconds the first time on a checkout, to cut the weights.
    """
    cache = folder / "font-cache"
    cache.mkdir(parents=True, exist_ok=True)
    file = folder / "fonts.conf"
    file.write_text(CONFIGURATION.format(fonts=weights(), cache=cache))
    return file


def shipped() -> Path:
    """The package's font, with axes of weight and width."""
    spec = find_spec("fontpkg_noto_sans")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("fontpkg_noto_sans")
    return Path(spec.origin).parent / "files" / "NotoSans[wdth,wght].ttf"


def weights(kept: Path = KEPT) -> Path:
    """A folder with a font for each of WEIGHTS, made if it is not there."""
    folder = kept / version("fontpkg-noto-sans")
    folder.mkdir(parents=True, exist_ok=True)
    missing = [weight for weight in WEIGHTS if not _file(folder, weight).exists()]
    if missing:
        with ProcessPoolExecutor(mp_context=get_context("fork")) as several:
            list(several.map(cut, [shipped()] * len(missing), [folder] * len(missing), missing))
    return folder


def cut(source: Path, folder: Path, weight: int) -> None:
    """Whole or not at all: two may do it at once."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - 0.2 s, and only the first time
    from fontTools.varLib.instancer import instantiateVariableFont  # noqa: PLC0415

    axes = {"wght": weight, "wdth": 100}
    font = instantiateVariableFont(TTFont(source), axes, static=True, updateFontNames=True)
    file = _file(folder, weight)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    font.save(unfinished)
    unfinished.replace(file)


def _file(folder: Path, weight: int) -> Path:
    return folder / f"NotoSans-{weight}.ttf"
