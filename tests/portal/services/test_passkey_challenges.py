"""Which name passkeys belong to, and where browsers would refuse them."""

import pytest

from portal.services import passkey_challenges


@pytest.mark.parametrize(
    ("url", "origin", "offered"),
    [
        ("https://Portal.example:443", "https://portal.example", True),
        ("https://portal.example:8443", "https://portal.example:8443", True),
        ("http://localhost:8000", "http://localhost:8000", True),
        ("http://portal.example", "http://portal.example", False),
        ("https://192.0.2.1", "https://192.0.2.1", False),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", False),
    ],
)
def test_the_portals_own_name_is_that_of_its_public_address(settings, url, origin, offered):
    settings.PUBLIC_URL = url

    assert passkey_challenges.origin() == origin
    assert passkey_challenges.are_offered() == offered
