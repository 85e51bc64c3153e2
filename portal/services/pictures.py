"""Pictures that people took, written anew: smaller, and without what a camera adds (where it was,
whose it is). What cannot be read as a picture is none."""

import io
import struct
import zlib
from typing import TYPE_CHECKING

from portal.later import Library

if TYPE_CHECKING:
    from PIL import Image, ImageOps
else:
    Image, ImageOps = Library("PIL.Image"), Library("PIL.ImageOps")

MOST_PIXELS = 25_000_000  # one that unpacks to more is not unpacked
# What Pillow raises on half a picture, by its kind, besides what `_shrunk` names. One that is no
# picture is an OSError to it.
BROKEN = (OSError, ValueError, SyntaxError, EOFError, TypeError, struct.error, zlib.error)


class Unreadable(ValueError):
    """No picture, half of one, or one of too many pixels."""


def shrunk(content: bytes, *, longest: int) -> bytes:
    """A JPEG of at most `longest` pixels on its longer side, upright. Raises Unreadable."""
    try:
        return _shrunk(content, longest)
    except (Image.DecompressionBombError, *BROKEN) as broken:
        raise Unreadable(str(broken)) from broken


def _shrunk(content: bytes, longest: int) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Unreadable("too many pixels")
        picture.draft("RGB", (longest, longest))
        plain = ImageOps.exif_transpose(picture)
        if plain.mode in ("RGBA", "LA", "PA") or "transparency" in plain.info:
            plain = Image.alpha_composite(
                Image.new("RGBA", plain.size, "white"), plain.convert("RGBA")
            )
        plain = plain.convert("RGB")
        plain.thumbnail((longest, longest))
        plain.info = {}  # else a comment is written into the new file
        written = io.BytesIO()
        plain.save(written, "JPEG", quality=85, subsampling=0)
        return written.getvalue()
