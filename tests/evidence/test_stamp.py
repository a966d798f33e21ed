"""Time stamps: what is accepted, what a stamp proves, and what happens when an authority fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hunter.errors import SourceError
from hunter.evidence.renew import renew, renew_all
from hunter.evidence.seal import Request
from hunter.evidence.stamp import check_stamp, load_certificates, read_token, request_stamp
from hunter.evidence.verify import verify
from hunter.net.guard import Guard
from hunter.net.recorder import Recorder
from hunter.store import evidence
from tests.evidence.authority import Authority
from tests.evidence.office import Site, open_office

pytestmark = pytest.mark.real("openssl")
DATA = b"what is stamped"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with Authority(tmp_path_factory.mktemp("tsa")) as made:
        yield made


def recorder_for(*authorities: Authority) -> Recorder:
    ports = {("127.0.0.1", int(a.url.split(":")[2].partition("/")[0])) for a in authorities}
    return Recorder(guard=Guard(ports), user_agent="x")


def test_a_stamp_proves_what_it_is_over(authority: Authority, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    reply = request_stamp(recorder_for(authority), authority.url, DATA)
    roots = load_certificates(authority.root.read_bytes())
    token = read_token(reply.reply)
    assert abs((token.at - now).total_seconds()) < 60 and token.authority == "CN=Test stamp authority"
    assert token.ends_at is not None
    states = {
        "proven": check_stamp(reply.reply, DATA, roots, [], now),
        "untrusted": check_stamp(reply.reply, DATA, [], roots, now),
        "expired": check_stamp(reply.reply, DATA, roots, [], token.ends_at + timedelta(days=1)),
        "wrong": check_stamp(reply.reply, DATA + b"!", roots, [], now),
    }
    assert {name: check.state for name, check in states.items()} == {name: name for name in states}
    with Authority(tmp_path, name="Somebody else") as other:
        trusted = load_certificates(other.root.read_bytes())
    forged = check_stamp(reply.reply, DATA, trusted, roots, now)
    assert forged.state == "untrusted", "a root that comes with the bag is not trusted for it"
    assert check_stamp(b"nonsense", DATA, roots, [], now).state == "wrong"
    damaged = bytearray(reply.reply)
    damaged[-5] ^= 1
    assert check_stamp(bytes(damaged), DATA, roots, [], now).state == "wrong"


@pytest.mark.parametrize(
    ("mode", "said"),
    [("down", "status 503"), ("garbage", "no time stamp"), ("other_bytes", "over other bytes"),
     ("old_answer", "another question")],
)  # fmt: skip
def test_what_an_authority_can_do_wrong(authority: Authority, mode: str, said: str) -> None:
    recorder = recorder_for(authority)
    request_stamp(recorder, authority.url, DATA)
    authority.mode = mode
    try:
        with pytest.raises(SourceError, match=said):
            request_stamp(recorder, authority.url, DATA)
    finally:
        authority.mode = "good"


def test_a_wrong_clock_and_a_refused_address_are_told(authority: Authority) -> None:
    recorder = recorder_for(authority)
    late = Recorder(guard=recorder.guard, user_agent="x", clock=lambda: datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(SourceError, match="its clock or ours is wrong"):
        request_stamp(late, authority.url, DATA)
    with pytest.raises(SourceError, match="private_address"):
        request_stamp(Recorder(guard=Guard(), user_agent="x"), authority.url, DATA)


def test_certificates_out_of_order_are_left_to_openssl(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with Authority(tmp_path, chain=True, name="A very long name that sorts behind") as authority:
        reply = request_stamp(recorder_for(authority), authority.url, DATA)
    roots = load_certificates(authority.root.read_bytes())
    assert len(read_token(reply.reply).certificates) == 2
    assert check_stamp(reply.reply, DATA, roots, [], now).state == "proven"
    assert check_stamp(reply.reply, DATA + b"!", roots, [], now).state == "wrong"


def test_an_authority_that_is_down_leaves_it_queued_until_it_is_renewed(tmp_path: Path, authority: Authority) -> None:
    settings = {"tsa_urls": (authority.url,), "tsa_roots": authority.root}
    with Site(tls=False) as site, open_office(tmp_path, site, **settings) as office:
        sealer, recorder = office.sealer, office.sealer.stamper
        authority.mode = "down"
        try:
            sealed = sealer.seal(office.suspects[0], tmp_path / "bags", Request(by="r", reason="x"))
            assert sealed.stamped == () and "503" in sealed.unstamped[0]
            assert verify(sealed.path, roots=authority.root).exit_code == 2
            (still,) = renew_all(office.store, recorder, office.settings, "r")
            assert not still.stamped and "503" in still.words
        finally:
            authority.mode = "good"
        (done,) = renew_all(office.store, recorder, office.settings, "r")
        assert done.stamped
        assert renew_all(office.store, recorder, office.settings, "r") == []
        verdict = verify(sealed.path, roots=authority.root)
        assert (verdict.exit_code, verdict.broken) == (0, [])
        with office.store.read() as c:
            (kept,) = evidence.bags_of_suspect(c, office.suspects[0])
        assert kept.stamp == "stamped" and kept.stamp_expires_at


def test_a_renewal_before_the_certificate_ends_keeps_the_proof_alive(tmp_path: Path, authority: Authority) -> None:
    now = datetime.now(UTC)
    with Authority(tmp_path / "short", days=10, name="Short") as short, Site(tls=False) as site:
        both = tmp_path / "roots.pem"
        both.write_bytes(short.root.read_bytes() + authority.root.read_bytes())
        settings = {"tsa_urls": (short.url, authority.url), "tsa_roots": both}
        with open_office(tmp_path / "office", site, **settings) as office:
            first = replace(office.settings, tsa_urls=(short.url,))
            sealer = replace(office.sealer, settings=first)
            bag = sealer.seal(office.suspects[0], tmp_path / "bags", Request(by="r", reason="x")).path
            later = now + timedelta(days=20)
            assert verify(bag, roots=both).exit_code == 0
            assert verify(bag, roots=both, now=later).exit_code == 3  # the first authority's certificate has ended
            second = replace(first, tsa_urls=(authority.url,))
            done = renew(bag, office.sealer.stamper, second, now)
            assert done.stamped
            assert renew(bag, office.sealer.stamper, second, now).words.startswith("stamped until")
    renewed = verify(bag, roots=both, now=later)
    assert (renewed.exit_code, renewed.broken) == (0, [])
    assert "before that existed unchanged" in next(s.words for s in renewed.steps if s.name == "stamp")
    assert verify(bag, roots=both, now=now + timedelta(days=500)).exit_code == 3
    listing = next((bag / "seal/renewals").glob("*.txt"))
    listing.write_bytes(listing.read_bytes().replace(b"tagmanifest", b"tegmanifest"))
    assert verify(bag, roots=both, now=later).exit_code == 1
