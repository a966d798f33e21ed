"""Names that play each trick on one invented brand: the examples that the look-alike signals share."""

from __future__ import annotations

from collections.abc import Callable

from hunter.types import Brand, Example, Profile

BRAND = Brand(slug="zendoria", names=("Zendoria",))
TRICKS = {
    "zendoria": "same",
    "zend\u043eria": "swapped_letters",
    "zendoria-support": "bait_word",
    "zendoria7": "added_characters",
    "zendoria-kitchen-stories": "added_words",
    "zendroia": "changed_letters",
    "zendroia-support": "changed_and_bait",
    "zendroiax": "changed_inside",
    "klazendoriaplok": "inside",
    "\u0437\u0435\u043d\u0434\u043e\u0440\u0438\u044f": "read_aloud",
    "gardening": None,
}


def examples_of(profile_with: Callable[[str], Profile]) -> tuple[Example, ...]:
    """An example for every trick; `profile_with` makes a profile that bears a name where the signal looks."""
    return tuple(Example(brand=BRAND, profile=profile_with(name), level=level) for name, level in TRICKS.items())
