import io

import pytest
from PIL import Image

from portal import tenancy
from portal.models import Customer, EvidenceFile
from portal.services import evidence, pictures as portal_pictures
from tests.factories import NOON, a_customer
from upgrades.reports import pictures


def photograph(size, mode="RGB", kind="JPEG", **more):
    written = io.BytesIO()
    Image.new(mode, size, "red").save(written, kind, **more)
    return written.getvalue()


def shrunk(content):
    return portal_pictures.shrunk(content, longest=pictures.LONGEST)


def opened(content):
    return Image.open(io.BytesIO(content))


def test_a_large_picture_is_shrunk_and_keeps_its_shape():
    found = opened(shrunk(photograph((4000, 2000))))

    assert (found.size, found.format) == ((1400, 700), "JPEG")


def test_where_and_with_what_it_was_taken_is_left_behind():
    told = Image.Exif()
    told[0x010F] = "A maker"
    taken = photograph((40, 20), exif=told, comment=b"At home")
    assert b"A maker" in taken
    assert b"At home" in taken

    found = shrunk(taken)

    assert b"A maker" not in found
    assert b"At home" not in found


def test_what_can_be_seen_through_becomes_white():
    clear = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(clear, "PNG")

    assert opened(shrunk(clear.getvalue())).getpixel((1, 1)) == (255, 255, 255)


def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused():
    with pytest.raises(ValueError, match="too many pixels"):
        shrunk(photograph((6000, 6000), mode="1", kind="PNG"))


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\nrubbish", photograph((90, 90))[:200]])
def test_a_broken_picture_is_left_out(db, content):
    customer = a_customer()
    with tenancy.transaction(customer):
        kept = evidence.keep(
            [content], kind=EvidenceFile.Kind.PICTURE, name="a.png",
            subject=Customer.objects.get(), by=None, at=NOON,
        )  # fmt: skip

    assert pictures.load({"1.jpg": kept}) == {}


def test_pictures_keep_their_numbers_in_the_list_and_other_files_are_not_shown():
    kinds = ["PICTURE", "BACKUP", "PICTURE", "DOCUMENT"]
    files = [EvidenceFile(kind=kind, content_type="image/png") for kind in kinds]

    assert [place for place, _file in pictures.shown(files)] == [1, 3]
