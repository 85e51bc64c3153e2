import pytest

from portal.egress import NotAllowed, canonical_name
from portal.egress.names import checked_path, split_address


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("support.example.com", "support.example.com"),
        ("SUPPORT.Example.COM", "support.example.com"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("sra-ist-01.example.com.tr", "sra-ist-01.example.com.tr"),
        ("1and1.example.com", "1and1.example.com"),
        ("a.b", "a.b"),
    ],
)
def test_a_plain_name_is_read(written, read):
    assert canonical_name(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "",
        ".",
        "localhost",
        "intranet",
        "a..b",
        ".example.com",
        "example.com.",
        "-a.example.com",
        "a-.example.com",
        "a_b.example.com",
        "a b.example.com",
        " example.com",
        "example.com\n",
        "example.com\r\nX-Evil: 1",
        "example.com\x00.sim",
        "example.com:443",
        "user@example.com",
        "user:password@example.com",
        "example.com/path",
        "example.com?x",
        "example.com#x",
        "example.com\\@evil.example",
        "https://example.com",
        "[example.com]",
        "*.example.com",
        "%6c%6fcalhost.example.com",
        "faß.example",  # IDNA 2003 makes it fass.example, 2008 does not
        "ｅxample.com",
        "example。com",
        "example．com",
        "exa\u00admple.com",
        "exa\u200bmple.com",
        "\ud800.example.com",
        "x" * 64 + ".example.com",
        "ü" * 60 + ".example.com",
        ".".join(["a" * 50] * 6),
        "example.123",
        "example.0x7f",
        "example.0x",
        "service.localhost",
        "1.2.3.4",
        "2606:4700:4700::1111",
    ],
)
def test_anything_else_is_refused(written):
    with pytest.raises(NotAllowed):
        canonical_name(written)


def test_a_literal_needs_a_permission():
    assert canonical_name("10.0.0.9", literal_allowed=True) == "10.0.0.9"
    assert canonical_name("FD00:0::9", literal_allowed=True) == "fd00::9"


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("https://hooks.example.com", ("hooks.example.com", 443, "/")),
        ("https://Hooks.example.com/a/b?c=d", ("hooks.example.com", 443, "/a/b?c=d")),
        ("https://hooks.example.com:8443/", ("hooks.example.com", 8443, "/")),
    ],
)
def test_a_plain_address_is_split(address, parts):
    assert split_address(address) == parts


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "//hooks.example.com/",
        "hooks.example.com",
        "https://user@hooks.example.com/",
        "https://user:password@hooks.example.com/",
        "https://safe.example.com\\@evil.example/",
        "https://hooks.example.com/a#b",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/a\r\nb",
        "https://hooks.exa\tmple.com/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com:x/",
        "https://[::1/",
        "https://hooks.example.com/é",
    ],
)
def test_an_odd_address_is_refused(address):
    with pytest.raises(NotAllowed):
        split_address(address)


@pytest.mark.parametrize("path", ["", "api", "/a b", "/a\r\nHost: x", "/a#b", "/é", "/\x7f"])
def test_a_path_that_could_split_a_request_is_refused(path):
    with pytest.raises(NotAllowed):
        checked_path(path)
