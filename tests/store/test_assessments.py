from __future__ import annotations

import pytest
from sqlalchemy import select

from hunter.store import Store, allowances, decisions, judgements, profiles, suspects
from hunter.store.rows import identity_of
from hunter.store.runs import RunRecord
from hunter.store.suspects import Status, Suspect
from hunter.store.tables import ALLOWANCES
from hunter.types import Outcome, Verdict
from tests.store.scenes import ACME, DAY, DAY0, IMPOSTOR, OTHER, answered, crawl, present, renamed

SUBJECT = ("acme", "bluesky", "did:plc:impostor")


def only(store: Store) -> Suspect:
    with store.read() as c:
        (suspect,) = suspects.page(c)
    return suspect


def acts(store: Store, number: int) -> list[str]:
    with store.read() as c:
        return [event.act for event in suspects.events(c, number)]


def found(record: RunRecord) -> tuple[int | None, ...]:
    return record.suspects_new, record.suspects_changed, record.suspects_gone, record.suspects_back


def judge(store: Store, verdict: Verdict, at: object = DAY0) -> int:
    with store.write() as c:
        return decisions.decide(c, only(store).id, verdict, by="ann", at=at)  # type: ignore[arg-type]


def test_a_suspect_holds_what_was_found_and_by_which_brand_and_version(store: Store) -> None:
    record = crawl(store, present(IMPOSTOR))
    assert found(record) == (1, 0, 0, 0)
    suspect = only(store)
    assert (suspect.brand, suspect.platform, suspect.native_id, suspect.handle) == (*SUBJECT, IMPOSTOR.handle)
    assert (suspect.score, suspect.bits, suspect.rules, suspect.status) == (0.9, 4.0, "r1", Status.OPEN)
    assert suspect.findings[0].signal == "lookalike_handle" and suspect.reason == "w"
    assert suspect.first_seen_at == suspect.last_seen_at == DAY0 and suspect.brand_digest
    with store.read() as c:
        assert profiles.versions(c, [suspect.version_id])[suspect.version_id].profile.bio == IMPOSTOR.bio
        assert suspects.of_run(c, record.id) == {"new": [suspect.id]}


def test_running_again_changes_nothing_but_when_it_was_last_seen(store: Store) -> None:
    crawl(store, present(IMPOSTOR))
    before = only(store)
    assert found(crawl(store, present(IMPOSTOR), at=DAY0 + DAY)) == (0, 0, 0, 0)
    after = only(store)
    assert after.last_seen_at == DAY0 + DAY and after.last_run != before.last_run
    assert (after.id, after.case_id, after.version_id, after.status) == (
        before.id,
        before.case_id,
        before.version_id,
        before.status,
    )


@pytest.mark.parametrize("score, sampled, expected", [(0.49, False, None), (0.5, False, False), (0.3, True, True)])
def test_who_scores_too_little_is_no_suspect_unless_sampled(
    store: Store, score: float, sampled: bool, expected: bool | None
) -> None:
    record = crawl(store, present(IMPOSTOR), score=score, sampled=sampled)
    with store.read() as c:
        kept = [suspect.sampled for suspect in suspects.page(c)]
    assert kept == ([] if expected is None else [expected])
    assert record.suspects_new == (1 if expected is False else 0), "the sample is not counted as new"


def test_a_sampled_one_that_rises_above_the_line_is_new_then(store: Store) -> None:
    crawl(store, present(IMPOSTOR), score=0.3, sampled=True)
    assert found(crawl(store, present(renamed(bio="pay here")), at=DAY0 + DAY)) == (1, 1, 0, 0)
    assert not only(store).sampled


