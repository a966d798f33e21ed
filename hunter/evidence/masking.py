"""Payment cards and bank accounts in running text: found by their check digits, shown by their last four only.

Look-alike writing is folded first (full-width, circled and other scripts' digits, keycaps, zero-width characters),
with every folded character mapped back to its place in the original. All patterns are bounded: time is linear.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from hunter.tables import read_table

# Letters of other scripts that look like the Latin capitals of an IBAN.
_LATIN = dict(zip("АВЕЅЗІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABESZIJKMHOPCTYXABEZHIKMNOPTYX", strict=True))
_GAP = r"[ \-._/]{0,3}"
_DIGIT = re.compile(r"\d")
_DIGIT_RUN = re.compile(rf"\d(?:{_GAP}\d)*")
_DIGEST = re.compile(r"(?<![0-9A-Z])(?:[0-9A-F]{32}|[0-9A-F]{40}|[0-9A-F]{64}|[0-9A-F]{128})(?![0-9A-Z])")
_IBAN_START = re.compile(rf"(?:(?<![A-Z0-9])|(?<=IBAN))[A-Z]{{2}}{_GAP}\d{_GAP}\d")
_NOT_PLAIN = re.compile(r"[^A-Z0-9]")
_SHORTEST_CARD = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """One account number in a text: where it stands in the original (characters), and all that may be shown of it."""

    kind: str  # card | iban
    start: int
    end: int
    last_four: str

    @property
    def shown(self) -> str:
        """What stands in its place."""
        return f"[{'card number' if self.kind == 'card' else 'IBAN'} masked, ends {self.last_four}]"


def fold(text: str) -> tuple[str, Sequence[int]]:
    """`text` in plain capitals and ASCII digits, and for each character of it the index it came from."""
    if text.isascii():
        return text.upper(), range(len(text))
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for plain in char if char.isascii() else _plain(char):
            folded.append(plain.upper() if plain.isascii() else plain)
            places.append(place)
    return "".join(folded), places


@cache
def _plain(char: str) -> str:
    """One character beyond ASCII as what it is read as; nothing for marks and format characters."""
    plain = []
    for c in unicodedata.normalize("NFKC", char):
        category = unicodedata.category(c)
        if category in ("Cf", "Mn", "Me"):
            continue
        if category == "Nd":
            plain.append(str(unicodedata.decimal(c)))
        elif category == "Pd":
            plain.append("-")
        elif category in ("Zs", "Zl", "Zp"):
            plain.append(" ")
        else:
            plain.append(_LATIN.get(c.upper(), c))
    return "".join(plain)


def find_secrets(text: str) -> list[Secret]:
    """All cards and IBANs in `text`, in order, none overlapping; an IBAN wins over a card inside it."""
    if len(text) < _SHORTEST_CARD or (text.isascii() and not _DIGIT.search(text)):
        return []
    folded, places = fold(re.sub(r"[\t\r\n]", " ", text))
    ibans = list(_find_ibans(folded))
    digests = [m.span() for m in _DIGEST.finditer(folded)]
    cards = _find_cards(_blank(folded, sorted(ibans + digests)))
    found = [("iban", *span) for span in ibans] + [("card", *span) for span in cards]
    return [
        Secret(
            kind=kind,
            start=places[start],
            end=places[end] if end < len(places) else len(text),  # with what follows unseen, such as a keycap's frame
            last_four=_NOT_PLAIN.sub("", folded[start:end])[-4:],
        )
        for kind, start, end in sorted(found, key=lambda f: f[1])
    ]


def mask(text: str) -> str:
    """`text` with every card and IBAN replaced by its kind and last four."""
    parts: list[str] = []
    done = 0
    for secret in find_secrets(text):
        parts += [text[done : secret.start], secret.shown]
        done = secret.end
    return "".join([*parts, text[done:]])


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    parts: list[str] = []
    done = 0
    for start, end in spans:
        if start >= done:
            parts += [text[done:start], "X" * (end - start)]
            done = end
    return "".join([*parts, text[done:]])


def _find_cards(folded: str) -> Iterator[tuple[int, int]]:
    """Spans of digit groups that together are one card: they start and end where a group starts and ends."""
    for run in _DIGIT_RUN.finditer(folded):
        if len(run.group()) < _SHORTEST_CARD:
            continue
        groups = [(m.start() + run.start(), m.end() + run.start()) for m in re.finditer(r"\d+", run.group())]
        digits = _Digits("".join(folded[start:end] for start, end in groups))
        ends = list(accumulate(end - start for start, end in groups))
        last_of = {end: i for i, end in enumerate(ends)}
        first = 0
        while first < len(groups):
            begin = ends[first - 1] if first else 0
            phone = folded[max(0, groups[first][0] - 1)] == "+"
            fits = [] if phone else [n for n in digits.card_lengths(begin) if begin + n in last_of]
            if fits:
                last = last_of[begin + fits[0]]
                yield groups[first][0], groups[last][1]
                first = last + 1
            else:
                first += 1


class _Digits:
    """A run of digits that answers in constant time whether a stretch of it is a card."""

    def __init__(self, digits: str) -> None:
        self.text = digits
        doubled = [(0, 2, 4, 6, 8, 1, 3, 5, 7, 9)[int(d)] for d in digits]
        plain = [int(d) for d in digits]
        # sums[p][k]: Luhn's sum over the first k digits, where digits at places of parity p are doubled
        self.sums = [
            list(accumulate((doubled[k] if k % 2 == p else plain[k] for k in range(len(digits))), initial=0))
            for p in (0, 1)
        ]

    def card_lengths(self, begin: int) -> list[int]:
        """The lengths, longest first, at which the digits from `begin` on are a card."""
        prefix = self.text[begin : begin + 6]
        if prefix[:2] not in _prefix_pairs():
            return []
        lengths = {
            n
            for low, high, short, long in read_table("account_numbers")["cards"]
            if low <= prefix[: len(low)] <= high
            for n in range(short, long + 1)
            if begin + n <= len(self.text)
        }
        return [n for n in sorted(lengths, reverse=True) if self._holds(begin, begin + n)]

    def _holds(self, begin: int, end: int) -> bool:
        sums = self.sums[end % 2]  # the last digit stands plain, the one before it is doubled
        return (sums[end] - sums[begin]) % 10 == 0 and len(set(self.text[begin:end])) > 1


@cache
def _prefix_pairs() -> frozenset[str]:
    """The first two digits that any card can have."""
    return frozenset(
        f"{pair:02}"
        for low, high, _, _ in read_table("account_numbers")["cards"]
        for pair in range(int(low[:2].ljust(2, "0")), int(high[:2].ljust(2, "9")) + 1)
    )


def is_card(digits: str) -> bool:
    """Whether `digits` (ASCII, no separators) can be a payment card: issuer range, length and Luhn's check digit."""
    return len(digits) in _Digits(digits).card_lengths(0)


def _find_ibans(folded: str) -> Iterator[tuple[int, int]]:
    done = 0
    for start in _IBAN_START.finditer(folded):
        pattern = _iban_pattern(start.group()[:2])
        if pattern is None or start.start() < done:
            continue
        account = pattern.match(folded, start.start())
        if account and is_iban(_NOT_PLAIN.sub("", account.group())):
            done = account.end()
            yield account.span()


@cache
def _iban_pattern(country: str) -> re.Pattern[str] | None:
    length = read_table("account_numbers")["ibans"].get(country)
    return re.compile(rf"[A-Z0-9](?:{_GAP}[A-Z0-9]){{{length - 1}}}(?!\d)") if length else None


def is_iban(account: str) -> bool:
    """Whether `account` (capitals and digits, no separators) is an IBAN: its country's length, and 1 modulo 97."""
    if read_table("account_numbers")["ibans"].get(account[:2]) != len(account):
        return False
    return int("".join(str(int(c, 36)) for c in account[4:] + account[:4])) % 97 == 1
