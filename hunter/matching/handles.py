"""Look-alike handles and domains for a brand, best first, within each platform's rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hunter.matching.skeleton import fold, squash
from hunter.tables import read_table
from hunter.types import Brand, HandleRule, Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """A handle or domain worth asking for."""

    handle: str
    kind: str  # the trick: exact, letter_behind, bait_behind, …
    words: str  # the trick in words


def fits(handle: str, rule: HandleRule) -> bool:
    """Whether a platform would accept `handle`."""
    shown = handle.lower() if rule.ignores_case else handle
    return (
        rule.shortest <= len(handle) <= rule.longest
        and all(c in rule.alphabet for c in shown)
        and not (rule.edges and (shown[0] in rule.edges or shown[-1] in rule.edges))
    )


def _tricks(stem: str) -> Iterator[tuple[str, str, str]]:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    yield stem, "exact", "the brand's own name"
    yield stem + "_", "separator", "a trailing _"
    for c in letters:
        yield stem + c, "letter_behind", f"“{c}” added behind"
        yield c + stem, "letter_before", f"“{c}” added in front"
    for kind in read_table("words")["bait"].values():
        for word in kind:
            for joint in ("", "_", "-", "."):
                yield stem + joint + word, "bait_behind", f"“{word}” added behind"
                yield word + joint + stem, "bait_before", f"“{word}” added in front"
    for i in range(len(stem)):
        yield stem[:i] + stem[i + 1 :], "omission", f"“{stem[i]}” left out"
        yield stem[:i] + stem[i] + stem[i:], "doubling", f"“{stem[i]}” doubled"
        yield stem[:i] + "_" + stem[i + 1 :], "underscore", f"“{stem[i]}” replaced by _"


def _seen_as(handle: str, rule: HandleRule) -> str:
    shown = handle.lower() if rule.ignores_case else handle
    return "".join(c for c in shown if c not in rule.ignored)


def lookalikes(brand: Brand, platform: Platform) -> Iterator[Lookalike]:
    """Handles that look like one of the brand's names, best first, each once as the platform sees it."""
    done = {_seen_as(h, platform.handle_rule) for h in brand.official.get(platform.name, ())}
    stems: Iterable[str] = dict.fromkeys(squash(fold(name).text) for name in brand.names)
    for stem in stems:
        for handle, kind, words in _tricks(stem):
            key = _seen_as(handle, platform.handle_rule)
            if key not in done and fits(handle, platform.handle_rule):
                done.add(key)
                yield Lookalike(handle=handle, kind=kind, words=words)