def test_who_changes_to_hide_stays_a_suspect_with_the_new_score(store: Store) -> None:
    crawl(store, present(IMPOSTOR))
    innocent = renamed(handle="rosie.example", display_name="Rosie")
    assert found(crawl(store, present(innocent), at=DAY0 + DAY, score=0.01)) == (0, 1, 0, 0)
    suspect = only(store)
    assert (suspect.score, suspect.handle, suspect.display_name) == (0.01, "rosie.example", "Rosie")
    with store.read() as c:
        detail = suspects.events(c, suspect.id)[-1].detail
    assert detail["fields"] == ["handle", "display_name"] and detail["score_before"] == 0.9


def test_a_change_is_noted_even_when_nobody_assessed_it(store: Store) -> None:
    crawl(store, present(IMPOSTOR))
    assert found(crawl(store, present(renamed(display_name="Rosie")), at=DAY0 + DAY, score=None)) == (0, 1, 0, 0)
    suspect = only(store)
    assert (suspect.display_name, suspect.score, suspect.changed_at) == ("Rosie", 0.9, DAY0 + DAY)


def test_one_account_may_pretend_to_be_two_brands(store: Store) -> None:
    from dataclasses import replace

    crawl(store, present(IMPOSTOR))
    crawl(store, present(IMPOSTOR), at=DAY0 + DAY, brand=replace(ACME, slug="other"))
    with store.read() as c:
        both = suspects.of_accounts(c, [only_account(store)])
    assert sorted(both[only_account(store)]) == ["acme", "other"]


def only_account(store: Store) -> int:
    with store.read() as c:
        return suspects.page(c)[0].account_id


def test_gone_takes_two_real_noes_a_day_apart(store: Store) -> None:
    crawl(store, present(IMPOSTOR))
    no, refused = answered(Outcome.ABSENT), answered(Outcome.REFUSED, why="429")
    broken = answered(Outcome.IMPOSSIBLE, why="shape")
    for hours, probe, expected in (
        (1, refused, Status.OPEN),
        (2, no, Status.OPEN),  # the first no
        (3, no, Status.OPEN),  # the second, too soon
        (27, refused, Status.OPEN),  # a day later, but nobody looked
        (28, broken, Status.OPEN),
        (29, no, Status.GONE),
        (60, no, Status.GONE),
    ):
        record = crawl(store, probe, at=DAY0 + hours * DAY / 24)
        assert only(store).status is expected, f"after {hours} hours"
        assert record.suspects_gone == (1 if hours == 29 else 0)


def test_being_seen_in_between_starts_the_count_anew(store: Store) -> None:
    crawl(store, present(IMPOSTOR))
    for day, probe in enumerate((answered(Outcome.ABSENT), present(IMPOSTOR), answered(Outcome.ABSENT)), 1):
        crawl(store, probe, at=DAY0 + day * DAY)
    assert only(store).status is Status.OPEN


def test_who_is_gone_and_seen_again_came_back(store: Store) -> None:
    crawl(store, present(IMPOSTOR))
    for day in (1, 2):
        crawl(store, answered(Outcome.ABSENT), at=DAY0 + day * DAY)
    assert found(crawl(store, present(IMPOSTOR), at=DAY0 + 3 * DAY)) == (0, 0, 0, 1)
    suspect = only(store)
    assert suspect.status is Status.CAME_BACK
    assert acts(store, suspect.id) == ["new", "gone", "came_back"]


@pytest.mark.parametrize("verdict", [Verdict.PARODY, Verdict.OFFICIAL, Verdict.UNRELATED])
def test_a_cleared_account_is_left_alone_until_it_changes(store: Store, verdict: Verdict) -> None:
    crawl(store, present(IMPOSTOR))
    judge(store, verdict)
    crawl(store, present(IMPOSTOR), at=DAY0 + DAY)
    assert only(store).status is Status.DISMISSED
    crawl(store, present(renamed(bio="Give us your card", picture=OTHER)), at=DAY0 + 2 * DAY)
    suspect = only(store)
    assert (suspect.status, suspect.verdict) == (Status.OPEN, verdict.value)
    assert suspect.changed_since_verdict == ("bio", "picture")
    assert acts(store, suspect.id)[-2:] == ["changed", "reopened"]


