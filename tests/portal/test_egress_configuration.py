import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import egress
from portal.egress import check_configuration, guard


def test_a_production_refuses_a_simulator(settings):
    settings.PRODUCTION, settings.SIMULATOR_URL = True, "http://127.0.0.1:8100"

    assert check_configuration("http://127.0.0.1:8100", production=True)
    with pytest.raises(ImproperlyConfigured, match="exclude each other"):
        guard()


def test_the_simulators_address_is_host_and_port(settings):
    settings.PRODUCTION, settings.SIMULATOR_URL = False, "http://127.0.0.1:8100/"
    settings.ALLOW_PRIVATE_ADDRESSES = True

    assert guard().simulator == ("127.0.0.1", 8100)
    assert guard().allow_private is True


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1:8100",
        "http://127.0.0.1",
        "127.0.0.1:8100",
        "http://a:b@127.0.0.1:8100",
        "http://127.0.0.1:8100/park",
        "http://127.0.0.1:8100?x",
        "http://127.0.0.1:99999",
    ],
)
def test_a_malformed_simulator_address_is_reported(address):
    assert check_configuration(address, production=False) != []


def test_without_a_simulator_there_is_nothing_to_report(settings):
    settings.PRODUCTION, settings.SIMULATOR_URL = True, ""

    assert check_configuration("", production=True) == []
    assert guard().simulator is None


def test_what_the_customer_hears_has_no_detail():
    for error in (egress.Unreachable, egress.NotAllowed, egress.TooMuch):
        raised = error("10.0.0.1 refused the connection on port 443")

        assert "10.0.0.1" not in f"{raised} {raised.sentence}"
        assert raised.detail.startswith("10.0.0.1")
