"""Reads everything about one suspect out of the store, in one consistent state."""

from __future__ import annotations

from hunter.errors import UsageError
from hunter.evidence.dossier import Decision, Dossier, Version
from hunter.evidence.records import to_plain
from hunter.store import Connection, Store, audit, brands, evidence, judgements, profiles, suspects
from hunter.store.judgements import Kept
from hunter.store.suspects import Suspect
from hunter.types import Assessment, Brand


def gather(store: Store, number: int, known: dict[str, Brand]) -> Dossier:
    """The dossier of suspect `number`. `known` are the brand files by slug, used only where the store kept no version.

    Raises UsageError for a suspect that is not there, or whose brand nobody knows any more.
    """
    with store.read() as c:
        suspect = suspects.get(c, number)
        if suspect is None:
            raise UsageError(f"there is no suspect {number}", advice="hunter suspects list")
        brand = (brands.get(c, suspect.brand_digest) if suspect.brand_digest else None) or known.get(suspect.brand)
        if brand is None:
            raise UsageError(f"the brand {suspect.brand} of suspect {number} is not known", advice="give --brand FILE")
        versions = _versions(c, suspect)
        decided = judgements.history(c, suspect.platform, suspect.native_id, brand=suspect.brand)
        happened = suspects.events(c, number)
        objects = [f"suspect:{number}", f"case:{suspect.case_id}", *(f"judgement:{k.id}" for k in decided)]
        lines = evidence.log_lines(c, objects)
        head = audit.head(c)
    return Dossier(
        suspect=number,
        case=suspect.case_id,
        status=str(suspect.status),
        brand=brand,
        brand_digest=suspect.brand_digest,
        assessment=Assessment(
            brand=suspect.brand,
            profile=versions[-1].profile,
            bits=suspect.bits,
            score=suspect.score,
            findings=suspect.findings,
            rules=suspect.rules,
        ),
        versions=versions,
        decisions=tuple(_decision(kept) for kept in decided),
        events=tuple({k: to_plain(v) for k, v in to_plain(e).items() if k != "detail"} for e in happened),
        audit=tuple(lines),
        audit_head=head.digest,
    )


def _versions(c: Connection, suspect: Suspect) -> tuple[Version, ...]:
    """The looks at the account up to the one that was judged, oldest first."""
    upto = [look for look in profiles.history(c, suspect.account_id) if look.id <= suspect.version_id]
    if not upto or upto[-1].id != suspect.version_id:
        raise UsageError(f"the look at suspect {suspect.id} that was judged is no longer kept")
    return tuple(
        Version(
            profile=look.profile,
            seen_at=look.seen_at,
            last_seen_at=suspect.last_seen_at if look is upto[-1] else look.seen_at,
            captures=tuple(profiles.captures(c, look.id)),
        )
        for look in upto
    )


def _decision(kept: Kept) -> Decision:
    saw = {field: digest for field, digest in kept.saw_digests.items() if digest}
    return Decision(number=kept.id, judgement=kept.judgement, saw_digests=saw)
