"""Kept pictures made fit for paper: read from the store, shrunk, written anew without metadata."""

import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from PIL import Image, ImageOps, UnidentifiedImageError

from portal.models import EvidenceFile
from portal.services import evidence

LONGEST = 1400  # pixels of the longer side: 200 a inch at the width of a page
MOST_PIXELS = 25_000_000  # a picture that unpacks to more is named, not shown
MOST = 40  # pictures in one paper


def shown(files: Sequence[EvidenceFile]) -> Iterator[tuple[int, EvidenceFile]]:
    """Those that are pictures, with their numbers in the list; the first MOST of them."""
    found = (
        (place, file)
        for place, file in enumerate(files, start=1)
        if file.kind == EvidenceFile.Kind.PICTURE and file.content_type.startswith("image/")
    )
    return islice(found, MOST)


def load(kept: Mapping[str, EvidenceFile]) -> dict[str, bytes]:
    """The pictures by their names in the paper; one that cannot be read is left out."""
    found = {name: fit(file) for name, file in kept.items()}
    return {name: content for name, content in found.items() if content}


def fit(file: EvidenceFile) -> bytes:
    """A JPEG of at most LONGEST pixels; empty where there is no picture to be had."""
    try:
        return shrunk(b"".join(evidence.open_file(file)))
    except (evidence.FileMissing, UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return b""


def shrunk(content: bytes) -> bytes:
    """Raises what Pillow raises on something that is no picture, ValueError on too large a one."""
    with Image.open(io.BytesIO(content)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        picture.draft("RGB", (LONGEST, LONGEST))
        plain = ImageOps.exif_transpose(picture)
        if plain.mode in ("RGBA", "LA", "PA") or "transparency" in plain.info:
            plain = Image.alpha_composite(
                Image.new("RGBA", plain.size, "white"), plain.convert("RGBA")
            )
        plain = plain.convert("RGB")
        plain.thumbnail((LONGEST, LONGEST))
        plain.info = {}  # else a comment is written into the new file
        written = io.BytesIO()
        plain.save(written, "JPEG", quality=85, subsampling=0)
        return written.getvalue()
