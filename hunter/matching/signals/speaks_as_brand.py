"""The bio speaks as the brand: it uses the brand's own sentences, or its name beside words like "official"."""

from __future__ import annotations

from hunter.matching.mentions import spaced
from hunter.matching.words import bait_words, company_forms
from hunter.types import Brand, Example, Profile, Seen, Signal

_LEAST_WORDS = 3  # a shorter sentence is anybody's
_CLAIMS = ("official", "support")
_EVERYDAY = {"the", "my", "me", "we", "go", "get", "use", "world", "home", "fan", "fans", "try", "join", "plus"}
_ADDRESS = {"http", "https", "www", "com", "dotcom", "net", "org", "io", "app", "apps", "site", "website"}
_DENIALS = (" fan ", " fans ", " parody ", " unofficial ", " not affiliated ", " no affiliation ", " not official ")


def compare(brand: Brand, profile: Profile) -> Seen | None:
    if not profile.bio:
        return None
    bio = spaced(profile.bio)
    for sentence in brand.sentences:
        ours = spaced(sentence)
        if ours in bio and len(ours.split()) >= _LEAST_WORDS:
            return Seen("sentence", sentence, _cut(profile.bio))
    names = [name for name in brand.names if (ours := spaced(name)).strip() and ours in bio]
    if not names or (any(denial in bio for denial in _DENIALS)):
        return None
    claims = [
        w for w in bio.split() if bait_words().get(w) in _CLAIMS and w not in _EVERYDAY | _ADDRESS | company_forms()
    ]
    ours = max(names, key=len)
    if claims:
        return Seen("claims", ours, _cut(profile.bio), words=f"the bio names “{ours}” beside “{claims[0]}”")
    return Seen("names", ours, _cut(profile.bio))


def _cut(text: str) -> str:
    return text if len(text) <= 160 else text[:159] + "…"


_BRAND = Brand(slug="zendoria", names=("Zendoria",), sentences=("Banking that is on your side",))


def _example(bio: str | None, level: str | None) -> Example:
    return Example(brand=_BRAND, profile=Profile(platform="x", handle="u4", bio=bio), level=level)


SIGNAL = Signal(
    family="bio",
    levels={
        "sentence": "the bio uses the brand's own sentence “{ours}”",
        "claims": "the bio claims to be {ours}",
        "names": "the bio names {ours}",
    },
    compare=compare,
    examples=(
        _example("Banking that is on your side! DM us", "sentence"),
        _example("Zendoria customer support, ask us anything", "claims"),
        _example("Writing about Zendoria and trains", "names"),
        _example("My notes on Zendoria: https://notes.example.com", "names"),
        _example("Fan of Zendoria, not affiliated", None),
        _example(None, None),
    ),
)
