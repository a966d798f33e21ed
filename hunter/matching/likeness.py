"""How alike two names are. The only door to rapidfuzz beside the screen."""

from __future__ import annotations

from rapidfuzz import fuzz


def alikeness(ours: str, theirs: str) -> float:
    """From 0 to 1, on folded text without separators: whole names, or our name as a part of theirs."""
    if not ours or not theirs:
        return 0.0
    whole = fuzz.ratio(ours, theirs) / 100
    share = min(1.0, len(ours) / len(theirs))
    part = fuzz.partial_ratio(ours, theirs) / 100 if len(theirs) > len(ours) else whole
    return max(whole, part * (0.6 + 0.4 * share) if len(ours) >= 4 else whole)
