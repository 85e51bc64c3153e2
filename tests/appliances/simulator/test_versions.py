import pytest

from appliances.simulator import versions


@pytest.mark.parametrize(
    ("left", "op", "right", "holds"),
    [
        ("3.2.4", ">=", "3.3.2", False),
        ("3.3.2", ">=", "3.3.2", True),
        ("12.2", "==", "12.2.0", True),
        ("3.10.0", ">", "3.9.9", True),
        ("", ">=", "1.0", False),
    ],
)
def test_versions_compare_as_numbers(left, op, right, holds):
    assert versions.compare(left, op, right) is holds


def test_a_bound_of_two_parts_takes_in_its_maintenance_builds():
    assert versions.up_to("16.2.9", "16.2") is True
    assert versions.up_to("17.1.0", "16.2") is False


def test_made_up_builds_look_like_builds():
    assert len(versions.made_up_build("product", "22.3.1")) == 5
    assert len(versions.made_up_hash("product", "22.3.1")) == 40
