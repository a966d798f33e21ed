"""Look-alike handles and domains for a brand, best first, within each platform's rules.

The order is the yield seen among accounts that impostors really registered: by far most add one character behind or
before the name, then come bait words, a trailing or inserted separator, one letter replaced, and typing mistakes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, product

import idna

from hunter.matching.alignment import neighbours_of
from hunter.matching.forms import forms_of
from hunter.matching.skeleton import fold
from hunter.matching.words import bait_words, split_domain
from hunter.tables import read_table
from hunter.types import Brand, HandleRule, Platform

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_JOINTS = ("", "_", "-", ".")
_VOWELS = "aeiou"
DOMAIN = "domain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """A handle or domain worth asking for."""

    handle: str
    kind: str  # the trick: exact, letter_behind, bait_behind, …
    words: str  # the trick in words


_Trick = tuple[str, str, str]  # handle, kind, words


def fits(handle: str, rule: HandleRule) -> bool:
    """Whether a platform would accept `handle`."""
    shown = handle.lower() if rule.ignores_case else handle
    return (
        rule.shortest <= len(handle) <= rule.longest
        and all(c in rule.alphabet for c in shown)
        and not (rule.edges and (shown[0] in rule.edges or shown[-1] in rule.edges))
    )


def lookalikes(brand: Brand, platform: Platform) -> Iterator[Lookalike]:
    """Handles that look like one of the brand's names, best first, each once as the platform sees it.

    Endless but for the platform's rules: after single tricks come pairs of them. On the platform "domain" these are
    domains with the suffixes of the brand's own domains and those that squatters like. The brand's own are left out.
    """
    if platform.name == DOMAIN:
        yield from _domains(brand, platform)
        return
    rule = platform.handle_rule
    done = {_seen_as(h, rule) for h in brand.official.get(platform.name, ())}
    for handle, kind, words in _labels(brand):
        key = _seen_as(handle, rule)
        if key not in done and fits(handle, rule):
            done.add(key)
            yield Lookalike(handle=handle, kind=kind, words=words)


def _seen_as(handle: str, rule: HandleRule) -> str:
    shown = handle.lower() if rule.ignores_case else handle
    return "".join(c for c in shown if c not in rule.ignored)


def _stems(brand: Brand) -> list[str]:
    """The names as handles have them; forms that only guess at the name come last."""
    ascii_forms = [f for f in forms_of(brand) if f.letters.isascii() and f.letters.isalnum() and len(f.letters) > 2]
    likely = [f.letters for f in ascii_forms if f.penalty <= 1.0]
    return list(dict.fromkeys(likely or [f.letters for f in ascii_forms]))


def _labels(brand: Brand) -> Iterator[_Trick]:
    stems = _stems(brand)
    for form in forms_of(brand):
        if form.letters in stems:
            yield form.letters, "exact", f"the name “{form.name}”"
    for tricks in (_one_added, _first_bait, _separated(brand), _replaced, _mistakes, _looks, _more_bait, _two_added):
        yield from _in_turn([tricks(stem) for stem in stems])
    yield from _in_turn([_pairs(stem) for stem in stems])


def _in_turn(streams: list[Iterator[_Trick]]) -> Iterator[_Trick]:
    """One of each stream by turns, until all have ended."""
    while streams:
        going = []
        for stream in streams:
            trick = next(stream, None)
            if trick is not None:
                yield trick
                going.append(stream)
        streams = going


def _one_added(stem: str) -> Iterator[_Trick]:
    yield f"{stem}_", "separator", "a trailing _"
    for c in _LETTERS:
        yield stem + c, "letter_behind", f"“{c}” added behind"
        yield c + stem, "letter_before", f"“{c}” added in front"
    for c in _DIGITS:
        yield stem + c, "digit_behind", f"“{c}” added behind"
        yield c + stem, "digit_before", f"“{c}” added in front"
    yield f"_{stem}", "separator", "a leading _"


def _baited(stem: str, words: list[str], joints: tuple[str, ...]) -> Iterator[_Trick]:
    for word, joint in product(words, joints):
        kind = bait_words().get(word, "word")
        yield stem + joint + word, "bait_behind", f"“{word}” added behind ({kind})"
        yield word + joint + stem, "bait_before", f"“{word}” added in front ({kind})"


def _first_words() -> list[str]:
    return list(read_table("words")["handles"]["first"])


def _first_bait(stem: str) -> Iterator[_Trick]:
    return _baited(stem, _first_words(), ("", "_"))


def _more_bait(stem: str) -> Iterator[_Trick]:
    first = set(_first_words())
    more = [w for w in bait_words() if w.isascii() and w not in first]
    return chain(_baited(stem, _first_words(), ("-", ".")), _baited(stem, more, ("", "_", "-", ".")))


def _separated(brand: Brand) -> Callable[[str], Iterator[_Trick]]:
    breaks = {form.letters: sorted(form.breaks) for form in forms_of(brand)}

    def tricks(stem: str) -> Iterator[_Trick]:
        own = breaks.get(stem, [])
        for joint in _JOINTS[1:]:
            if own:
                parts = [stem[a:b] for a, b in zip([0, *own], [*own, len(stem)], strict=True)]
                yield joint.join(parts), "separator", f"words joined by “{joint}”"
        for at in range(1, len(stem)):
            if at not in own:
                yield f"{stem[:at]}_{stem[at:]}", "separator", f"“_” put in after “{stem[:at]}”"
        yield f"{stem}__", "separator", "two trailing _"
        yield f"{stem}-", "separator", "a trailing -"
        yield f"{stem}.", "separator", "a trailing dot"

    return tricks


def _replaced(stem: str) -> Iterator[_Trick]:
    for i, char in enumerate(stem):
        yield f"{stem[:i]}_{stem[i + 1 :]}", "underscore", f"“_” for “{char}”"


def _mistakes(stem: str) -> Iterator[_Trick]:
    for i, char in enumerate(stem):
        before, behind = stem[:i], stem[i + 1 :]
        yield before + behind, "omission", f"“{char}” left out"
        yield before + char + char + behind, "doubling", f"“{char}” doubled"
        if behind and behind[0] != char:
            yield before + behind[0] + char + behind[1:], "turned", f"“{char}{behind[0]}” turned"
        if char in _VOWELS:
            for vowel in _VOWELS.replace(char, ""):
                yield before + vowel + behind, "vowel", f"“{vowel}” for “{char}”"
        for near in neighbours_of(char):
            yield before + near + behind, "near_key", f"“{near}” for “{char}”, a key beside it"
    yield f"{stem}s", "plural", "a plural s"


def _looks(stem: str) -> Iterator[_Trick]:
    table = read_table("likeness")["glance"]
    swaps = [(a, b) for group in table["one"] for a in group for b in group if a != b]
    swaps += [pair for entry in table["two"] for two, one in [entry.split()] for pair in ((one, two), (two, one))]
    for ours, theirs in swaps:
        at = stem.find(ours)
        while at >= 0:
            handle = stem[:at] + theirs + stem[at + len(ours) :]
            yield handle, "look_alike", f"“{theirs}” for “{ours}”, which look alike"
            at = stem.find(ours, at + 1)
    for sounds in read_table("likeness")["sound"]["two"]:
        two, one = sounds.split()
        for ours, theirs in ((two, one), (one, two)):
            if ours in stem:
                yield stem.replace(ours, theirs, 1), "sound", f"“{theirs}” for “{ours}”, which sound alike"


def _two_added(stem: str) -> Iterator[_Trick]:
    for number in range(100):
        yield f"{stem}{number:02d}", "digits_behind", f"“{number:02d}” added behind"
    for number in chain(range(1990, 2031), range(100, 1000)):
        yield f"{stem}{number}", "digits_behind", f"“{number}” added behind"
    for before in ("x", "_", "its", "the"):
        yield f"{before}{stem}{before}", "framed", f"“{before}” on both sides"


def _pairs(stem: str) -> Iterator[_Trick]:
    """Two tricks at once: a changed name with a bait word or a character added."""
    for changed, kind, words in chain(_mistakes(stem), _looks(stem), _replaced(stem)):
        for handle, other, more in chain(_one_added(changed), _first_bait(changed)):
            yield handle, f"{kind}+{other}", f"{words}; {more}"


def _domains(brand: Brand, platform: Platform) -> Iterator[Lookalike]:
    own = [split_domain(d) for d in brand.domains]
    suffixes = list(dict.fromkeys([s for _, _, s in own if s] + read_table("words")["handles"]["suffixes"]))
    done = {d.lower() for d in brand.domains}
    rule = HandleRule(shortest=1, longest=63, alphabet=_LETTERS + _DIGITS + "-", edges="-")
    labels = chain(((label, "exact", "the brand's own label") for _, label, s in own if s), _labels(brand))
    for label, kind, words in _in_turn([labels, _foreign_labels(brand)]):
        if not label.startswith("xn--") and not fits(label, rule):
            continue
        for suffix in suffixes if kind == "exact" else suffixes[:3]:
            domain = f"{label}.{suffix}"
            if domain not in done:
                done.add(domain)
                told = f"{words}, under .{suffix}"
                yield Lookalike(handle=domain, kind="other_suffix" if kind == "exact" else kind, words=told)


def _foreign_labels(brand: Brand) -> Iterator[_Trick]:
    """Names with letters of other scripts in them, as A-labels: one letter, and all that have a twin."""
    twins: dict[str, str] = {}
    for char in read_table("lookalikes")["domains"]["letters"]:
        twins.setdefault(fold(char).text, char)
    for stem in _stems(brand):
        spelled = [stem[:i] + twins[c] + stem[i + 1 :] for i, c in enumerate(stem) if c in twins]
        spelled.append("".join(twins.get(c, c) for c in stem))
        for label in dict.fromkeys(spelled):
            try:
                yield idna.alabel(label).decode("ascii"), "foreign_letters", f"“{label}” with letters of another script"
            except idna.IDNAError:
                continue
