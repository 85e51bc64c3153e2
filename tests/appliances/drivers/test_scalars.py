from datetime import UTC, datetime

import pytest

from appliances.drivers import scalars

JUNE = datetime(2024, 6, 10, 6, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("24.1.2 (51234-0123abcd)", ("24.1.2", "51234-0123abcd")),
        ("24.1.2", ("24.1.2", "")),
        ("18.2", ("18.2", "")),
        ("v25.1.2-rc1", ("25.1.2", "")),
        ("  22.3.1   (build 7) ", ("22.3.1", "build 7")),
        ("24.1.2.5 ()", ("24.1.2.5", "")),
        ("unknown", ("unknown", "")),
        ("", ("", "")),
        (None, ("", "")),
        (["24.1"], ("", "")),
    ],
)
def test_versions_are_read_leniently(written, read):
    assert scalars.version_and_build(written) == read


@pytest.mark.parametrize(
    "written",
    [
        1718000000,
        "1718000000",
        "2024-06-10T06:13:20+00:00",
        "2024-06-10T06:13:20.000+0000",
        "2024-06-10T08:13:20+02:00",
        "2024-06-10T06:13:20Z",
        "2024-06-10T06:13:20",
        " 2024-06-10 06:13:20 ",
    ],
)
def test_instants_are_read_in_every_form(written):
    assert scalars.moment(written) == JUNE


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", None, 0, -5, 10**18, "9" * 19, "9" * 400, True, [], {}, 1.5, float("nan")]
    + ["0001-01-01T00:00:00+23:59", "2024-13-45T99:99:99"],
)
def test_what_is_no_instant_is_none(written):
    assert scalars.moment(written) is None


@pytest.mark.parametrize("value", [1, "1", True, "true", "TRUE", " yes ", "on"])
def test_both_dialects_of_yes(value):
    assert scalars.truth(value) is True


@pytest.mark.parametrize("value", [0, "0", False, "false", "", None, 2, "no", [1], {"a": 1}, 1.0])
def test_everything_else_is_no(value):
    assert scalars.truth(value) is False


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        ("5", 5),
        (" -7 ", -7),
        (5.0, 5),
        (5.5, None),
        (True, None),
        ("5a", None),
        (2**63, None),
    ]
    + [(float("inf"), None), (1e300, None), ("", None), (None, None), ([], None), ("٥", None)],
)
def test_numbers_fit_a_column(value, number):
    assert scalars.integer(value) == number


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("  ok \n", "ok"),
        ("a\x00b", "a\ufffdb"),
        ("a\ud800b", "a\ufffdb"),
        ("a\u202egnp.exe", "a\ufffdgnp.exe"),
        ("x" * 1000, "x" * 255),
        (None, ""),
        (12, "12"),
        (True, "1"),
        ({"a": 1}, ""),
    ],
)
def test_texts_can_be_stored_and_shown(value, told):
    assert scalars.text(value) == told
    scalars.text(value).encode()


@pytest.mark.parametrize(
    ("value", "guid"),
    [
        ("0F1E2D3C4B5A69788796A5B4C3D2E1F0", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"),
        ("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"),
        ("0f1e2d3c", ""),
        ("g" * 32, ""),
        (None, ""),
        (5, ""),
    ],
)
def test_a_guid_is_32_digits_or_nothing(value, guid):
    assert scalars.guid(value) == guid
