"""The display name looks like the brand's name."""

from __future__ import annotations

from hunter.matching.resemblance import LEVELS, resemble
from hunter.matching.words import read_name
from hunter.types import Brand, Example, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    if not profile.display_name or profile.platform == "domain":
        return None
    found = resemble(brand, read_name(profile.display_name), spaced=True)
    if found is None:
        return None
    return Seen(
        found.level, found.ours, profile.display_name, words=f"display name {found.words}", strength=found.strength
    )


_ACME = Brand(slug="zendoria", names=("Zendoria",))


def _example(name: str, level: str | None) -> Example:
    return Example(brand=_ACME, profile=Profile(platform="x", handle="u4", display_name=name), level=level)


SIGNAL = Signal(
    family="name",
    levels={level: f"display name {words}" for level, words in LEVELS.items()},
    compare=compare,
    examples=(
        _example("zendoria", "same"),
        _example("zend\u043eria", "swapped_letters"),
        _example("zendoria_support", "bait_word"),
        _example("zendoria7", "added_characters"),
        _example("zendoria.kitchen.stories", "added_words"),
        _example("zendroia", "changed_letters"),
        _example("zendroia-support", "changed_and_bait"),
        _example("zendroiaxk", "changed_inside"),
        _example("klazendoriaplok", "inside"),
        _example("\u0437\u0435\u043d\u0434\u043e\u0440\u0438\u044f", "read_aloud"),
        _example("gardening", None),
    ),
)
