"""Reads everything about one suspect out of the store, in one consistent state."""

from __future__ import annotations

from hunter.errors import UsageError
from hunter.evidence.dossier import Decision, Dossier, Version
from hunter.evidence.records import to_plain
from hunter.store import Store, audit, brands, evidence, judgements, profiles, suspects
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
        looks = profiles.history(c, suspect.account_id)
        upto = [v for v in looks if v.id <= suspect.version_id]
        if not upto or upto[-1].id != suspect.version_id:
            raise UsageError(f"the look at suspect {number} that was judged is no longer kept")
        decided = judgements.history(c, suspect.platform, suspect.native_id, brand=suspect.brand)
        happened = suspects.events(c, number)
        objects = [f"suspect:{number}", f"case:{suspect.case_id}", *(f"judgement:{k.id}" for k in decided)]
        lines = evidence.log_lines(c, objects)
        head = audit.head(c)
        versions = tuple(
            Version(
                profile=v.profile,
                seen_at=v.seen_at,
                last_seen_at=suspect.last_seen_at if v is upto[-1] else v.seen_at,
                captures=tuple(profiles.captures(c, v.id)),
            )
            for v in upto
        )
    return Dossier(
        suspect=number,
        case=suspect.case_id,
        status=str(suspect.status),
        brand=brand,
        brand_digest=suspect.brand_digest,
        assessment=Assessment(
            brand=suspect.brand,
            profile=upto[-1].profile,
            bits=suspect.bits,
            score=suspect.score,
            findings=suspect.findings,
            rules=suspect.rules,
        ),
        versions=versions,
        decisions=tuple(
            Decision(
                number=k.id,
                judgement=k.judgement,
                saw_digests={field: digest for field, digest in k.saw_digests.items() if digest},
            )
            for k in decided
        ),
        events=tuple({k: to_plain(v) for k, v in to_plain(e).items() if k != "detail"} for e in happened),
        audit=tuple(lines),
        audit_head=head.digest,
    )
