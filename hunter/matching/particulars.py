"""What a second, closer look at a likeness tells: the brand's string, the text around it, changed letters, the host,
and how far names are put together from such strings as a custom.

All of it stands beside the numbers of the first look (`measures.measure`); `scales` weighs both together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise

from hunter.matching.counterparts import find_counterparts, stand_alone
from hunter.matching.forms import Form
from hunter.matching.letters import is_frequent, is_word, run_cost, spelling_cost
from hunter.matching.likeness import Likeness
from hunter.matching.registries import commonness
from hunter.matching.words import Reading, Run, bait_words, pieces_of
from hunter.tables import read_table

KNEES: dict[str, tuple[float, ...]] = {
    "spelled": (14, 20, 28),
    "text": (12, 18, 26),
    "rare_letter": (1.5, 2.2),
    "text_letter": (1.5, 2.2),
    "cost_size": (0.5, 0.9),
    "covers": (0.5, 0.8),
    "covers_main": (0.5, 0.8),
    "ratio": (0.6, 0.8),
    "outside": (8, 15, 25),
    "rest": (4, 10),
    "window_gain": (-4, 0, 4),
    "piece_extra": (1, 3, 6),
}
_RANDOM = 3.4  # nats of a letter that is no part of a word
_ADDRESS = frozenset({"www", "com", "net", "co", "jp", "org", "https", "http"})

Particulars = dict[str, float]


def look_closely(alike: Likeness) -> Particulars:
    """The particulars of one likeness; costs in nats, lengths in letters, shares from 0 to 1."""
    reading, place = alike.reading, alike.place
    own = [r for r in reading.runs if r.start < place.end and r.end > place.start]
    rest = [r for r in reading.runs if r.end <= place.start or r.start >= place.end]
    found = of_form(alike.form)
    found |= _of_text(alike, own) | _beside(alike, own) | _elsewhere(rest) | _of_custom(alike, own)
    found |= find_counterparts(alike)
    if place.edits:
        found |= _of_changes(alike)
    if reading.suffix:
        found |= _of_host(alike)
    return found


def bend(found: Particulars) -> Particulars:
    """What some measures exceed certain values by, and what others are in a name that is nothing but ours.

    With these a sum follows bends.
    """
    bent = {
        knee_name(name, knee): max(0.0, found.get(name, 0.0) - knee) for name, knees in KNEES.items() for knee in knees
    }
    return bent | stand_alone(found)


def knee_name(name: str, knee: float) -> str:
    """What a measure's excess over one of its knees is called."""
    return f"{name}_over_{knee:g}"


def of_form(form: Form) -> Particulars:
    """What a form of a brand's name says by itself."""
    return dict(_of_ours(form))


@lru_cache(maxsize=10_000)
def _of_ours(form: Form) -> Particulars:
    words = _words(form)
    spelled = sum(_spelled(word) for word in words)
    return {
        "spelled": spelled,
        "spelled_letter": spelled / len(form.letters),
        "rare_letter": form.ordinary / len(form.letters),
        "dictionary": sum(map(is_word, words)) / len(words),
        "length": float(len(form.letters)),
        "custom": commonness(form.letters),
        "custom_word": min(map(commonness, words)),
    }


def _words(form: Form) -> list[str]:
    cuts = [0, *sorted(form.breaks), len(form.letters)]
    return [form.letters[a:b] for a, b in pairwise(cuts)]


def _spelled(word: str) -> float:
    """Nats of a word by its letters alone, however well known it is."""
    return spelling_cost(word) if word.isascii() and word.isalpha() else _RANDOM * len(word)


def _of_text(alike: Likeness, own: Sequence[Run]) -> Particulars:
    """Their name as text, without regard to ours."""
    reading, window = alike.reading, alike.window
    text = sum(run_cost(run.text) for run in own)
    written = [run.text for run in own if not run.text.isdigit()]
    return {
        "text": text,
        "text_letter": text / max(1, sum(len(run.text) for run in own)),
        "in_word": float(bool(written) and all(map(is_word, written))),
        "window": run_cost(window),
        "window_gain": run_cost(window) - alike.form.ordinary,
        "window_word": float(is_word(window)),
        "window_frequent": float(is_frequent(window)),
        "whole_length": float(len(reading.letters)),
        "pieces": float(len(reading.pieces)),
        "hyphens": float(reading.shown.count("-")),
        "scoped": float("/" in reading.shown),
    }


