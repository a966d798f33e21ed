"""The index loses nothing that the judge, asked about every pair, scores above a half; order and flow of the screen."""

from __future__ import annotations

import random
import tracemalloc
from dataclasses import replace
from itertools import islice

import pytest
import wordninja

from hunter.matching.forms import forms_of
from hunter.matching.gate import glance, is_changed_once, worth
from hunter.matching.handles import lookalikes
from hunter.matching.judge import judge
from hunter.matching.screen import Screener
from hunter.matching.screening.index import Index
from hunter.matching.words import read_name
from hunter.types import Allowed, Brand, Platform, Profile

NAMES = (
    "Zendoria", "Talvora Bank", "Kestrix", "Mollumen", "Orbanto", "Vexa", "Dhal", "Rio", "Quillon & Sons", "Брендор",
    "Nordwyk Air",
)  # fmt: skip
BRANDS = [Brand(slug=f"b{i}", names=(name,)) for i, name in enumerate(NAMES)]


def made_names(count: int) -> list[str]:
    """Ordinary handles, look-alikes of the brands, and random damage to both."""
    chance = random.Random(5)
    words = [w for w in list(wordninja.DEFAULT_LANGUAGE_MODEL._wordcost)[:30_000] if w.isascii()]
    names = []
    anywhere = Platform(name="anywhere")
    for brand in BRANDS:
        names += [x.handle for x in islice(lookalikes(brand, anywhere), 400)]
    while len(names) < count:
        name = chance.choice(("", "_", "-", ".", " ")).join(chance.choices(words, k=chance.choice((1, 2, 2, 3))))
        if chance.random() < 0.3:
            name = chance.choice((str.title, str.upper, lambda s: s + "7", lambda s: "x" + s))(name)
        names.append(name)
    for _ in range(count // 4):
        letters = list(chance.choice(names))
        for _ in range(chance.choice((1, 1, 2))):
            at = chance.randrange(len(letters))
            letters[at] = chance.choice(("", chance.choice("abcdeoil01_.-$Aо\u200b"), letters[at] * 2))
        names.append("".join(letters) or "x")
    return names


def test_the_index_lets_through_everything_that_the_gate_does() -> None:
    names = made_names(6000)
    index = Index((n, form) for n, brand in enumerate(BRANDS) for form in forms_of(brand))
    rows, brands = index.pairs(names)
    found = set(zip(rows.tolist(), brands.tolist(), strict=True))
    wanted = {
        (i, n)
        for i, name in enumerate(names)
        for n, brand in enumerate(BRANDS)
        if any(worth(form, read_name(name)) for form in forms_of(brand))
    }
    assert len(wanted) > 2000
    assert not {(names[i], NAMES[n]) for i, n in wanted - found}
    assert len(found) < 1.2 * len(wanted), "the index lets much more through than it needs to"


def test_nothing_above_a_half_is_lost_against_judging_every_pair() -> None:
    names = random.Random(6).sample(made_names(5000), 1200)
    screener = Screener(BRANDS)
    found = {(a.brand, a.profile.handle) for a in screener.screen(Profile(platform="x", handle=n) for n in names)}
    every = {
        (brand.slug, name)
        for name in names
        for brand in BRANDS
        if judge(brand, Profile(platform="x", handle=name)).score > 0.5
    }
    assert len(every) > 100
    assert every <= found


def test_bare_names_are_judged_as_profiles_are() -> None:
    names = made_names(4500)[:1500]
    screener = Screener(BRANDS)
    bare = {(names[row], a.brand, a.score) for row, found in screener.assess_names(names) for a in found}
    whole = {
        (a.profile.handle, a.brand, a.score)
        for a in screener.screen(Profile(platform="unknown", handle=name) for name in names)
    }
    assert bare == whole


@pytest.mark.parametrize("platform", ["x", "pypi"])
def test_a_least_score_leaves_the_same_assessments_as_judging_every_pair(platform: str) -> None:
    chance = random.Random(8)
    words = [w for w in list(wordninja.DEFAULT_LANGUAGE_MODEL._wordcost)[:6_000] if w.isascii() and len(w) > 3]
    brands = [Brand(slug=f"w{i}", names=(w.title(),)) for i, w in enumerate(chance.sample(words, 40))]
    brands += [
        Brand(slug=f"m{i}", names=("".join(chance.choices(("bra", "tio", "lu", "kest", "nor", "vi", "da"), k=2)),))
        for i in range(20)
    ]
    names = made_names(3_000)[-400:]
    for brand in brands:
        own = brand.names[0].lower()
        at = chance.randrange(len(own))
        slip = own[:at] + chance.choice("aeiortns01l") + own[at + 1 :]
        names += [f"{chance.choice(words)}{chance.choice(('-', '', '_'))}{each}" for each in (own, slip)] + [slip]
        names += [f"{slip}{chance.choice(('-app', 's', '2', chance.choice(words)))}", own[:at] + own[at] * 3 + own[at:]]
    foreign = [
        "\u043f\u043e\u043b\u044c\u0437\u043e\u0432\u0430\u0442\u0435\u043b\u044c-{}-support",
        "\u00e9\u00e9\u00e9-{}",
        "{}\U0001f600",
        "$ {}",
        "{}" + "y" * 90,
    ]
    for number, form in enumerate(foreign * 4):
        names.insert(37 * number, form.format(brands[number].names[0].lower()))
    screener = Screener(brands)
    found = {
        (a.brand, a.profile.handle): (a.score, a.reason)
        for _, judged in screener.assess_names(names, platform, least=0.5)
        for a in judged
    }
    judged = (judge(brand, Profile(platform=platform, handle=name)) for name in names for brand in brands)
    every = {(a.brand, a.profile.handle): (a.score, a.reason) for a in judged if a.score >= 0.5}
    assert len(every) > 100
    assert found == every


def test_a_foreign_name_between_plain_ones_is_found_like_them() -> None:
    names = ["zendoria", "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9-zendoria-support", "zendoria2"]
    assert [row for row, _ in Screener(BRANDS).assess_names(names, least=0.5)] == [0, 1, 2]


def test_one_endless_name_costs_its_neighbours_nothing() -> None:
    names = ["zendoria"] * 300 + ["x" * 300_000 + "zendoria"] + ["zendoria"] * 300
    tracemalloc.start()
    assert sum(1 for _ in Screener(BRANDS).assess_names(names, least=0.5)) >= 600
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 30_000_000  # bytes; a row of that width for each name would take six times as many


@pytest.mark.parametrize(
    "name",
    [
        "." * 248 + "zehdor1aw",  # the judge reads 256 characters, and a word may end there
        "_" * 248 + "zehdor1aw",
        "  @" + "." * 248 + "zehdor1aw",
        "\u00e9" * 240 + "-zendoria" + "x" * 9,
        "zendoria" + "-" * 5_000,
        "zendoria_" + "-x" * 200_000,
    ],
)
def test_a_long_name_is_read_as_far_as_the_judge_reads(name: str) -> None:
    wanted = [judge(brand, Profile(platform="x", handle=name)) for brand in BRANDS]
    found = {a.brand: a.score for _, judged in Screener(BRANDS).assess_names([name], "x", least=0.5) for a in judged}
    assert found == {a.brand: a.score for a in wanted if a.score >= 0.5}


def test_a_brand_that_is_one_letter_at_a_glance_harms_no_other() -> None:
    brands = [Brand(slug=f"o{n}", names=(name,)) for n, name in enumerate(("Mnmnm", "Uwuwu", "Dcdcd", "Dicdcdic"))]
    screener = Screener([*brands, *BRANDS])
    assert [row for row, _ in screener.assess_names(["gardening", "zendoria", "mnmnm"], least=0.5)] == [1, 2]


def test_letters_held_down_beyond_what_a_run_may_have() -> None:
    chance = random.Random(1)
    name = "".join(chance.choice("bcdfghjkmnpqrstvwxyz") for _ in range(62))
    brand = Brand(slug="long", names=(name,))
    for more in (1, 2, 3, 8, 16, 40):
        handle = f"{name[:20]}{name[20] * more}{name[20:40]}-{name[40:]}"
        wanted = judge(brand, Profile(platform="x", handle=handle))
        found = [a.score for _, judged in Screener([brand]).assess_names([handle], "x", least=0.5) for a in judged]
        assert found == ([pytest.approx(wanted.score)] if wanted.score >= 0.5 else [])


def test_a_label_that_is_no_text_is_read_all_the_same() -> None:
    found = list(Screener(BRANDS).search(b"xn--abc-6e4p.com\nzendoria.com\n", ("domain",)))
    assert [row for row, _ in found] == [1]


def test_a_keyword_of_one_letter_is_none() -> None:
    brand = Brand(slug="z", names=("Zend",), keywords=("x", "\u00e9"), short_name_ok=True)
    profiles = [Profile(platform="x", handle=handle) for handle in ("x-zend-garden", "e-zend", "zend_x")]
    without = Screener([replace(brand, keywords=())])
    for profile in profiles:
        assert [a.bits for a in Screener([brand]).assess(profile)] == [a.bits for a in without.assess(profile)]


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("\u30be\u30ec\u30ea\u30a2", "\u30be\u30ea\u30a2"),
        ("\u30be\u30ec\u30ea\u30a2", "\u30be8\u30ea\u30a2"),
        ("\u30be\u30ec\u30ea\u30a2", "\u30be\u30ea\u30ec\u30a2"),
        ("\u30be\u30ec\u30ea\u30a2\u30cb\u30ab", "\u30be\u30ec\u30ea\u30a2\u30cb\u30b5"),
        ("\u0411\u0440\u0435\u043d\u0434\u0443\u0440\u0430", "\u0411\u0440\u0435\u043d\u0434\u044e\u0440\u0430"),
    ],
)
def test_names_in_other_scripts_are_found_with_letters_changed(name: str, handle: str) -> None:
    brand = Brand(slug="z", names=(name,))
    wanted = judge(brand, Profile(platform="x", handle=handle))
    assert wanted.score > 0.5
    assert [a.score for a in Screener([brand]).assess(Profile(platform="x", handle=handle))] == [wanted.score]


