import pytest

from portal.services import browsers

MOZILLA = "Mozilla/5.0 "


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ("(X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (
            "(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        ("(Macintosh; Intel Mac OS X 10_15) Version/18 Safari/605", "Safari, macOS"),
        ("(iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/140.0 Safari/604.1", "Chrome, iOS"),
        ("(Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_named_in_our_words_never_in_those_that_were_sent(sent, named):
    assert browsers.named(MOZILLA + sent) == named


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("192.0.2.17", "192.0.2.0/24"),
        ("::ffff:192.0.2.17", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_an_address_is_shortened_to_its_network(address, shown):
    assert browsers.shortened(address) == shown
