import re
from importlib.metadata import version

import pytest
from fontTools.ttLib import TTFont

from portal.embedded import fonts


def test_each_weight_is_a_font_of_its_own_with_every_letter_of_the_shipped_one():
    letters = TTFont(fonts.shipped()).getBestCmap().keys()

    for weight in fonts.WEIGHTS:
        cut = TTFont(fonts.weights() / f"NotoSans-{weight}.ttf")
        assert "fvar" not in cut
        assert cut["OS/2"].usWeightClass == weight
        assert cut.getBestCmap().keys() == letters


def test_print_css_names_no_weight_that_is_not_cut():
    sheet = (fonts.PROJECT / "portal/static/portal/print.css").read_text()
    named = set(re.findall(r"font-weight: (\d+)", sheet))

    assert named <= {str(weight) for weight in fonts.WEIGHTS}
    assert "italic" not in sheet


def test_weights_are_cut_once(tmp_path, monkeypatch):
    folder = tmp_path / version("fontpkg-noto-sans")
    folder.mkdir()
    for weight in fonts.WEIGHTS:
        (folder / f"NotoSans-{weight}.ttf").touch()
    monkeypatch.setattr(fonts, "cut", pytest.fail)

    assert fonts.weights(tmp_path) == folder
