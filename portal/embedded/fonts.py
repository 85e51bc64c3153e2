"""Fonts for PDF: Noto Sans from a package, the same letters on every machine.

With no font known to fontconfig, WeasyPrint 70 crashes; so our own configuration is always set.
"""

from importlib.util import find_spec
from pathlib import Path

CONFIGURATION = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def configure(folder: Path) -> Path:
    """Write the configuration into `folder` and return it: the value of FONTCONFIG_FILE."""
    spec = find_spec("fontpkg_noto_sans")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("fontpkg_noto_sans")
    cache = folder / "font-cache"
    cache.mkdir(parents=True, exist_ok=True)
    file = folder / "fonts.conf"
    file.write_text(CONFIGURATION.format(fonts=Path(spec.origin).parent / "files", cache=cache))
    return file
