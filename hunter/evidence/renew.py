"""Stamps bags that have no stamp yet, and stamps again before the certificate of the last one ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hunter.errors import InputError, SourceError
from hunter.evidence.bag import pack, tagmanifest_digest
from hunter.evidence.layout import SEAL, TAGMANIFEST, digest_file, sync_tree, write_file
from hunter.evidence.seal import name_authorities, stamp_bag, stamps_end, write_reply
from hunter.evidence.stamp import request_stamp
from hunter.net.recorder import Recorder
from hunter.settings import Settings
from hunter.store import Store, audit, evidence

AHEAD = timedelta(days=60)  # how long before a certificate ends a bag is stamped again


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What became of one bag."""

    path: Path
    stamped: bool  # it holds a stamp whose certificate does not end soon
    words: str


def renew_all(
    store: Store,
    recorder: Recorder,
    settings: Settings,
    by: str,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Renewed]:
    """Every bag that the store knows as unstamped or about to lose its stamp."""
    with store.read() as c:
        due = evidence.bags_to_stamp(c, before=clock() + AHEAD)
    done = []
    for bag in due:
        path = Path(bag.path)
        if not path.is_dir():
            done.append(Renewed(path=path, stamped=False, words="the bag is no longer there"))
            continue
        if tagmanifest_digest(path) != bag.tagmanifest_sha256:
            done.append(Renewed(path=path, stamped=False, words="this is not the bag that was sealed; not stamped"))
            continue
        done.append(renew(path, recorder, settings, clock()))
        tell_store(store, path, by, clock())
    return done


def renew(bag: Path, recorder: Recorder, settings: Settings, now: datetime) -> Renewed:
    """One bag: stamped where it has no stamp, stamped again where its last one is about to end. Raises InputError."""
    digest = tagmanifest_digest(bag)
    ends = stamps_end(bag)
    if ends is not None and ends >= now + AHEAD:
        return Renewed(path=bag, stamped=True, words=f"stamped until {ends:%Y-%m-%d}, nothing to do")
    if not settings.tsa_urls:
        return Renewed(path=bag, stamped=ends is not None, words="no authority is configured (tsa_urls)")
    if ends is None:
        stamped, refusals = stamp_bag(bag, recorder, settings)
    else:
        stamped, refusals = _stamp_again(bag, recorder, settings)
    if stamped:
        sync_tree(bag / SEAL)
        _pack_again(bag, now)
    words = "; ".join([*(f"stamped by {url}" for url in stamped), *refusals])
    return Renewed(path=bag, stamped=bool(stamped), words=f"{words} ({digest[:12]})")


def tell_store(store: Store, bag: Path, by: str, now: datetime) -> bool:
    """Brings the store's row of a bag up to date; whether it has one."""
    digest = tagmanifest_digest(bag)
    with store.write() as c:
        row = evidence.get_bag(c, digest=digest)
        if row is None:
            return False
        ends = stamps_end(bag)
        stamp = "stamped" if ends else "unstamped"
        if (stamp, ends) != (row.stamp, row.stamp_expires_at):
            audit.append(c, actor=by, act="stamped", object=f"bag:{row.id}", object_sha256=digest, at=now)
        evidence.set_stamp(c, row.id, stamp=stamp, expires_at=ends, path=str(bag.resolve()))
    return True


def _stamp_again(bag: Path, recorder: Recorder, settings: Settings) -> tuple[list[str], list[str]]:
    """A renewal: a list of the tag manifest and of every stamp so far, with new stamps over that list."""
    folder = bag / SEAL / "renewals"
    number = f"{len(list(folder.glob('*.txt'))) + 1:03d}"
    before = [bag / TAGMANIFEST, *sorted((bag / SEAL).glob("*.tsr")), *sorted(folder.glob("*.tsr"))]
    listing = "".join(f"{digest_file(p)}  {p.relative_to(bag).as_posix()}\n" for p in before).encode()
    stamped: list[str] = []
    refusals: list[str] = []
    for name, url in name_authorities(settings.tsa_urls).items():
        try:
            reply = request_stamp(recorder, url, listing)
        except SourceError as exc:
            refusals.append(str(exc).splitlines()[0])
            continue
        write_file(folder / f"{number}.txt", listing)
        write_reply(folder / f"{number}-{name}", reply, settings)
        stamped.append(url)
    return stamped, refusals


def _pack_again(bag: Path, now: datetime) -> None:
    """A tar that was made of the bag gets the new stamps too."""
    tar = bag.with_name(f"{bag.name}.tar")
    if tar.is_file():
        pack(bag, tar, now)


def named_bags(paths: list[Path]) -> list[Path]:
    """The folders of bags, each there. Raises InputError."""
    for path in paths:
        if not (path / TAGMANIFEST).is_file():
            raise InputError(f"{path} is no folder of a bag", advice="unpack it first; stamps are added to its folder")
    return paths
