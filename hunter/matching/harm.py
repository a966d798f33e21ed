"""How much harm an impostor could do, so that of two alike suspects the more dangerous one is read first."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

from hunter.matching.skeleton import fold, squash
from hunter.tables import read_table
from hunter.types import Brand, Profile

# Words that ask for money, passwords or trust in a conversation; `data/words.toml` holds them by what they promise.
DANGEROUS = ("support", "security", "payment", "prize")
NAMED = 1.5  # bits: such a word stands in the handle or the name
SAID = 0.75  # only in the text
LINKED = 0.5  # a link leads somewhere that is not the brand's
HEARD = 0.5  # it has an audience
AUDIENCE = 1000  # followers
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_PART = 4  # letters of a word that is found inside a longer one
_LONGEST = 2000  # characters of a text that are looked through


@cache
def dangerous_words() -> frozenset[str]:
    """The words, folded as names are."""
    bait = read_table("words").get("bait", {})
    return frozenset(squash(fold(word).text) for group in DANGEROUS for word in bait.get(group, ()))


def harm_of(brand: Brand, profile: Profile) -> float:
    """Bits from 0 to 2.5 that move a suspect forward in the queue; they change no score."""
    harm = 0.0
    if any(_is_dangerous(text, brand) for text in (profile.handle, profile.display_name or "")):
        harm += NAMED
    elif not dangerous_words().isdisjoint(_WORD.findall(fold((profile.bio or "")[:_LONGEST]).text)):
        harm += SAID
    if any(_leads_elsewhere(link, brand) for link in profile.links):
        harm += LINKED
    return harm + (HEARD if (profile.followers or 0) >= AUDIENCE else 0.0)


def _is_dangerous(name: str, brand: Brand) -> bool:
    folded = fold(name[:_LONGEST]).text
    words = set(_WORD.findall(folded))
    for ours in (squash(fold(n).text) for n in (brand.slug, *brand.names)):
        if len(ours) >= _SHORTEST_PART:
            words |= {rest for word in tuple(words) for rest in word.split(ours) if rest}
    return not dangerous_words().isdisjoint(words)


def _leads_elsewhere(link: str, brand: Brand) -> bool:
    try:
        host = (urlsplit(link if "//" in link else f"//{link}").hostname or "").rstrip(".")
    except ValueError:
        return True
    return bool(host) and not any(host == own or host.endswith(f".{own}") for own in brand.domains)
