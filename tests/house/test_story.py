"""README's story and its pictures: each is there, is small, and is made by `make screenshots`."""

import io
import re

from PIL import Image

from tests.browser.story import MOST_BYTES, PLACE, STORY, keep, small
from tests.house.sources import ROOT

SHOWN = re.compile(r"!\[(?P<words>[^\]]+)\]\(docs/story/(?P<name>\w+)\.png\)")


def test_readme_shows_each_picture_with_words_for_those_who_do_not_see_it():
    shown = [(found["name"], found["words"]) for found in SHOWN.finditer(readme())]

    assert sorted(name for name, _words in shown) == sorted(STORY)
    assert all(len(words) > 20 for _name, words in shown)
    assert readme().count("docs/story/") == len(shown)


def test_each_picture_is_there_and_small():
    kept = {path.stem: path for path in PLACE.iterdir()}

    assert sorted(kept) == sorted(STORY)
    for name, path in kept.items():
        assert path.stat().st_size < MOST_BYTES, name
        with Image.open(path) as picture:
            assert (picture.format, picture.size[0]) == ("PNG", STORY[name].width), name


def test_the_command_goes_through_the_tests_that_write_them():
    assert "tests/browser" in (ROOT / "tests/screenshots.py").read_text()
    assert "tests.screenshots" in (ROOT / "Makefile").read_text()


def test_a_picture_with_the_same_pixels_is_left_alone(tmp_path):
    """Whatever Pillow makes of their bytes: a picture that changed nothing is in no commit."""
    path = tmp_path / "story" / "queue.png"
    first, other = picture("navy"), picture("teal")

    assert keep(path, small(first))
    before = path.read_bytes()
    assert not keep(path, first)
    assert path.read_bytes() == before
    assert keep(path, small(other))
    assert path.read_bytes() == small(other)


def picture(colour):
    made = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(made, "PNG")
    return made.getvalue()


def readme():
    return (ROOT / "README.md").read_text()
