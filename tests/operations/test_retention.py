from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from hunter.errors import Locked, UsageError
from hunter.operations.lock import only_run
from hunter.operations.retention import purge_expired, purge_subject, remove_bytes, report_subject
from hunter.settings import Settings
from hunter.store import Store, ages, audit, decisions, holds, suspects, upkeep
from hunter.store.rows import identity_of
from hunter.store.suspects import Status
from hunter.store.tables import (
    ACCOUNTS,
    ALERTS,
    ALLOWANCES,
    BAGS,
    CAPTURES,
    CASES,
    FORGOTTEN,
    METADATA,
    PROBES,
    RUN_EVENTS,
    SUBMISSIONS,
    TOMBSTONES,
)
from hunter.types import Outcome, Picture, Probe, Profile, Verdict
from hunter.vault import Vault
from tests.store.scenes import DAY, DAY0, IMPOSTOR, answered, capture, crawl, present, renamed

SETTINGS = Settings()
NEEDLES = ("acme-help.example", "did:plc:impostor", "Acme Hëlp", "Send us your card", "refund.example", "1.png")
SUBJECT = "bluesky:did:plc:impostor"
BODY, AVATAR = b'{"bio": "Send us your card"}', b"PNG of did:plc:impostor"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault")


def answer(vault: Vault, body: bytes, number: int = 0, at: datetime = DAY0) -> object:
    return replace(capture(number, at), sha256=vault.put(body), size=len(body))


def subject(vault: Vault) -> Profile:
    picture = Picture(sha256=vault.put(AVATAR), hashes={"look": "00ff"}, quality=1.0, small=b"s")
    return renamed(display_name="Acme Hëlp", picture=picture)


def stage(store: Store, vault: Vault) -> int:
    """A suspect with all that can hang on one: versions, captures, a verdict, an alert, a submission, a bag's name."""
    profile = subject(vault)
    crawl(store, present(profile, answer(vault, BODY)))  # type: ignore[arg-type]
    crawl(store, present(replace(profile, bio="Send us your card, now"), answer(vault, BODY + b"2", 1)), at=DAY0 + DAY)  # type: ignore[arg-type]
    absent = replace(answered(Outcome.ABSENT), captures=(answer(vault, b"no acme-help.example", 2),))  # type: ignore[arg-type]
    crawl(store, absent, at=DAY0 + 2 * DAY)
    with store.write() as c:
        number = suspects.page(c)[0].id
        decisions.decide(c, number, Verdict.IMPERSONATION, by="ann", at=DAY0)
        alert = {"kind": "digest", "route": "r", "route_shown": "m", "title": "t", "state": "sent", "attempts": 1}
        bodies = ["new: acme-help.example (Acme Hëlp)", "new: acme-help.example.org"]
        c.execute(insert(ALERTS), [{**alert, "body": body, "created_at": DAY0} for body in bodies])
        run = suspects.page(c)[0].first_run
        c.execute(insert(RUN_EVENTS).values(run_id=run, at=DAY0, kind="note", detail={"who": ["did:plc:impostor"]}))
        c.execute(
            insert(SUBMISSIONS).values(
                suspect_id=number,
                brand="acme",
                channel="x",
                ground="impersonation",
                state="sent",
                sent_at=DAY0,
                sent_by="ann",
                sent_sha256="0" * 64,
                receipt_sha256=vault.put(b"receipt about acme-help.example"),
                note="about Acme Hëlp",
                detail={},
            )
        )
    return number


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def purge(store: Store, vault: Vault, **more: object) -> object:
    return purge_subject(store, vault, SETTINGS, SUBJECT, by="ann", at=DAY0 + 9 * DAY, why="asked for", **more)  # type: ignore[arg-type]


def count(store: Store, table: object, *where: object) -> int:
    with store.read() as c:
        return int(c.scalar(select(func.count()).select_from(table).where(*where)) or 0)  # type: ignore[arg-type]


