from portal.drawings.shares import bar, fit


def test_the_parts_of_a_bar_follow_each_other_and_nothing_has_no_part():
    parts = bar([("good", 3), ("wait", 0), ("stop", 1)])

    assert [(part.family, part.x, part.width) for part in parts] == [
        ("good", "0.00%", "74.70%"),
        ("stop", "75.00%", "25.00%"),
    ]


def test_a_bar_of_nothing_is_empty():
    assert bar([("good", 0)]) == []


def test_the_last_safe_start_is_where_the_slow_case_just_ends_in_time():
    drawn = fit(240, 58, 110)

    assert (drawn.booked, drawn.worst, drawn.safe) == ("24.17%", "21.67%", "54.17%")


def test_a_plan_that_does_not_fit_has_no_safe_start():
    assert fit(60, 58, 110).safe == ""