@pytest.mark.parametrize("name", ["", "\u0430\u0441\u043c\u0435", "zend", "zen-doria", "x" * 300, "...", "$$$"])
def test_a_name_alone_in_its_batch_is_looked_up(name: str) -> None:
    screener = Screener(BRANDS)
    judged = dict(screener.assess_names([name], least=0.5)).get(0, [])
    assert [a.brand for a in judged] == (["b0"] if name == "zen-doria" else [])


def test_the_stream_is_read_as_it_is_needed() -> None:
    read = 0

    def stream() -> object:
        nonlocal read
        while True:
            read += 1
            yield Profile(platform="x", handle="zendoria_help")

    first = next(iter(Screener(BRANDS).screen(stream())))  # type: ignore[arg-type]
    assert first.brand == "b0"
    assert read <= 20_000


@pytest.mark.parametrize(
    ("platform", "handle"),
    [
        ("x", "@Zendoria"),
        ("mastodon", "zendoria@social.example"),
        ("bluesky", "zendoria.example"),
        ("domain", "shop.zendoria.example"),
    ],
)
def test_the_brands_own_accounts_are_no_suspects(platform: str, handle: str) -> None:
    brand = Brand(
        slug="z",
        names=("Zendoria",),
        domains=("zendoria.example",),
        official={"x": ("zendoria",), "mastodon": ("zendoria@social.example",), "bluesky": ("zendoria.example",)},
    )
    found = Screener([brand]).assess(Profile(platform=platform, handle=handle, display_name="Zendoria"))
    assert found and found[0].score < 0.01


