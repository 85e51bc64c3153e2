"""Code 128 against symbols put together by hand from the tables of ISO/IEC 15417."""

import re

from upgrades.reports import barcodes

START_B, A, B = "11010010000", "10100011000", "10001011000"
CHECK_102, STOP = "11110101110", "1100011101011"  # (104 + 1·33 + 2·34) mod 103 = 102
START_C, N12, N34 = "11010011100", "10110011100", "10001011000"
CHECK_82 = "10010011110"  # (105 + 1·12 + 2·34) mod 103 = 82


def test_letters_are_the_symbol_of_the_standard():
    assert barcodes.modules("AB") == START_B + A + B + CHECK_102 + STOP


def test_an_even_number_of_digits_is_written_in_pairs():
    assert barcodes.modules("1234") == START_C + N12 + N34 + CHECK_82 + STOP


def test_the_drawing_has_quiet_zones_and_the_very_bars():
    drawing = barcodes.code128("AB", "Serial <b>", room=84)

    wide = len(barcodes.modules("AB")) + 20
    assert 'viewBox="0 0 84 9" width="84mm" height="9mm"' in drawing
    assert "<title>Serial &lt;b&gt;</title>" in drawing
    assert bars(drawing, 0.33, wide) == "0" * 10 + barcodes.modules("AB") + "0" * 10


def bars(drawing, module, wide):
    """Of a drawing in millimetres, in modules."""
    found = ["0"] * wide
    for start, length in re.findall(r"M([\d.]+) 0h([\d.]+)v9h-\2z", drawing):
        first, many = (float(each) / module for each in (start, length))
        assert abs(first - round(first)) < 0.01 > abs(many - round(many))
        found[round(first) : round(first + many)] = "1" * round(many)
    return "".join(found)


def test_a_long_number_becomes_narrower_and_a_too_long_one_has_no_bars():
    long = "RS-B200-0047193-77-ABCDEFG"
    wide = len(barcodes.modules(long)) + 20
    drawing = barcodes.code128(long, "", room=84)

    assert 0.19 < 84 / wide < 0.33
    assert bars(drawing, 84 / wide, wide) == "0" * 10 + barcodes.modules(long) + "0" * 10
    assert barcodes.code128("x" * 60, "", room=84) == ""


def test_what_code_128_cannot_say_has_no_bars():
    assert barcodes.code128("İÇ-1", "", room=84) == ""
    assert barcodes.code128("", "", room=84) == ""