def test_nothing_of_a_purged_account_is_left_in_any_file(store: Store, vault: Vault) -> None:
    stage(store, vault)
    folders = [vault.folder, *([store.path.parent] if store.path else [])]
    before = b"".join(map(bytes_of, folders))
    if store.path:
        assert all(needle.encode() in before for needle in NEEDLES), "the search can find them"
    done = purge(store, vault)
    assert (done.complete, done.accounts, done.vault_files) == (True, 1, 5)  # type: ignore[attr-defined]
    with store.read() as c:
        kept = [tuple(map(str, row)) for table in METADATA.sorted_tables for row in c.execute(select(table))]
    for needle in NEEDLES:
        rows = [row for row in kept if needle in " ".join(row) and "acme-help.example.org" not in " ".join(row)]
        assert rows == [], f"{needle} is left in a row"
    with store.write() as c:
        c.execute(ALERTS.delete())  # the one that names somebody else, whose name begins like the subject's
    upkeep.compact(store)
    left = b"".join(map(bytes_of, folders))
    assert [needle for needle in NEEDLES if needle.encode() in left] == []
    assert upkeep.check(store) == []


def test_a_tombstone_and_a_line_in_the_log_are_left(store: Store, vault: Vault) -> None:
    stage(store, vault)
    purge(store, vault)
    with store.read() as c:
        (stone,) = c.execute(select(TOMBSTONES)).all()
        assert list(audit.lines(c))[-1].count('"act":"purge"') == 1 and audit.verify(c) == []
    assert (stone.by, stone.why, stone.counts) == ("ann", "asked for", {"versions": 2, "probes": 2})
    assert len(stone.hashes) == 2 and len(stone.subject) == 64
    report = report_subject_by_number(store)
    assert len(report["tombstones"]) == 1, "who has the store can tell that this account was purged"  # type: ignore[arg-type]


def report_subject_by_number(store: Store) -> dict[str, object]:
    from hunter.store import subjects

    with store.read() as c:
        return subjects.report(c, "bluesky", "did:plc:impostor")


def test_others_keep_what_is_theirs(store: Store, vault: Vault) -> None:
    shared = answer(vault, b"a page with both")
    both = subject(vault)
    other = replace(both, native_id="did:plc:other", handle="other.example", bio="mine")
    crawl(store, present(both, shared), present(other, shared))  # type: ignore[arg-type]
    done = purge(store, vault)
    assert done.kept_captures == 0  # type: ignore[attr-defined]
    assert vault.has(both.picture.sha256), "the other one shows the same picture"  # type: ignore[union-attr]
    assert not vault.has(shared.sha256), "the page showed the subject too"  # type: ignore[attr-defined]
    with store.read() as c:
        (row,) = c.execute(select(CAPTURES)).all()
        assert [s.handle for s in suspects.page(c)] == ["other.example"]
        assert row.purged_at == DAY0 + 9 * DAY and row.sha256 == shared.sha256  # type: ignore[attr-defined]
        assert shared.sha256 not in upkeep.named_bytes(c)  # type: ignore[attr-defined]


def test_proof_in_somebody_elses_case_is_kept_and_told(store: Store, vault: Vault) -> None:
    shared = answer(vault, b"a page with both")
    other = renamed(native_id="did:plc:other", handle="other.example")
    crawl(store, present(IMPOSTOR, shared), present(other, shared))  # type: ignore[arg-type]
    with store.write() as c:
        found = next(s for s in suspects.page(c) if s.native_id == "did:plc:other")
        decisions.decide(c, found.id, Verdict.IMPERSONATION, by="ann", at=DAY0)
    done = purge(store, vault)
    assert done.kept_captures == 1 and not done.complete  # type: ignore[attr-defined]
    assert vault.has(shared.sha256)  # type: ignore[attr-defined]


