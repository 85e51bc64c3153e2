"""Kept pictures made fit for paper: read from the store, shrunk, written anew without metadata."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from portal.models import EvidenceFile
from portal.services import evidence, pictures

LONGEST = 1400  # pixels of the longer side: 200 a inch at the width of a page
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
        return pictures.shrunk(b"".join(evidence.open_file(file)), longest=LONGEST)
    except (evidence.FileMissing, pictures.Unreadable):
        return b""
