"""The guard: which URLs can be read in one way only, which addresses are refused, and that nothing turns it off."""

from __future__ import annotations

import socket
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hunter.errors import AddressRefused, Unreachable, UsageError
from hunter.net.guard import Guard, allowed_pairs, read_url
from hunter.settings import Settings

_REFUSED = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.192
192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
168.63.129.16
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1
2002:7f00:1:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1
"""
_PUBLIC = "1.1.1.1 8.8.8.8 172.15.255.255 172.32.0.0 192.0.1.0 99.255.255.255 2606:4700::1111 2a00::1"
REFUSED_ADDRESSES, PUBLIC_ADDRESSES = _REFUSED.split(), _PUBLIC.split()


def answering(*addresses: str) -> Any:
    """A resolver that always gives these addresses."""

    def lookup(host: str, port: int, **_: Any) -> list[Any]:
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [
            (socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses
        ]

    return lookup


def shown(address: str) -> str:
    return f"[{address}]" if ":" in address else address


@pytest.mark.parametrize("address", REFUSED_ADDRESSES)
def test_special_addresses_are_refused_by_name_and_by_number(address: str) -> None:
    guard = Guard(lookup=answering(address))
    with pytest.raises(AddressRefused) as by_url:
        guard.check_url(f"http://{shown(address)}/x")
    with pytest.raises(AddressRefused) as by_name:
        guard.resolve("brand-fake.test", 80)
    assert by_url.value.why == by_name.value.why == "private_address"


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_public_addresses_pass(address: str) -> None:
    guard = Guard(lookup=answering(address))
    assert guard.check_url(f"https://{shown(address)}/x").port == 443
    assert guard.resolve("brand-fake.test", 443) == [address]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://2130706433/", "odd_host"),
        ("http://0x7f.1/", "odd_host"),
        ("http://0x7f000001/", "odd_host"),
        ("http://0177.0.0.1/", "odd_host"),
        ("http://127.1/", "odd_host"),
        ("http://0/", "odd_host"),
        ("http://1.1.1.1.1/", "odd_host"),
        ("http://①②⑦.0.0.1/", "odd_host"),
        ("http://１２７.0.0.1/", "odd_host"),
        ("http://127.0.0.1./", "private_address"),
        ("http://[::ffff:7f00:1]/", "private_address"),
        ("http://[::]/", "private_address"),
        ("http://[::1]:80/", "private_address"),
        ("http://[fe80::1%25eth0]/", "odd_url"),
        ("http://user@host.example/", "odd_url"),
        ("http://host.example:80@127.0.0.1/", "odd_url"),
        ("http://a%2eb.example/", "odd_host"),
        ("http://host.example\\@127.0.0.1/", "odd_url"),
        ("http:\\\\127.0.0.1/", "odd_url"),
        ("http://ho\tst.example/", "odd_url"),
        ("http://host.example/a b", "odd_url"),
        ("http://host.example\r\nX: y/", "odd_url"),
        (" http://host.example/", "odd_url"),
        ("http://host.example:0/", "odd_url"),
        ("http://host.example:65536/", "odd_url"),
        ("http://host.example:80:80/", "odd_url"),
        ("http:///path", "odd_url"),
        ("http://", "odd_url"),
        ("http://.example/", "odd_host"),
        ("http://a..b/", "odd_host"),
        ("http://-a.example/", "odd_host"),
        (f"http://{'a' * 64}.example/", "odd_host"),
        (f"http://host.example/{'a' * 9000}", "odd_url"),
        ("//host.example/", "scheme"),
        ("file:///etc/hostname", "scheme"),
        ("data:text/html,x", "scheme"),
        ("ftp://host.example/", "scheme"),
        ("gopher://host.example/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("", "scheme"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(url: str, why: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        Guard().check_url(url)
    assert refused.value.why == why


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("HTTPS://Host.Example", ("https://host.example/", "https", "host.example", 443)),
        ("http://host.example:80/a?b=\\#c", ("http://host.example/a?b=\\", "http", "host.example", 80)),
        ("http://host.example.:8080?q", ("http://host.example:8080/?q", "http", "host.example", 8080)),
        ("https://bücher.example/", ("https://xn--bcher-kva.example/", "https", "xn--bcher-kva.example", 443)),
        ("http://[2606:4700:0::1]/", ("http://[2606:4700::1]/", "http", "2606:4700::1", 80)),
    ],
)
def test_a_plain_url_is_read_in_its_normal_form(url: str, read: tuple[str, str, str, int]) -> None:
    assert tuple(read_url(url)) == read


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for url in (text, f"http://{text}/"):
        try:
            target = read_url(url)
        except AddressRefused:
            continue
        assert read_url(target.url) == target, "the normal form is read as itself"


def test_one_private_answer_among_public_ones_refuses_all() -> None:
    with pytest.raises(AddressRefused):
        Guard(lookup=answering("8.8.8.8", "10.0.0.1")).resolve("rebind.test", 80)


def test_every_look_up_is_checked_anew() -> None:
    answers = iter(["8.8.8.8", "127.0.0.1"])
    guard = Guard(lookup=lambda host, port, **_: [(2, 1, 6, "", (next(answers), port))])
    assert guard.resolve("rebind.test", 80) == ["8.8.8.8"]
    with pytest.raises(AddressRefused):
        guard.resolve("rebind.test", 80)


def test_an_odd_spelling_is_refused_at_connect_time_too() -> None:
    with pytest.raises(AddressRefused):
        Guard(lookup=answering("8.8.8.8")).resolve("0x7f.1", 80)


def test_an_unknown_name_is_unreachable_not_refused() -> None:
    with pytest.raises(Unreachable) as unknown:
        Guard(lookup=answering()).resolve("nobody.test", 80)
    assert unknown.value.why == "dns"


def test_only_the_exact_host_and_port_is_an_exception() -> None:
    guard = Guard(allowed_pairs(["http://localhost:2584/xrpc", "http://127.0.0.1:99"]), lookup=answering("127.0.0.1"))
    assert guard.resolve("localhost", 2584) == ["127.0.0.1"]
    assert guard.resolve("LOCALHOST.", 2584) == ["127.0.0.1"]
    assert guard.check_url("http://127.0.0.1:99/").host == "127.0.0.1"
    for host, port in (("localhost", 2585), ("localhost", 80), ("127.0.0.1", 2584), ("sub.localhost", 2584)):
        with pytest.raises(AddressRefused):
            guard.resolve(host, port)


def test_own_networks_can_be_added_and_are_checked() -> None:
    with pytest.raises(AddressRefused):
        Guard(extra_denied=["8.8.0.0/16"], lookup=answering("8.8.8.8")).resolve("a.test", 80)
    with pytest.raises(UsageError):
        Guard(extra_denied=["8.8.8.8/99"])
    with pytest.raises(UsageError):
        allowed_pairs(["localhost:80"])


def test_this_machine_is_refused_under_all_its_addresses() -> None:
    with pytest.raises(AddressRefused):
        Guard(lookup=answering("::1")).resolve(socket.gethostname(), 80)
    own = Guard()._own
    assert own, "the loopback addresses at least"
    for address in own:
        with pytest.raises(AddressRefused):
            Guard(lookup=answering(str(address))).resolve("me.test", 80)


def test_no_setting_opens_a_network() -> None:
    """Settings can name base URLs and add refused networks; nothing in them allows a network or ends the check."""
    names = {f.name for f in fields(Settings)}
    assert not {n for n in names if "allow" in n or "guard" in n or "private" in n}
    assert "deny_networks" in names and "platform_urls" in names