def test_a_cleared_account_that_scores_nothing_after_its_change_is_reopened_too(store: Store) -> None:
    crawl(store, present(IMPOSTOR))
    judge(store, Verdict.UNRELATED)
    crawl(store, present(renamed(handle="quiet.example")), at=DAY0 + DAY, score=None)
    assert only(store).status is Status.OPEN


def test_a_confirmed_one_stays_confirmed_and_shows_what_changed(store: Store) -> None:
    crawl(store, present(IMPOSTOR))
    judge(store, Verdict.IMPERSONATION)
    crawl(store, present(renamed(display_name="Rosie")), at=DAY0 + DAY)
    suspect = only(store)
    assert (suspect.status, suspect.changed_since_verdict) == (Status.CONFIRMED, ("display_name",))


def test_no_run_touches_a_judgement(store: Store) -> None:
    crawl(store, present(IMPOSTOR))
    judge(store, Verdict.PARODY)
    with store.read() as c:
        before = judgements.history(c, "bluesky", "did:plc:impostor")
    for day, name in enumerate(("A", "B", "A"), 1):
        crawl(store, present(renamed(display_name=name)), at=DAY0 + day * DAY, score=0.99)
    with store.read() as c:
        assert judgements.history(c, "bluesky", "did:plc:impostor") == before


def test_a_verdict_from_before_holds_for_a_suspect_that_is_new(store: Store) -> None:
    from hunter.types import Judgement

    crawl(store, present(IMPOSTOR), score=0.1)
    with store.write() as c:
        at_once = Judgement(
            brand="acme",
            platform="bluesky",
            native_id="did:plc:impostor",
            verdict=Verdict.OFFICIAL,
            by="ann",
            at=DAY0,
        )
        judgements.add(c, at_once)
    assert found(crawl(store, present(IMPOSTOR), at=DAY0 + DAY)) == (0, 0, 0, 0)
    assert only(store).status is Status.DISMISSED


def test_an_allowance_holds_until_its_day_is_over(store: Store) -> None:
    until = (DAY0 + DAY).date()
    with store.write() as c:
        allowances.add(c, SUBJECT, reason="a partner", by="ann", at=DAY0, until=until)
    crawl(store, present(IMPOSTOR), at=DAY0 + DAY)
    assert only(store).status is Status.DISMISSED
    crawl(store, present(IMPOSTOR), at=DAY0 + 2 * DAY)
    assert only(store).status is Status.OPEN


def test_an_allowance_for_an_identity_ends_when_that_changes(store: Store) -> None:
    with store.write() as c:
        allowances.add(c, SUBJECT, reason="was fine", by="ann", at=DAY0, identity=identity_of(IMPOSTOR))
    crawl(store, present(IMPOSTOR))
    assert only(store).status is Status.DISMISSED
    crawl(store, present(renamed(bio="pay")), at=DAY0 + DAY)
    assert only(store).status is Status.OPEN


def test_a_withdrawn_allowance_holds_no_more(store: Store) -> None:
    with store.write() as c:
        number = allowances.add(c, SUBJECT, reason="a partner", by="ann", at=DAY0)
        allowances.withdraw(c, number, by="bob", at=DAY0)
    crawl(store, present(IMPOSTOR))
    assert only(store).status is Status.OPEN
    with store.read() as c:
        assert c.execute(select(ALLOWANCES.c.withdrawn_by)).scalars().all() == ["bob"]


def test_a_crash_inside_a_batch_leaves_nothing_of_it(store: Store) -> None:
    crawl(store, present(IMPOSTOR))
    before = only(store)

    class Crash(RuntimeError):
        pass

    with pytest.raises(Crash), store.write() as c:
        from hunter.store import sightings
        from tests.store.scenes import start

        sightings.save(c, start(c), [present(renamed(bio="half"))], at=DAY0 + DAY)
        raise Crash
    assert only(store) == before
    with store.read() as c:
        assert len(profiles.history(c, before.account_id)) == 1
