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
    assert f'viewBox="0 0 {wide} 40" width="{wide * 0.33:.2f}mm"' in drawing
    assert "<title>Serial &lt;b&gt;</title>" in drawing
    bars = ["0"] * wide
    for start, length in re.findall(r"M(\d+) 0h(\d+)v", drawing):
        bars[int(start) : int(start) + int(length)] = "1" * int(length)
    assert "".join(bars) == "0" * 10 + barcodes.modules("AB") + "0" * 10


def test_a_long_number_becomes_narrower_and_a_too_long_one_has_no_bars():
    (wide,) = re.findall(
        r'width="([\d.]+)mm"', barcodes.code128("RS-B200-0047193-77-ABCDEFG", "", room=84)
    )

    assert float(wide) == 84.0
    assert barcodes.code128("x" * 60, "", room=84) == ""


def test_what_code_128_cannot_say_has_no_bars():
    assert barcodes.code128("İÇ-1", "", room=84) == ""
    assert barcodes.code128("", "", room=84) == ""
