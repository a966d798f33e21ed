"""Questions to the name system are kept with their answers, lifetimes and failures."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from hunter.net.names import DOMAIN_KINDS, look_up

ZONE = {
    ("look-alike.example.", "A"): ("300", ["192.0.2.7", "192.0.2.8"]),
    ("look-alike.example.", "MX"): ("60", ["10 mail.look-alike.example."]),
    ("look-alike.example.", "TXT"): ("60", ['"v=spf1 -all"']),
}


@pytest.fixture
def name_server() -> Iterator[int]:
    """A name server on loopback that knows one zone; its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(0.1)
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                try:
                    packet, whom = line.recvfrom(4096)
                except TimeoutError:
                    continue
                question = dns.message.from_wire(packet)
                name, kind = question.question[0].name.to_text(), question.question[0].rdtype
                answer = dns.message.make_response(question)
                answer.flags |= dns.flags.RA
                found = ZONE.get((name, kind.name))
                if found:
                    answer.answer.append(dns.rrset.from_text(name, int(found[0]), "IN", kind.name, *found[1]))
                elif not name.startswith("look-alike"):
                    answer.set_rcode(dns.rcode.NXDOMAIN)
                line.sendto(answer.to_wire(), whom)

        worker = threading.Thread(target=serve)
        worker.start()
        yield line.getsockname()[1]
        done.set()
        worker.join()


def test_answers_are_kept_with_their_lifetime(name_server: int) -> None:
    found = {x.kind: x for x in look_up("look-alike.example", DOMAIN_KINDS, servers=["127.0.0.1"], port=name_server)}
    assert set(found) == set(DOMAIN_KINDS)
    assert sorted(found["A"].answers) == ["192.0.2.7", "192.0.2.8"]
    assert (found["A"].ttl, found["A"].resolver, found["A"].error) == (300, "127.0.0.1", None)
    assert found["MX"].answers == ("10 mail.look-alike.example.",)
    assert (found["AAAA"].answers, found["AAAA"].error) == ((), "no_answer")


@pytest.mark.parametrize(
    ("name", "why"), [("nobody.example", "no_such_name"), ("a" * 70 + ".example", "labeltoolong"), ("", "no_such_name")]
)
def test_failures_are_answers_too(name_server: int, name: str, why: str) -> None:
    (found,) = look_up(name, ("A",), servers=["127.0.0.1"], port=name_server)
    assert (found.error, found.answers, found.ttl) == (why, (), None)


def test_silence_ends_in_time() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        (found,) = look_up("x.example", ("A",), servers=["127.0.0.1"], port=mute.getsockname()[1], seconds=0.3)
    assert found.error == "timeout"
