"""Spellings of addresses that must never be called, at both doors: as a host, as a record."""

import socket
from ipaddress import IPv4Address, IPv6Address

import pytest

from portal.egress import Guard, NotAllowed, Target, judge


def spellings(lines: str) -> list[str]:
    return lines.split()


BAD_V4 = spellings("""
0.0.0.0 0.0.0.1 0.1.2.3 0.255.255.255
127.0.0.1 127.0.0.2 127.0.1.1 127.1.1.1 127.255.255.254 127.255.255.255
169.254.0.1 169.254.1.1 169.254.169.253 169.254.169.254 169.254.170.2 169.254.255.255
168.63.129.16 100.100.100.200 192.0.0.192
100.64.0.0 100.64.0.1 100.96.1.1 100.127.255.255
224.0.0.1 224.0.0.251 232.1.1.1 239.255.255.250 239.255.255.255
240.0.0.1 247.1.1.1 255.255.255.254 255.255.255.255
192.0.0.0 192.0.0.8 192.0.0.9 192.0.0.170 192.0.0.255 198.51.100.255 203.0.113.0 245.0.0.1
225.1.1.1 100.65.0.1 192.0.2.1 198.51.100.7 203.0.113.9
198.18.0.1 198.19.255.255 192.88.99.1 192.31.196.1 192.52.193.1 192.175.48.6
""")
PRIVATE = spellings("""
10.0.0.0 10.0.0.1 10.255.255.255 172.16.0.1 172.17.0.1 172.31.255.255 192.168.0.1 192.168.255.255
fc00::1 fd00::1 fd12:3456:789a::1 fdff:ffff::1
""")
BAD_V6 = spellings("""
:: ::1 0:0:0:0:0:0:0:0 0:0:0:0:0:0:0:1 0000:0000:0000:0000:0000:0000:0000:0001 ::0001
fe80::1 fe80::a9fe:a9fe febf::1 FE80::1 fec0::1 feff::1
ff00::1 ff01::1 ff02::1 ff02::fb ff05::2 ff0e::1 FF02::1
fd00:ec2::254 FD00:EC2::254 fd20:ce::254
2001:db8::1 2001:db8:ffff::1 2001:2::1 2001:10::1 2001:20::1 2001:1::1 2001:3::1
3fff::1 3ffe::1 5f00::1 100::1 100:0:0:1::1 400::1 4000::1 6000::1 8000::1 a000::1 c000::1 e000::1
1::1 200::1 64:ff9c::1 ::2 ::ffff ::1:0 ::100:0:0 2620:4f:8000::1
""")
ODD = spellings("""
0177.0.0.1 0177.0.0.01 0x7f.0.0.1 0x7f000001 0x7F000001 2130706433 017700000001 127.1 127.0.1 0
127.0.0.1. 127.0.0.01 127.000.000.001 127.0.0.1.1 127.0.0 127..0.1 .127.0.0.1 127.0.0.256
0xa9fea9fe 0xA9.0xFE.0xA9.0xFE 2852039166 0251.0376.0251.0376 169.254.43518 169.16689662
169.254.169.254. 169.254.0xa9.254 425.510.425.510 4294967296 -1 0x100000000 1e9
[::1] [::] [::ffff:127.0.0.1] [fe80::1] fe80::1%eth0 fe80::1%1 fe80::1%25eth0 ::1%lo 2606:4700::1%0
::ffff:0x7f.0.0.1 ::ffff:127.1 ::127.1 1:2:3:4:5:6:7 1:2:3:4:5:6:7:8:9 :::1 ::1:: ::g 12345::1
127.0.0.1/8 127.0.0.1:443 127.0.0.1#x 127.0.0.1?x user@127.0.0.1 http://127.0.0.1 //127.0.0.1
127.0.0.1\\x ::1/128 localhost LOCALHOST localhost. localhost.localdomain. a.localhost
LOCALHOST.localhost
127。0。0。1 １２７.0.0.1 ①②⑦.⓪.⓪.① 127.0.0.1\u00ad 127．0．0．1 ⑯⑨。②⑤④。⑯⑨｡②⑤④ ١٢٧.0.0.1 ::１
""")
ODD += ["", " ", "127.0.0.1 ", " 127.0.0.1", "127.0.0.1\n", "127.0.0.1\x00", "\t::1", "1 27.0.0.1"]
ODD += ["127.0.0.1\r\nHost: x", "::1\n", "127.0.0.1\x0b.example.com", "1" * 400]