def test_a_rehearsal_changes_nothing(store: Store, vault: Vault) -> None:
    stage(store, vault)
    before = report_subject(store, vault, SUBJECT)
    done = purge(store, vault, rehearse=True)
    assert done.rehearsed and done.counts["suspects"] == 1 and done.counts["profile_versions"] == 2  # type: ignore[attr-defined]
    assert report_subject(store, vault, SUBJECT) == before


def test_a_hold_keeps_everything_until_it_is_released(store: Store, vault: Vault) -> None:
    stage(store, vault)
    with store.write() as c:
        number = holds.add(c, "bluesky", "did:plc:impostor", reason="case 12", by="leg", at=DAY0)
    done = purge(store, vault)
    assert done.held == ("case 12",) and not done.complete and count(store, ACCOUNTS) == 1  # type: ignore[attr-defined]
    late = DAY0 + 4000 * DAY
    expired = purge_expired(store, vault, Settings(keep_closed_years=1), by="ann", at=late)
    assert count(store, ACCOUNTS) == 1 and expired.accounts == 0
    with store.write() as c:
        holds.release(c, number, by="leg", at=DAY0)
        with pytest.raises(UsageError):
            holds.release(c, number, by="leg", at=DAY0)
    assert purge(store, vault).complete and count(store, ACCOUNTS) == 0  # type: ignore[attr-defined]


def test_the_general_hold_stops_every_purge(store: Store, vault: Vault) -> None:
    stage(store, vault)
    with pytest.raises(UsageError, match="keeps everything"):
        purge_subject(store, vault, Settings(hold=True), SUBJECT, by="ann", at=DAY0, why="")
    with pytest.raises(UsageError, match="keeps everything"):
        purge_expired(store, vault, Settings(hold=True), by="ann", at=DAY0 + 999 * DAY)


def test_bags_are_told_and_left_to_people(store: Store, vault: Vault, tmp_path: Path) -> None:
    number = stage(store, vault)
    bag = tmp_path / "EV-1"
    bag.mkdir()
    row: dict[str, object] = {"brand": "acme", "platform": "bluesky", "native_id": "did:plc:impostor", "name": "EV-1"}
    row["path"] = str(bag)
    row |= {"tagmanifest_sha256": "0" * 64, "audit_head": "0" * 64, "sealed_at": DAY0, "sealed_by": "ann"}
    with store.write() as c:
        c.execute(insert(BAGS).values(**row, stamp="stamped", detail={}, suspect_id=number))
    done = purge(store, vault)
    assert done.bags == (str(bag),) and not done.complete  # type: ignore[attr-defined]
    assert bag.exists() and count(store, BAGS) == 1
    bag.rmdir()
    assert purge(store, vault).complete and count(store, BAGS) == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("wrong", ["", "bluesky", "bluesky:", ":x", "bluesky:nobody.example", "x:did:plc:impostor"])
def test_an_unknown_account_is_told(store: Store, vault: Vault, wrong: str) -> None:
    stage(store, vault)
    with pytest.raises(UsageError):
        purge_subject(store, vault, SETTINGS, wrong, by="ann", at=DAY0, why="")


@pytest.mark.parametrize("name", ["acme-help.example", "@acme-help.example", "did:plc:impostor"])
def test_an_account_is_found_by_number_or_any_handle_it_had(store: Store, vault: Vault, name: str) -> None:
    stage(store, vault)
    crawl(store, present(renamed(handle="hidden.example", picture=None, avatar_url=None)), at=DAY0 + 3 * DAY)
    report = report_subject(store, vault, f"bluesky:{name}")
    assert report["native_id"] == "did:plc:impostor" and len(report["profile_versions"]) == 3
    assert [row["held"] for row in report["captures"]] == [True, True, True], "the one that showed it missing too"
    assert "'ann'" not in str(report), "reviewers are somebody else"


def test_no_purge_during_a_run(store: Store, vault: Vault) -> None:
    stage(store, vault)
    with only_run(store), pytest.raises(Locked):
        purge(store, vault)