def _beside(alike: Likeness, own: Sequence[Run]) -> Particulars:
    """What stands before and behind our name in the same piece."""
    found: Particulars = {}
    for side, text in (("left", alike.left), ("right", alike.right)):
        found |= {
            f"{side}_length": float(len(text)),
            f"{side}_letter": run_cost(text) / len(text) if text else 0.0,
            f"{side}_word": float(bool(text) and (is_word(text) or is_frequent(text))),
            f"{side}_bait": float(text in bait_words()),
            f"{side}_digits": float(text.isdigit()),
        }
    numbers = {run.piece for run in own}
    piece = sum(len(run.text) for run in alike.reading.runs if run.piece in numbers)
    found["piece_whole"] = float(not alike.left and not alike.right)
    found["piece_extra"] = float(piece - (alike.place.end - alike.place.start))
    return found


def _elsewhere(rest: Sequence[Run]) -> Particulars:
    letters = sum(len(run.text) for run in rest)
    bait = sum(run.text in bait_words() for run in rest)
    return {
        "rest": float(letters),
        "rest_letter": sum(run_cost(run.text) for run in rest) / max(1, letters),
        "rest_runs": float(len(rest)),
        "rest_bait": float(bait),
        "rest_other": float(len(rest) - bait),
    }


def _of_custom(alike: Likeness, own: Sequence[Run]) -> Particulars:
    """How common our name and the parts of theirs are in names of software, which are put together from others'."""
    numbers, words = {run.piece for run in own}, _words(alike.form)
    pieces = pieces_of(alike.reading.runs).items()
    rest = [commonness(text) for number, text in pieces if number not in numbers]
    around = "".join(text for number, text in pieces if number in numbers)
    added = [text for number, text in pieces if number in numbers and text not in words]
    found = {
        "custom_window": commonness(alike.window),
        "custom_around": commonness(around) if alike.place.edits or around != alike.window else 0.0,
        "custom_beside": max(commonness(alike.left), commonness(alike.right)),
        "custom_rest": max(rest, default=0.0),
        "custom_rest_least": min(rest, default=0.0),
        "custom_whole": commonness(alike.reading.letters),
    }
    return found | ({"custom_added": max(map(commonness, added), default=0.0)} if alike.place.edits else {})


def _of_changes(alike: Likeness) -> Particulars:
    """How much of our name is left as it was, and where."""
    ours, window, edits = alike.form.letters, alike.window, alike.place.edits
    size, short = len(ours), min(len(ours), len(window))
    begin = next((i for i in range(short) if ours[i] != window[i]), short)
    end = next((i for i in range(short - begin) if ours[-1 - i] != window[-1 - i]), short - begin)
    mine, yours = Counter(ours), Counter(window)
    strange = (mine - yours).total() + (yours - mine).total()
    return {
        "strange": float(strange),  # letters that are not merely in another order
        "strange_size": strange / size,
        "begin": float(begin),
        "end": float(end),
        "kept": (begin + end) / size,
        "longer": float(len(window) - size),
        "edits": float(len(edits)),
        "edits_size": len(edits) / size,
        "visual": sum(e.kind == "glyph" for e in edits) / len(edits),
        "digits_for": float(sum(e.theirs.isdigit() for e in edits)),
        "word_hit": _most_hit(alike.form, begin, size - end),
    }


def _most_hit(form: Form, start: int, end: int) -> float:
    """The largest share that the changed stretch [start, end) takes of one of our words."""
    cuts = [0, *sorted(form.breaks), len(form.letters)]
    return max(max(0, min(b, end) - max(a, start)) / (b - a) for a, b in pairwise(cuts))


def _of_host(alike: Likeness) -> Particulars:
    """The registered label beside our name, and under what it was registered."""
    reading, place = alike.reading, alike.place
    start, end = reading.main
    main = reading.letters[start:end]
    if place.start >= start:
        main = main[: place.start - start] + main[max(0, place.end - start) :]
    last = reading.suffix.rpartition(".")[2]
    return {
        "main_rest": float(len(main)),
        "main_letter": run_cost(main) / len(main) if main else 0.0,
        "main_digits": float(sum(c.isdigit() for c in main)),
        "main_length": float(end - start),
        "address_words": float(sum(run.text in _ADDRESS for run in reading.runs)),
        "cheap_suffix": float(last in _cheap_suffixes()),
        "hosted": float("." in reading.suffix and len(last) > 2),
    }


@cache
def _cheap_suffixes() -> frozenset[str]:
    return frozenset(read_table("words")["hosts"]["cheap"])


def kind_of(reading: Reading, spaced: bool) -> str:
    """What kind of name it is: display, domain, package or handle."""
    if spaced:
        return "display"
    return "domain" if reading.suffix else "package" if reading.is_package else "handle"
