"""The pages, over the real server: what they say, what forms do, and who may do it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hunter.review.routes import WAYS
from hunter.review.sessions import Role, Sessions
from hunter.review.users import User, hash_password
from hunter.store import Store, decisions, open_store, queue
from hunter.store.queue import Wanted
from hunter.store.suspects import Status
from hunter.tables import data_folder
from hunter.types import Verdict
from hunter.vault import Vault
from tests.review.stock import BEGAN, OURS, account, assess, finding, picture, run
from tests.review.visitor import Visitor, read_html, serve, tokens

PASSWORD = "correct horse battery"


@pytest.fixture
def store(store: Store) -> Store:
    run(
        store,
        [
            assess(account("first", display_name="Аcme Bank", links=("https://evil.example/login",)), 8.0),
            assess(account("second"), 5.0),
            *(assess(account(f"pay{n}", display_name="Acme Pay", picture=picture("pay")), 3.0) for n in range(3)),
        ],
    )
    return store


def status_of(store: Store, handle: str) -> str:
    with store.read() as c:
        rows = queue.page(c, Wanted(statuses=tuple(Status), words=handle), limit=500)
    return next(row.status for row in rows if row.handle == handle)


def test_the_queue_shows_each_case_once(ana: Visitor) -> None:
    page = ana.get("/").text
    _, words = read_html(page)
    assert re.findall(r'class="name" href="/suspects/(\d+)"', page) == ["1", "2", "5"]
    assert "3 accounts" in words
    assert "99.6 %" in words
    assert "looks like ours" in words


def test_a_stranger_sees_nothing(visitor: Visitor) -> None:
    assert visitor.get("/").headers["location"] == "/enter"
    assert visitor.get("/suspects/1").status == 401
    assert visitor.get("/enter?key=wrong").status == 403
    assert "Acme" not in visitor.get("/decisions").text


def test_the_cookie_is_for_this_page_only(visitor: Visitor) -> None:
    answer = visitor.get(f"/enter?key={visitor.sessions.new_link()}")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert answer.headers["location"] == "/"


def test_judging_and_undoing(ana: Visitor, store: Store) -> None:
    chosen = tokens(ana.get("/").text)[:2]
    form = [("suspect", token) for token in chosen] + [("verdict", "impersonation"), ("note", "both"), ("back", "/")]
    assert ana.post("/judgements", form).headers["location"] == "/"
    page = ana.get("/").text
    assert "impersonation: first, second (2 accounts)" in page
    assert (status_of(store, "first"), status_of(store, "second")) == ("confirmed", "confirmed")
    batch = re.search(r'name="batch" value="(\w+)"', page)
    assert batch
    assert "impersonation: first" not in ana.get("/").text, "a message is said once"
    ana.post("/judgements/withdraw", {"batch": batch.group(1), "back": "/"})
    assert "undone: 2 verdicts withdrawn" in ana.get("/").text
    assert status_of(store, "first") == "open"


def test_a_row_of_three_is_judged_as_three(ana: Visitor, store: Store) -> None:
    row = next(token for token in tokens(ana.get("/").text) if token.startswith("5."))
    ana.post("/judgements", {"suspect": row, "verdict": "unrelated", "back": "/"})
    assert "(3 accounts)" in ana.get("/").text
    assert {status_of(store, f"pay{n}") for n in range(3)} == {"dismissed"}


def test_from_the_case_one_goes_on_to_the_next(ana: Visitor) -> None:
    page = ana.get("/suspects/1").text
    form = {"suspect": tokens(page)[-1], "verdict": "parody", "back": "/suspects/1", "next": "/suspects/2"}
    assert ana.post("/judgements", form).headers["location"] == "/suspects/2"


def test_a_verdict_of_somebody_else_meanwhile_is_told(ana: Visitor, store: Store) -> None:
    (first, *_) = tokens(ana.get("/").text)
    with store.write() as c:
        decisions.decide(c, 1, Verdict.OFFICIAL, by="bo", at=BEGAN)
    ana.post("/judgements", {"suspect": first, "verdict": "impersonation", "back": "/"})
    assert "left alone: somebody decided about first" in ana.get("/").text
    assert status_of(store, "first") == "dismissed"


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/judgements", {"suspect": "nonsense", "verdict": "parody"}),
        ("/judgements", {"verdict": "parody"}),
        ("/judgements", {"suspect": "1.1.0.0.500000000.ab.1", "verdict": "guilty"}),
        ("/judgements/withdraw", {"batch": "none"}),
        ("/judgements/withdraw", {"judgement": "x"}),
        ("/judgements/withdraw", {"judgement": "99"}),
        ("/assignments", {"to": "me"}),
        ("/suspects/1/status", {"status": "gone"}),
        ("/suspects/1/status", {"status": "takedown_requested"}),
        ("/suspects/1/status", {"status": "nothing"}),
        ("/suspects/99/status", {"status": "closed"}),
        ("/suspects/1/allowance", {"reason": "x", "until": "soon"}),
        ("/suspects/1/allowance", {"reason": "", "until": "2027-01-01"}),
        ("/allowances/7/end", {}),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    ana: Visitor, store: Store, path: str, form: dict[str, object]
) -> None:
    assert ana.post(path, form).status == 303
    page = ana.get("/").text
    assert 'class="message refused"' in page
    assert {status_of(store, handle) for handle in ("first", "second")} == {"open"}


@pytest.mark.parametrize(
    "back", ["https://evil.test/", "//evil.test/", "/\\evil.test", "\\\\evil.test", "javascript:x", "/a\r\nX: y", ""]
)
def test_a_form_leads_back_to_our_own_pages_only(ana: Visitor, back: str) -> None:
    answer = ana.post("/judgements/withdraw", {"batch": "none", "back": back})
    assert answer.headers["location"] == "/"
    assert "x" not in answer.headers


def test_filters_and_searches_stand_in_the_address(ana: Visitor) -> None:
    found = ana.get("/?words=SECOND&brand=acme&platform=bluesky&score=0.5")
    assert re.findall(r'class="name" href="/suspects/(\d+)"', found.text) == ["2"]
    assert 'value="SECOND"' in found.text
    assert "Nothing matches these filters" in ana.get("/?brand=nobody").text
    assert ana.get("/?status=nonsense&score=9&since=x&after=1e999_x").status == 200
    assert ana.get("/?after=5.0_99999999999999999999").status == 200


def test_pages_of_the_queue_lead_through_all_of_it(ana: Visitor, store: Store) -> None:
    run(store, [assess(account(f"many{n}", display_name=f"Many {n}"), 4.0 + n / 100) for n in range(58)], day=1)
    seen: list[str] = []
    address = "/"
    while address:
        page = ana.get(address).text
        seen += re.findall(r'class="name" href="/suspects/(\d+)"', page)
        following = re.search(r'id="next-page" href="([^"]+)"', page)
        address = following.group(1).replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 61


def test_the_case_shows_both_sides_the_letters_the_sum_and_the_link_defanged(ana: Visitor) -> None:
    page = ana.get("/suspects/1").text
    tags, words = read_html(page)
    assert "U+0410 CYRILLIC CAPITAL LETTER A" in words
    assert "Acme Bank" in words
    assert "acme.example" in words
    assert "hxxps://evil[.]example/login" in words
    assert "https://evil.example" not in page
    assert "+14.0" in words
    assert "−6.0" in words
    assert sum(tag == "rect" and attrs.get("class") in ("for", "prior") for tag, attrs in tags) == 2


def test_a_link_is_followed_only_after_asking(ana: Visitor) -> None:
    page = ana.get("/suspects/1/links/0")
    (link,) = [attrs for tag, attrs in read_html(page.text)[0] if attrs.get("href") == "https://evil.example/login"]
    assert set((link["rel"] or "").split()) >= {"noopener", "noreferrer", "nofollow"}
    assert link["referrerpolicy"] == "no-referrer"
    assert ana.get("/suspects/1/links/1").status == 404
    assert ana.get("/suspects/2/links/0").status == 404


def test_what_changed_since_the_verdict_is_shown(ana: Visitor, store: Store) -> None:
    ana.post("/judgements", {"suspect": tokens(ana.get("/").text)[0], "verdict": "unrelated"})
    links = ("https://evil.example/login",)
    run(store, [assess(account("first", display_name="Аcme Bank", links=links, bio="send us your card"), 8.0)], day=1)
    assert "changed: text" in read_html(ana.get("/").text)[1]
    page = ana.get("/suspects/1").text
    assert "Changed since the verdict" in page
    assert "<del>hello</del>" in page
    assert "<ins>send us your card</ins>" in page


def test_the_lists_show_what_was_done(ana: Visitor, store: Store) -> None:
    ana.post("/judgements", {"suspect": tokens(ana.get("/").text)[0], "verdict": "impersonation", "note": "fraud"})
    ana.post("/suspects/2/allowance", {"reason": "a fan page", "until": "2027-01-31"})
    decided = read_html(ana.get("/decisions").text)[1]
    assert "fraud" in decided
    assert "impersonation" in decided
    allowed = read_html(ana.get("/allowances").text)[1]
    assert "a fan page" in allowed
    assert "2027-01-31" in allowed
    ana.post("/allowances/1/end", {})
    assert "withdrawn" in read_html(ana.get("/allowances").text)[1]
    runs = read_html(ana.get("/runs").text)[1]
    assert "Run 1" in runs
    assert "bluesky" in runs
    assert "1" in read_html(ana.get("/numbers").text)[1]


def test_signing_out_ends_the_session(ana: Visitor) -> None:
    assert ana.get("/help").status == 200
    assert ana.post("/leave", {}).headers["location"] == "/enter"
    assert ana.get("/help").status == 401


def test_pictures_are_drawn_anew_and_everything_else_is_a_blank(ana: Visitor, vault: Vault) -> None:
    real = vault.put((data_folder() / "brands" / "zorelia" / "logo.png").read_bytes())
    page = vault.put(b"<html><script>alert(1)</script></html>")
    drawn = ana.get(f"/pictures/{real}/large")
    assert drawn.body.startswith(b"\x89PNG")
    assert drawn.body != vault.get(real)
    for address in (f"/pictures/{page}/large", f"/pictures/{'0' * 64}/small", "/pictures/..%2F..%2Fetc/small"):
        blank = ana.get(address)
        assert blank.status in (200, 404)
        assert b"script" not in blank.body or blank.headers["content-type"].startswith("text/html")
    for answer in (drawn, ana.get(f"/pictures/{page}/large")):
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["content-disposition"] == "attachment"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_huge_numbers_in_addresses_are_not_there(ana: Visitor) -> None:
    for address in ("/suspects/99999999999999999999", f"/suspects/1/links/{'9' * 30}", "/suspects/-1", "/suspects/x"):
        assert ana.get(address).status == 404


def test_a_brand_that_is_not_in_the_store_is_told(ana: Visitor, store: Store) -> None:
    other = assess(account("stray"), 6.0, finding("alike", 12.0), brand="nowhere")
    run(store, [other], day=1, brands=(OURS, type(OURS)(slug="nowhere", names=("Nowhere",))))
    with store.write() as c:
        c.exec_driver_sql("UPDATE suspects SET brand_digest = NULL WHERE handle = 'stray'")
    number = next(n for n in range(6, 9) if "stray" in ana.get(f"/suspects/{n}").text)
    assert "not in this store" in ana.get(f"/suspects/{number}").text


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """A page for a team with one user for each role."""
    folder = tmp_path_factory.mktemp("team")
    stored = hash_password(PASSWORD)
    users = {role.name.lower(): User(name=role.name.lower(), role=role.name.lower(), password=stored) for role in Role}
    with open_store(f"sqlite:///{folder}/hunter.db") as opened:
        run(opened, [assess(account("first"), 8.0)])
        with serve(opened, Vault(folder / "vault"), sessions=Sessions(reviewer="", users=users)) as at_the_door:
            yield at_the_door


def sign_in(team: Visitor, role: Role) -> Visitor:
    inside = Visitor(team.port, team.sessions)
    cookie = team.sessions.enter_by_password(role.name.lower(), PASSWORD)
    assert cookie
    inside.cookie = cookie
    return inside


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.method} {way.path}")
def test_every_route_lets_in_who_may_and_nobody_else(team: Visitor, way: object, role: Role) -> None:
    from tests.review.test_gate import address

    assert isinstance(way, type(WAYS[0]))
    inside = sign_in(team, role)
    answer = inside.post(address(way.path), {}) if way.method == "POST" else inside.get(address(way.path))
    if way.role is not None and role < way.role:
        assert answer.status == 403
        assert f"signed in as {role.name.lower()}" in answer.text
    else:
        assert answer.status in (200, 303, 404) or way.path == "/enter"


def test_users_sign_in_by_name_and_wrong_ones_do_not(team: Visitor) -> None:
    assert 'name="password"' in team.get("/enter").text
    assert team.post("/enter", {"name": "lead", "password": "wrong"}).status == 403
    answer = team.post("/enter", {"name": "lead", "password": PASSWORD})
    assert answer.status == 303
    assert "hunter_session=" in answer.headers["set-cookie"]


def test_a_reader_sees_no_buttons(team: Visitor) -> None:
    page = sign_in(team, Role.READER).get("/suspects/1").text
    assert 'name="verdict"' not in page
    assert "Allow this account" not in page
    assert "Allow this account" not in sign_in(team, Role.REVIEWER).get("/suspects/1").text
    assert "Allow this account" in sign_in(team, Role.LEAD).get("/suspects/1").text


def test_pages_hold_no_style_or_script_of_their_own(ana: Visitor, tmp_path: Path) -> None:
    for address in ("/", "/suspects/1", "/decisions", "/allowances", "/runs", "/numbers", "/help", "/nothing"):
        for tag, attrs in read_html(ana.get(address).text)[0]:
            assert "style" not in attrs, (address, tag)
            assert not any(name.startswith("on") for name in attrs), (address, tag)
            assert tag != "style", address
            assert tag != "script" or attrs.get("src") == "/static/keys.js", address
