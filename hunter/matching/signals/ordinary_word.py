"""The name is an ordinary word or a person's own name that merely holds the brand's name."""

from __future__ import annotations

from hunter.matching.forms import forms_of
from hunter.matching.letters import is_word
from hunter.matching.words import Reading, bait_words, given_names, read_handle, read_name
from hunter.types import Brand, Example, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    readings = [read_handle(profile.handle, profile.platform)]
    if profile.display_name:
        readings.append(read_name(profile.display_name))
    ours = {form.letters: form.name for form in forms_of(brand) if form.penalty <= 1.0 and len(form.letters) > 2}
    named = profile.display_name is not None and brand.kind != "person"  # a handle alone tells no person
    found = [_find(reading, ours, named) for reading in readings if reading.letters]
    told = [each for each in found if each and each[0] != "nothing"]
    if not told or not all(found):
        return None  # one of the names speaks of the brand in earnest
    level, name = told[-1]
    return Seen(level, name, profile.display_name or profile.handle, strength=float(bool(profile.display_name)))


def _find(reading: Reading, ours: dict[str, str], named: bool) -> tuple[str, str] | None:
    """What a name is and which of ours it holds; "nothing" if none; None where it holds one in earnest."""
    words = [run.text for run in reading.runs]
    holding: list[str] = []
    for letters, name in ours.items():
        if named and len(words) == 2 and words[0] in given_names() and words[1] == letters:
            return "person", name
        if letters in words:
            return None
        swallowed = [word for word in words if letters in word]
        if swallowed and not all(is_word(word) for word in swallowed):
            return None
        holding += [name] if swallowed else []
    if reading.letters in ours:
        return None
    if holding:
        return "word", holding[0]
    main = [word for word in words if word not in bait_words() and not word.isdigit()]
    if len(main) == 1 and is_word(main[0]):
        return "word_itself", next(iter(ours.values()), "")
    return "nothing", ""


def _example(brand: str, handle: str, level: str | None, name: str | None = None) -> Example:
    profile = Profile(platform="x", handle=handle, display_name=name)
    return Example(brand=Brand(slug="b", names=(brand,)), profile=profile, level=level)


SIGNAL = Signal(
    family="ordinary",
    levels={
        "word": "{theirs} is an ordinary word that merely holds “{ours}”",
        "word_itself": "{theirs} is an ordinary word of its own",
        "person": "{theirs} is a person's own name that holds “{ours}”",
    },
    compare=compare,
    examples=(
        _example("apple", "pineapple", "word"),
        _example("steam", "stream", "word_itself"),
        _example("chase", "anna_chase", "person", "Anna Chase"),
        _example("chase", "chase_support", None),
        _example("apple", "pineapple", None, "Apple Support"),
        _example("zendoria", "zendoriaplok", None),
    ),
)
