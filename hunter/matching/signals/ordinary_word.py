"""The name is an ordinary word or a person's own name that merely holds the brand's name."""

from __future__ import annotations

from hunter.matching.forms import forms_of
from hunter.matching.letters import is_word
from hunter.matching.words import Reading, given_names, read_handle, read_name
from hunter.types import Brand, Example, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    readings = [read_handle(profile.handle, profile.platform)]
    if profile.display_name:
        readings.append(read_name(profile.display_name))
    ours = {form.letters: form.name for form in forms_of(brand) if form.penalty <= 1.0 and len(form.letters) > 2}
    levels = [_level(reading, ours, brand.kind) for reading in readings if reading.letters]
    if not levels or any(level is None for level in levels):
        return None
    level, name = max((found for found in levels if found), key=lambda found: found[0])
    return Seen(level, name, readings[-1].shown)


def _level(reading: Reading, ours: dict[str, str], kind: str) -> tuple[str, str] | None:
    """What the name is, and which of our names it holds; None where it is neither a word nor a person's name."""
    words = [run.text for run in reading.runs]
    for letters, name in ours.items():
        swallowed = [w for w in words if letters in w and w != letters]
        if swallowed and all(is_word(w) for w in swallowed) and not any(w == letters for w in words):
            return "word", name
        if (
            kind != "person"
            and letters in words
            and len(words) == 2
            and words[0] in given_names()
            and words[1] == letters
        ):
            return "person", name
    return None


def _example(brand: str, handle: str, level: str | None, name: str | None = None) -> Example:
    profile = Profile(platform="x", handle=handle, display_name=name)
    return Example(brand=Brand(slug="b", names=(brand,)), profile=profile, level=level)


SIGNAL = Signal(
    family="ordinary",
    levels={
        "word": "{theirs} is an ordinary word that merely holds “{ours}”",
        "person": "{theirs} is a person's own name that holds “{ours}”",
    },
    compare=compare,
    examples=(
        _example("apple", "pineapple", "word"),
        _example("chase", "anna_chase", "person", "Anna Chase"),
        _example("chase", "chase_support", None),
        _example("apple", "pineapple", None, "Apple Support"),
        _example("zendoria", "gardening", None),
    ),
)