def test_a_purge_that_was_killed_after_its_transaction_is_finished_by_the_next(store: Store, vault: Vault) -> None:
    from hunter.store import purges

    stage(store, vault)
    with store.write() as c:
        purges.delete_accounts(c, [c.scalar(select(ACCOUNTS.c.id))], by="a", why="w", at=DAY0)  # type: ignore[list-item]
    assert len(list(vault.digests())) == 5
    assert remove_bytes(store, vault) == 5 and list(vault.digests()) == []
    assert remove_bytes(store, vault) == 0


def test_bytes_that_are_named_again_meanwhile_stay(store: Store, vault: Vault) -> None:
    from hunter.store import purges

    stage(store, vault)
    with store.write() as c:
        purges.delete_accounts(c, [c.scalar(select(ACCOUNTS.c.id))], by="a", why="w", at=DAY0)  # type: ignore[list-item]
    crawl(store, present(subject(vault), answer(vault, BODY)), at=DAY0 + 20 * DAY)  # type: ignore[arg-type]
    remove_bytes(store, vault)
    with store.read() as c:
        assert all(vault.has(sha256) for sha256 in upkeep.named_bytes(c))


INNOCENT = renamed(native_id="did:plc:rosie", handle="rosie.example", picture=None, avatar_url=None)


@pytest.mark.parametrize("days, left", [(29, 1), (31, 0)])
def test_innocents_are_forgotten_but_for_a_keyed_hash(store: Store, vault: Vault, days: int, left: int) -> None:
    crawl(store, present(INNOCENT, answer(vault, b"rosie")), score=0.1)  # type: ignore[arg-type]
    done = purge_expired(store, vault, SETTINGS, by="ann", at=DAY0 + days * DAY)
    assert count(store, ACCOUNTS) == left and count(store, PROBES) == left and len(list(vault.digests())) == left
    assert count(store, FORGOTTEN) == 1 - left and count(store, TOMBSTONES) == 0
    assert done.accounts == 1 - left
    if not left:
        with store.read() as c:
            assert "rosie" not in str(c.execute(select(FORGOTTEN)).all())
        purge_expired(store, vault, SETTINGS, by="ann", at=DAY0 + (days + 31) * DAY)
        assert count(store, FORGOTTEN) == 0


def settle(store: Store, verdict: Verdict | None, status: Status | None = None) -> None:
    with store.write() as c:
        number = suspects.page(c)[0].id
        if verdict:
            decisions.decide(c, number, verdict, by="ann", at=DAY0)
        if status:
            decisions.set_status(c, number, status, by="ann", at=DAY0)


@pytest.mark.parametrize(
    "verdict, status, days, left",
    [
        (None, None, 179, 1),
        (None, None, 181, 0),
        (Verdict.UNSURE, None, 9999, 1),  # somebody has looked and could not tell
        (Verdict.PARODY, None, 89, 1),
        (Verdict.PARODY, None, 91, 0),
        (Verdict.IMPERSONATION, None, 9999, 1),
        (Verdict.IMPERSONATION, Status.TAKEDOWN_REQUESTED, 9999, 1),
        (Verdict.IMPERSONATION, Status.CLOSED, 3 * 365, 1),
        (Verdict.IMPERSONATION, Status.CLOSED, 3 * 366, 0),
    ],
)
def test_suspects_are_kept_as_long_as_the_settings_say(
    store: Store, vault: Vault, verdict: Verdict | None, status: Status | None, days: int, left: int
) -> None:
    crawl(store, present(subject(vault)))
    settle(store, verdict, status)
    purge_expired(store, vault, Settings(keep_closed_years=3), by="ann", at=DAY0 + days * DAY)
    assert count(store, ACCOUNTS) == left
    assert (count(store, TOMBSTONES), count(store, CASES)) == (1 - left, left)
    assert upkeep.check(store) == []