def test_an_allowed_account_is_no_suspect_though_its_name_is() -> None:
    allowed = (Allowed(platform="x", handle="zendoria_fans", reason="fan account"),)
    brand = Brand(slug="z", names=("Zendoria",), allowed=allowed)
    assert Screener([brand]).assess(Profile(platform="x", handle="Zendoria_Fans"))[0].score < 0.01
    assert Screener([brand]).assess(Profile(platform="x", handle="zendoria_fans2"))[0].score > 0.5


def test_a_bio_and_a_link_bring_a_profile_with_another_name_before_the_judge() -> None:
    brand = Brand(slug="z", names=("Zendoria",), sentences=("Banking that is on your side",))
    bio = Profile(platform="x", handle="u4711", bio="Banking that is on your side. Zendoria customer support")
    link = Profile(platform="x", handle="u4711", links=("https://zendoria-login.example/",))
    screener = Screener([brand])
    assert screener.assess(bio)[0].score > 0.5
    assert screener.assess(link)[0].findings[0].signal == "links"


def test_glance_and_changes() -> None:
    assert glance("paypa1") == glance("paypal")
    assert glance("rnodem") == glance("modem")
    assert all(is_changed_once("zendoria", slip) for slip in ("zendria", "zendoira", "zendorix", "zendorria"))
    assert not any(is_changed_once("zendoria", other) for other in ("zendoria", "xzendoria", "zendo", "zendirio"))


@pytest.mark.parametrize(
    "name", ["Zendoria", "Kestrick", "Talvoran", "Talvo", "Zendorian", "Kestrickson", "Vo Bank", "Bank Ziq", "Uc Card"]
)
def test_no_single_slip_in_the_middle_is_lost(name: str) -> None:
    word, screener = name.lower().replace(" ", ""), Screener([Brand(slug="z", names=(name,))])
    turned = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)} - {word}
    changed = {word[:i] + "h" + word[i + 1 :] for i in range(len(word))}
    for slip in sorted(turned | changed):
        assert screener.candidates([Profile(platform="x", handle=slip)])[0], slip
