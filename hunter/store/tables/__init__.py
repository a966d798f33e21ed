"""The tables, sorted as the house is: what was seen, what it means, what was decided, and the work itself."""

from hunter.store.tables.base import METADATA
from hunter.store.tables.decided import (
    ALLOWANCES,
    AUDIT,
    AUDIT_ANCHORS,
    BAGS,
    HOLDS,
    JUDGEMENTS,
    SUBMISSIONS,
    TOMBSTONES,
    VAULT_REMOVALS,
)
from hunter.store.tables.meant import CASE_KEYS, CASES, SUSPECT_EVENTS, SUSPECTS
from hunter.store.tables.seen import (
    ACCOUNTS,
    CAPTURES,
    PICTURE_ADDRESSES,
    PICTURES,
    PROBE_CAPTURES,
    PROBES,
    PROFILE_VERSIONS,
)
from hunter.store.tables.work import (
    ALERTS,
    BRAND_VERSIONS,
    FACTS,
    FORGOTTEN,
    RUN_BRANDS,
    RUN_EVENTS,
    RUN_PLATFORMS,
    RUNS,
)

__all__ = [
    "ACCOUNTS",
    "ALERTS",
    "ALLOWANCES",
    "AUDIT",
    "AUDIT_ANCHORS",
    "BAGS",
    "BRAND_VERSIONS",
    "CAPTURES",
    "CASES",
    "CASE_KEYS",
    "FACTS",
    "FORGOTTEN",
    "HOLDS",
    "JUDGEMENTS",
    "METADATA",
    "PICTURES",
    "PICTURE_ADDRESSES",
    "PROBES",
    "PROBE_CAPTURES",
    "PROFILE_VERSIONS",
    "RUNS",
    "RUN_BRANDS",
    "RUN_EVENTS",
    "RUN_PLATFORMS",
    "SUBMISSIONS",
    "SUSPECTS",
    "SUSPECT_EVENTS",
    "TOMBSTONES",
    "VAULT_REMOVALS",
]