HIDDEN = [
    IPv4Address(address) for address in ("127.0.0.1", "169.254.169.254", "10.0.0.1", "0.0.0.0")
]
WRAPPED = [
    str(IPv6Address(form(int(hidden))))
    for hidden in HIDDEN
    for form in (
        lambda v4: 0xFFFF << 32 | v4,  # IPv4-mapped
        lambda v4: v4 or 2,  # IPv4-compatible
        lambda v4: 0xFFFF << 48 | v4,  # IPv4-translated
        lambda v4: 0x64FF9B << 96 | v4,  # NAT64
        lambda v4: 0x64FF9B0001 << 80 | v4,  # local NAT64
        lambda v4: 0x2002 << 112 | v4 << 80,  # 6to4
        lambda v4: 0x2002 << 112 | v4 << 80 | 1,
        lambda v4: 0x20010000 << 96 | v4 << 64,  # Teredo server
        lambda v4: 0x20010000 << 96 | 0x08080808 << 64 | (~v4 & 0xFFFFFFFF),  # Teredo client
        lambda v4: 0x2606470047004700 << 64 | 0x00005EFE << 32 | v4,  # ISATAP
        lambda v4: 0x2606470047004700 << 64 | 0x02005EFE << 32 | v4,
    )
]
WRAPPED += ["::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::169.254.169.254"]
WRAPPED += ["::ffff:0:127.0.0.1", "::127.0.0.1", "0:0:0:0:0:FFFF:7F00:1", "::FFFF:A9FE:A9FE"]
# Tunnels are refused even around a public address.
WRAPPED += ["2002:808:808::1", "2001:0:808:808::f7f7:f7f7", "::8.8.8.8", "64:ff9b:1::8.8.8.8"]

FORBIDDEN = [*BAD_V4, *PRIVATE, *BAD_V6, *ODD, *WRAPPED]
GOOD = spellings("""
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1
169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.167.255.255 192.169.0.0 223.255.255.255
2606:4700:4700::1111 2a00:1450:4001::1 2001:4860:4860::8888 ::ffff:8.8.8.8 64:ff9b::8.8.8.8
2606:4700:4700:4700:0:5efe:808:808
""")


def test_the_corpus_is_large():
    # Python 3.13 spells two of them alike.
    assert len(set(FORBIDDEN)) >= 240


@pytest.mark.parametrize("address", FORBIDDEN)
def test_a_forbidden_address_has_a_reason(address):
    assert judge(address)


@pytest.mark.parametrize("address", GOOD)
def test_a_public_address_may_be_called(address):
    assert judge(address) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_need_a_permission(address):
    assert judge(address) == "private"
    assert judge(address, private_allowed=True) is None


@pytest.mark.parametrize("address", [*BAD_V4, *BAD_V6, *ODD, *WRAPPED])
def test_the_permission_for_private_addresses_opens_nothing_else(address):
    assert judge(address, private_allowed=True)


@pytest.mark.parametrize("number", [2130706433, b"\x7f\x00\x00\x01", None, 1.1])
def test_what_is_no_text_is_no_address(number):
    assert judge(number) == "not an address"


@pytest.fixture
def calls():
    return []


@pytest.fixture
def guard_of(calls):
    def dial(*asked: object) -> socket.socket:
        calls.append(asked)
        raise ConnectionRefusedError

    return lambda *records, private=False: Guard(
        dial=dial, resolve=lambda *asked: list(records), allow_private=private
    )


def ask(guard: Guard, host: str, *, private: bool = False) -> None:
    guard.door(Target(host, private_allowed=private)).request("GET", "/")


@pytest.mark.parametrize("address", FORBIDDEN)
def test_no_spelling_passes_as_a_host(guard_of, calls, address):
    for private in (False, True):
        with pytest.raises(NotAllowed):
            ask(guard_of("8.8.8.8"), address, private=private)

    assert calls == []


@pytest.mark.parametrize("address", [*BAD_V4, *BAD_V6, *WRAPPED])
def test_no_spelling_passes_as_a_host_where_literals_are_allowed(guard_of, calls, address):
    with pytest.raises(NotAllowed):
        ask(guard_of("8.8.8.8", private=True), address, private=True)

    assert calls == []


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize("address", FORBIDDEN)
def test_no_spelling_passes_as_a_record_whatever_stands_beside_it(
    guard_of, calls, address, position
):
    records = ["8.8.8.8", "2606:4700:4700::1111"]
    records.insert(position, address)

    with pytest.raises(NotAllowed):
        ask(guard_of(*records), "support.example.com")

    assert calls == []
