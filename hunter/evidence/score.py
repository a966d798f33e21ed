"""The score with everything it was made of, so that a second reader gets the same number from the bag alone."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hunter.errors import InputError
from hunter.evidence.environment import source_digest
from hunter.evidence.layout import SCORE, digest_file
from hunter.evidence.records import from_plain, to_plain
from hunter.matching.judge import judge, probability
from hunter.matching.weights import Weights
from hunter.types import Assessment, Brand, Finding, Profile
from hunter.visible import visible

FORMAT = "hunter-score/1"
BRAND_FILE = "data/brand/brand.json"
PROFILE_FILE = "data/profile/profile.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """The number that was sealed, and what it comes to again."""

    sealed: float
    added_up: float  # from the findings and the prior in the bag
    judged: float | None  # by today's matcher from brand, profile and weights in the bag; None: it cannot any more
    same_matcher: bool  # today's matcher is byte for byte the one that sealed
    why: str  # why `judged` is None; else ""

    @property
    def agrees(self) -> bool:
        """Whether the sealed number follows from the bag; a newer matcher may judge differently, the sum may not."""
        exact = self.judged is not None and math.isclose(self.judged, self.sealed, abs_tol=1e-9)
        return math.isclose(self.added_up, self.sealed, abs_tol=1e-9) and (exact or not self.same_matcher)


def describe_score(
    assessment: Assessment, weights: Weights, inputs: Mapping[str, str], threshold: float, stored: Mapping[str, Any]
) -> dict[str, Any]:
    """`score.json`: `inputs` are the digests of the files in the bag that it was made from.

    `stored` is what the store said before (score, rules): weights may have changed since, then both are shown.
    """
    return {
        "format": FORMAT,
        "algorithm": {
            "name": "log-odds in bits: the strongest finding of each family, added to a prior; score = 1/(1+2^-bits)",
            "rules": assessment.rules,
            "matcher_sha256": source_digest("matching"),
        },
        "inputs": dict(inputs),
        "prior": weights.prior,
        "weights": {"digest": weights.digest, "levels": to_plain(weights.levels)},
        "findings": [to_plain(f) for f in assessment.findings],
        "bits": assessment.bits,
        "score": assessment.score,
        "threshold": threshold,
        "brand": assessment.brand,
        "stored_before": dict(stored),
    }


def waterfall(score: Mapping[str, Any]) -> str:
    """`score.txt`: the sum in words, one finding a line."""
    lines = [f"{score['prior']:+8.2f} bits  where every account starts (most look-alikes are innocent)"]
    for finding in score["findings"]:
        counted = "bits" if finding["counted"] else "(not counted: another finding of the same kind is stronger)"
        lines.append(f"{finding['bits']:+8.2f} {counted}  {visible(finding['words'])}")
        lines.append(f"{'':15}ours: {visible(finding['ours'])}   theirs: {visible(finding['theirs'])}")
    lines.append(f"{score['bits']:+8.2f} bits  in all = a score of {score['score']:.4f} (0 innocent, 1 impostor)")
    return "\n".join(lines) + "\n"


def read_score(bag: Path) -> dict[str, Any]:
    """`score.json` of a bag. Raises InputError."""
    return read_object(bag / SCORE)


def read_object(path: Path) -> dict[str, Any]:
    """A JSON object from a file of a bag. Raises InputError."""
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as exc:
        raise InputError(f"{path.name} cannot be read: {exc}") from exc
    if not isinstance(value, dict):
        raise InputError(f"{path.name} holds no JSON object")
    return value


def rescore(bag: Path) -> Rescored:
    """Works the score out again from what is in the bag. Raises InputError for a bag without a readable score."""
    score = read_score(bag)
    try:
        findings = [from_plain(Finding, f) for f in score["findings"]]
        given = score["weights"]
        levels = {
            s: {level: (float(p[0]), float(p[1])) for level, p in each.items()} for s, each in given["levels"].items()
        }
        weights = Weights(prior=float(score["prior"]), levels=levels, digest=str(given["digest"]))
        sealed, bits = float(score["score"]), float(score["bits"])
        same = score["algorithm"]["matcher_sha256"] == source_digest("matching")
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as exc:
        raise InputError(f"score.json lacks something: {exc}") from exc
    total = weights.prior + sum(f.bits for f in findings if f.counted)
    added_up = probability(total) if math.isclose(total, bits, abs_tol=1e-9) else math.nan
    brand = from_plain(Brand, read_object(bag / BRAND_FILE).get("brand"))
    profile = from_plain(Profile, read_object(bag / PROFILE_FILE).get("profile"))
    for name, file in (("brand", BRAND_FILE), ("profile", PROFILE_FILE)):
        if score.get("inputs", {}).get(name) != digest_file(bag / file):
            return Rescored(sealed=sealed, added_up=added_up, judged=None, same_matcher=same, why=f"{file} is another")
    try:
        judged, why = judge(brand, profile, weights).score, ""
    except KeyError as exc:
        judged, why = None, f"today's matcher knows a level that was not weighed then: {exc}"
    return Rescored(sealed=sealed, added_up=added_up, judged=judged, same_matcher=same, why=why)
