"""Many profiles against many brands: an index lets few pairs through, and only those are judged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby, repeat
from math import inf, log2
from operator import itemgetter

import numpy as np

from hunter.matching.forms import forms_of
from hunter.matching.judge import judge
from hunter.matching.mentions import Mentions
from hunter.matching.pictures.index import PictureIndex
from hunter.matching.resemblance import keywords_of, strength_of
from hunter.matching.screening.index import Index
from hunter.matching.screening.sieve import Flags, Sieve, least_strength
from hunter.matching.screening.text import lines_with, replace_lines
from hunter.matching.weights import Weights, shipped_weights
from hunter.matching.words import handle_text, read_handle
from hunter.types import Assessment, Brand, Profile

_HOSTS = ("domain", "bluesky")  # platforms whose handles are host names
_SIGNS = re.compile(r".[@$!|]", re.DOTALL)  # what makes a handle more than its letters
_SMALL = 1e-6  # bits
BATCH = 20_000  # profiles looked up at once
PICTURES = 500  # and pictures among them, some 15 kilobytes each


class Screener:
    """Brands with their rules, ready to judge any number of profiles.

    `allowed` accounts are taken as they stand: give `brand.as_of(today)` where some of them may have ended.
    """

    def __init__(self, brands: Iterable[Brand], weights: Weights | None = None) -> None:
        self.brands = tuple(brands)
        self.weights = weights or shipped_weights()
        self._strengths: dict[float, float] = {}
        self._numbers = {brand.slug: number for number, brand in enumerate(self.brands)}

    def make_ready(self) -> None:
        """Builds what is else built when it is first asked for."""
        _ = self._index, self._sieve

    @cached_property
    def _index(self) -> Index:
        return Index((number, form) for number, brand in enumerate(self.brands) for form in forms_of(brand))

    @cached_property
    def _sieve(self) -> Sieve:
        return Sieve(self._index.forms, (keywords_of(self.brands[n]) for n in self._index.brands.tolist()))

    @cached_property
    def _mentions(self) -> Mentions:
        return Mentions(self.brands)

    @cached_property
    def _accounts(self) -> dict[tuple[str, str], list[int]]:
        """Listed accounts of the brands: they are judged although their names may resemble nothing."""
        found: dict[tuple[str, str], list[int]] = {}
        for number, brand in enumerate(self.brands):
            for platform, handles in brand.official.items():
                for handle in handles:
                    found.setdefault((platform, handle.lower()), []).append(number)
            for allowed in brand.allowed:
                found.setdefault((allowed.platform, allowed.handle.lower()), []).append(number)
        return found

    def candidates(self, profiles: Sequence[Profile]) -> list[set[int]]:
        """For each profile, the numbers of the brands that are worth judging it against."""
        found: list[set[int]] = [set() for _ in profiles]
        names: list[str] = []
        owners: list[int] = []
        for i, profile in enumerate(profiles):
            names.append(handle_text(profile.handle, profile.platform))
            owners.append(i)
            if profile.display_name:
                names.append(profile.display_name)
                owners.append(i)
            listed = self._accounts.get((profile.platform, profile.handle.removeprefix("@").lower()))
            found[i].update(listed or ())
        rows, brands = self._index.pairs(names)
        for row, brand in zip(rows.tolist(), brands.tolist(), strict=True):
            found[owners[row]].add(brand)
        for i, profile in enumerate(profiles):
            if profile.bio or profile.links:
                found[i] |= self._mentions.brands_of(profile)
        shown = [(i, profile.picture) for i, profile in enumerate(profiles) if profile.picture is not None]
        near = self._pictures.near_all([picture for _, picture in shown]) if shown else []
        for (i, _), slugs in zip(shown, near, strict=True):
            found[i].update(self._numbers[slug] for slug in slugs)
        return found

    @cached_property
    def _pictures(self) -> PictureIndex:
        return PictureIndex(self.brands)

    def assess(self, profile: Profile) -> list[Assessment]:
        """One assessment for each brand that the profile has anything to do with, best first."""
        return self.judge(profile, self.candidates([profile])[0])

    def judge(self, profile: Profile, numbers: Iterable[int], least: float = 0.0) -> list[Assessment]:
        """Assessments against the brands with these numbers, those that have nothing to say left out, best first.

        With a `least` score, some of those below it may be left out.
        """
        strength = self._least_strength(least) if least > 0 and _is_bare(profile) else 0.0
        reading = read_handle(profile.handle, profile.platform) if strength > 0 else None
        judged = [
            judge(brand, profile, self.weights)
            for brand in map(self.brands.__getitem__, numbers)
            if reading is None or strength_of(brand, reading) >= strength  # the judge need not look again
        ]
        return sorted((a for a in judged if a.findings), key=lambda a: (-a.bits, a.brand))

    def assess_all(self, profiles: Iterable[Profile]) -> Iterator[tuple[Profile, list[Assessment]]]:
        """Every profile with its assessments, in the order given; memory stays flat."""
        for batch in _batches(profiles):
            for profile, numbers in zip(batch, self.candidates(batch), strict=True):
                yield profile, self.judge(profile, numbers) if numbers else []

    def search(
        self,
        handles: bytes,
        platforms: Sequence[str],
        displayed: bytes = b"",
        least: float = 0.0,
        bare: Flags | None = None,
    ) -> Iterator[tuple[int, list[int]]]:
        """Number of a row and numbers of the brands that it is worth judging against, for many accounts by their names.

        `handles` and the names shown beside them are UTF-8, each ended by a line; `platforms` is one for all or one
        for each. With a `least` score, pairs of a brand and a row that is `bare` (None: all are), of which nothing but
        the handle is known, are left out if they cannot reach it. Listed accounts are not looked for.
        """
        found = [self._index.search(_as_read(handles, platforms))]
        if least > 0:
            rows, forms = found[0]
            on_host = np.array([platform in _HOSTS for platform in platforms])
            judged = (on_host[rows] if len(platforms) > 1 else on_host[:1]) | (
                ~bare[rows] if bare is not None else False
            )
            kept = np.broadcast_to(judged, rows.shape).copy()
            left = np.flatnonzero(~kept)
            strength = self._least_strength(least)
            kept[left] = self._sieve.possible(handles, platforms, rows[left], forms[left], strength)
            found = [(rows[kept], forms[kept])]
        if displayed:
            found.append(self._index.search(displayed))
        rows, brands = self._index.by_brand(*(np.concatenate([f[i] for f in found]) for i in (0, 1)))
        for row, pairs in groupby(zip(rows.tolist(), brands.tolist(), strict=True), key=itemgetter(0)):
            yield row, [brand for _, brand in pairs]

    def assess_names(
        self, names: Sequence[str], platform: str = "unknown", least: float = 0.0
    ) -> Iterator[tuple[int, list[Assessment]]]:
        """Number and assessments of those bare handles of one platform that resemble any brand, in their order.

        With a `least` score, those below it are left out.
        """
        lines = "".join(name.replace("\n", " ") + "\n" for name in names).encode(errors="replace")
        for row, brands in self.search(lines, (platform,), least=least):
            judged = self.judge(Profile(platform=platform, handle=names[row]), brands, least)
            if kept := [each for each in judged if each.score >= least]:
                yield row, kept

    def _least_strength(self, least: float) -> float:
        """The strength of a likeness below which no bare handle reaches a score."""
        if least not in self._strengths:
            self._strengths = {least: least_strength(self.weights, _bits_of(least) - _SMALL)}
        return self._strengths[least]

    def screen(self, profiles: Iterable[Profile]) -> Iterator[Assessment]:
        """Assessments of any iterable of profiles, in its order; memory stays flat."""
        for _, assessments in self.assess_all(profiles):
            yield from assessments


def _bits_of(score: float) -> float:
    return log2(score / (1 - score)) if score < 1 else inf


def _is_bare(profile: Profile) -> bool:
    """Whether nothing is known of an account but a handle that is read as it is written."""
    told = profile.display_name, profile.bio, profile.links, profile.joined, profile.verified_by, profile.picture
    handle = profile.handle
    return not any(told) and profile.platform not in _HOSTS and handle.isascii() and not _SIGNS.search(handle)


def _as_read(handles: bytes, platforms: Sequence[str]) -> bytes:
    """Handles as they are read, see `words.handle_text`: most as they are written."""
    if not any(platform in _HOSTS for platform in platforms):
        platform = platforms[0]  # names at an instance are read alike everywhere
        return replace_lines(handles, [(n, handle_text(name, platform)) for n, name in lines_with(handles, b"@")])
    lines = handles.decode(errors="replace").split("\n")[:-1]
    of = platforms if len(platforms) > 1 else repeat(platforms[0])
    return "".join(f"{handle_text(*each)}\n" for each in zip(lines, of, strict=False)).encode(errors="replace")


def _batches(profiles: Iterable[Profile]) -> Iterator[list[Profile]]:
    """As many profiles at once as the name index likes; fewer where their pictures would fill the memory."""
    batch: list[Profile] = []
    pictures = 0
    for profile in profiles:
        batch.append(profile)
        pictures += profile.picture is not None
        if len(batch) >= BATCH or pictures >= PICTURES:
            yield batch
            batch, pictures = [], 0
    if batch:
        yield batch
