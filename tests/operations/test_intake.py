"""Hits of a list in the vault and the store: once each, with their pictures, and no verdict touched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hunter.candidates import Candidate
from hunter.matching.weights import shipped_weights
from hunter.operations.intake import BATCH, Intake
from hunter.operations.runs import begin_run
from hunter.operations.screening import Judged, Rules, judge_batch, screener_of
from hunter.store import Store, brands, decisions, profiles, runs, sightings, suspects
from hunter.store.suspects import Status, Suspect
from hunter.types import Brand, Outcome, Picture, Probe, Profile, Verdict
from hunter.vault import Vault

ZENDORIA = Brand(slug="zendoria", names=("Zendoria",))
RULES = Rules((ZENDORIA,), shipped_weights(), 0.5)
HELP = Profile(platform="x", handle="zendoria_help", bio="Ask us anything")
DOMAIN = Profile(platform="domain", handle="zendoria-login.example")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault")


class Lists:
    """Takes lists into a store, each in a run of its own."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self.store, self.vault = store, vault
        self.told: list[str] = []

    def take(self, *candidates: Candidate | Profile) -> runs.RunRecord:
        listed = [c if isinstance(c, Candidate) else Candidate(profile=c) for c in candidates]
        with begin_run(self.store, self.vault, kind="screen", brands=RULES.brands, free_megabytes=0) as run:
            intake = self.intake(run.id)
            judged = judge_batch(listed, RULES)
            assert list(intake.keep_all(judged)) == judged
            intake.note("list.csv", read=len(listed), bad=0)
        assert run.record is not None
        return run.record

    def intake(self, run: int) -> Intake:
        return Intake(
            store=self.store,
            vault=self.vault,
            run=run,
            screener=screener_of(RULES),
            brands=RULES.brands,
            min_score=RULES.min_score,
            complain=self.told.append,
        )

    def suspects(self) -> list[Suspect]:
        with self.store.read() as c:
            return sorted(suspects.page(c), key=lambda s: s.id)


@pytest.fixture
def lists(store: Store, vault: Vault) -> Lists:
    return Lists(store, vault)


def test_hits_become_suspects_of_a_run_that_keeps_its_brands(lists: Lists) -> None:
    record = lists.take(HELP, Profile(platform="x", handle="gardening"), DOMAIN)
    assert (record.kind, record.state, record.suspects_new, record.platforms) == ("screen", "complete", 2, ())
    found = {s.platform: s for s in lists.suspects()}
    assert {p: (s.handle, s.native_id, s.status) for p, s in found.items()} == {
        "x": ("zendoria_help", "@zendoria_help", Status.OPEN),
        "domain": ("zendoria-login.example", "@zendoria-login.example", Status.OPEN),
    }
    with lists.store.read() as c:
        assert brands.of_run(c, record.id) == {"zendoria": brands.brand_digest(ZENDORIA)}
        assert [(e["kind"], e["detail"]) for e in runs.events(c, record.id)] == [
            ("list", {"list": "list.csv", "read": 3, "bad": 0, "kept": 2})
        ]
        assert runs.last_success(c) == {}, "a list is no look at a platform"


def test_the_same_list_again_adds_nobody_and_leaves_the_verdict(lists: Lists) -> None:
    lists.take(HELP, DOMAIN)
    (suspect,) = (s for s in lists.suspects() if s.platform == "x")
    with lists.store.write() as c:
        decisions.decide(c, suspect.id, Verdict.UNRELATED, by="ana", at=datetime.now(UTC))
    before = {s.id: (s.status, s.version_id) for s in lists.suspects()}
    record = lists.take(replace(HELP, handle="Zendoria_Help", bio=None), DOMAIN, DOMAIN)
    assert (record.suspects_new, record.suspects_changed) == (0, 0)
    assert {s.id: (s.status, s.version_id) for s in lists.suspects()} == before
    assert Status.DISMISSED in {status for status, _ in before.values()}


def test_an_account_that_a_crawl_saw_is_the_same_one_and_keeps_what_the_list_leaves_out(lists: Lists) -> None:
    crawled = replace(HELP, native_id="44", display_name="Zendoria Help", followers=7, links=("https://a.example/",))
    with begin_run(lists.store, lists.vault, kind="run", brands=RULES.brands, free_megabytes=0) as run:
        probe = Probe(platform="x", handle=HELP.handle, outcome=Outcome.PRESENT, why="found", profile=crawled)
        with lists.store.write() as c:
            account = sightings.save(c, run.id, [probe], at=datetime.now(UTC))[0].account_id
    lists.take(Profile(platform="x", handle=HELP.handle, bio="Ask me instead"))
    (suspect,) = lists.suspects()
    assert (suspect.account_id, suspect.native_id) == (account, "44")
    with lists.store.read() as c:
        kept = profiles.current(c, suspect.account_id)
    assert kept is not None and kept.changed == ("bio",)
    assert (kept.profile.bio, kept.profile.display_name, kept.profile.followers) == (
        "Ask me instead",
        "Zendoria Help",
        7,
    )


def test_pictures_go_into_the_vault_unless_their_file_has_changed(lists: Lists, tmp_path: Path) -> None:
    path = tmp_path / "avatar.png"
    path.write_bytes(b"as it was judged")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    shown = replace(HELP, picture=Picture(sha256=digest, small=b"\1"))
    other = replace(shown, handle="zendoria_helps", picture=Picture(sha256="f" * 64, small=b"\1"))
    lists.take(Candidate(profile=shown, avatar=path), Candidate(profile=other, avatar=path))
    assert lists.vault.get(digest) == b"as it was judged"
    assert list(lists.vault.digests()) == [digest]
    assert [s.picture for s in lists.suspects()] == [digest, "f" * 64]
    assert lists.told == [f"{path}: changed since it was judged; its bytes are not kept"]


def test_a_long_list_is_stored_as_it_comes(lists: Lists) -> None:
    taken = 0

    def judged() -> Iterator[Judged]:
        nonlocal taken
        (one,) = judge_batch([Candidate(profile=HELP)], RULES)
        for number in range(5 * BATCH):
            taken += 1
            yield Candidate(profile=replace(HELP, handle=f"zendoria{number}")), one[1]

    with begin_run(lists.store, lists.vault, kind="screen", brands=RULES.brands, free_megabytes=0) as run:
        stream = lists.intake(run.id).keep_all(judged())
        next(stream)
        assert taken == BATCH
        with lists.store.read() as c:
            assert profiles.find(c, "x", "zendoria0") is not None