def test_closed_cases_are_kept_for_good_until_somebody_says_how_long(store: Store, vault: Vault) -> None:
    crawl(store, present(IMPOSTOR))
    settle(store, Verdict.IMPERSONATION, Status.CLOSED)
    purge_expired(store, vault, SETTINGS, by="ann", at=DAY0 + 99999 * DAY)
    assert count(store, ACCOUNTS) == 1


def test_of_a_dismissed_one_the_allowance_is_left_and_a_change_still_shows(store: Store, vault: Vault) -> None:
    crawl(store, present(IMPOSTOR))
    settle(store, Verdict.PARODY)
    purge_expired(store, vault, SETTINGS, by="ann", at=DAY0 + 91 * DAY)
    with store.read() as c:
        (row,) = c.execute(select(ALLOWANCES)).mappings()
    assert (row["platform"], row["native_id"], row["handle"]) == ("bluesky", "did:plc:impostor", None)
    assert row["reason"] == "dismissed as parody, details purged"
    crawl(store, present(IMPOSTOR), at=DAY0 + 92 * DAY)
    with store.read() as c:
        assert [s.status for s in suspects.page(c)] == [Status.DISMISSED]
    crawl(store, present(renamed(bio="now give")), at=DAY0 + 93 * DAY)
    with store.read() as c:
        assert [s.status for s in suspects.page(c)] == [Status.OPEN]
    assert identity_of(IMPOSTOR)["bio"] not in str(row)


def test_a_sampled_innocent_goes_with_the_innocents(store: Store, vault: Vault) -> None:
    crawl(store, present(IMPOSTOR), score=0.3, sampled=True)
    purge_expired(store, vault, SETTINGS, by="ann", at=DAY0 + 31 * DAY)
    assert count(store, ACCOUNTS) == 0


def test_expired_rehearsed(store: Store, vault: Vault) -> None:
    crawl(store, present(IMPOSTOR))
    done = purge_expired(store, vault, SETTINGS, by="ann", at=DAY0 + 181 * DAY, rehearse=True)
    assert done.by_reason == {"open, kept long enough": 1} and count(store, ACCOUNTS) == 1


def test_an_account_that_is_still_wanted_by_another_brand_is_kept(store: Store, vault: Vault) -> None:
    from tests.store.scenes import ACME

    crawl(store, present(IMPOSTOR))
    crawl(store, present(IMPOSTOR), brand=replace(ACME, slug="other"))
    with store.write() as c:
        mine = next(s for s in suspects.page(c) if s.brand == "acme")
        decisions.decide(c, mine.id, Verdict.PARODY, by="ann", at=DAY0)
    purge_expired(store, vault, SETTINGS, by="ann", at=DAY0 + 91 * DAY)
    assert count(store, ACCOUNTS) == 1


def test_deadlines_are_plain_days() -> None:
    limits = ages.deadlines(DAY0, innocent_days=1, open_days=2, dismissed_days=3, closed_years=0)
    assert (limits.innocent, limits.undecided, limits.dismissed) == tuple(DAY0 - timedelta(days=n) for n in (1, 2, 3))
    assert limits.closed is None
    assert Probe(platform="x", handle="y", outcome=Outcome.ABSENT, why="z").profile is None


def test_a_forgotten_innocent_that_is_seen_again_is_not_new(store: Store, vault: Vault) -> None:
    from hunter.store import sightings
    from tests.store.scenes import start

    crawl(store, present(INNOCENT), score=0.1)
    purge_expired(store, vault, SETTINGS, by="ann", at=DAY0 + 31 * DAY)
    with store.write() as c:
        (again,) = sightings.save(c, start(c), [present(INNOCENT)], at=DAY0 + 32 * DAY)
        (other,) = sightings.save(c, start(c), [present(IMPOSTOR)], at=DAY0 + 32 * DAY)
    assert (again.new, other.new) == (False, True)
    assert count(store, FORGOTTEN) == 0
