import pytest

from portal.drawings.lanes import Lane, Phase, Step, lay_out

LANES = [Lane("A", "A", "Single"), Lane("S", "S", "Site")]


def test_every_phase_has_a_cell_for_each_lane_in_order():
    layout = lay_out(LANES, [Phase(1, "Prepare", "DONE", {"S": [Step("DONE", "Ask")]})])

    cells = layout.bands[0].cells
    assert [(cell.lane.key, len(cell.steps)) for cell in cells] == [("A", 0), ("S", 1)]


def test_a_phase_without_steps_is_a_line():
    assert lay_out(LANES, [Phase(1, "Dwell", "PLANNED", {})]).bands[0].cells == []


def test_steps_of_an_unknown_lane_are_a_mistake():
    with pytest.raises(KeyError, match="unknown lanes"):
        lay_out(LANES, [Phase(1, "Prepare", "DONE", {"B": [Step("DONE", "Ask")]})])
