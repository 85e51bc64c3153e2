import pytest

from appliances.simulator.settings import Settings, from_environment


def test_every_setting_is_read_from_its_variable():
    found = from_environment({"SIM_PORT": "9000", "SIM_INSTALL_SECONDS": "0.5", "OTHER": "x"})

    assert (found.port, found.install_seconds, found.base_seconds) == (9000, 0.5, 5.0)


def test_nothing_set_means_the_defaults():
    assert from_environment({}) == Settings()


def test_a_number_that_is_none_is_refused():
    with pytest.raises(ValueError, match="abc"):
        from_environment({"SIM_PORT": "abc"})
