"""A store with hostile suspects, and the list of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hunter.export import SuspectList
from hunter.store import Store, decisions, open_store
from hunter.store.listing import Wanted, find_numbers, last_touched, list_suspects
from hunter.types import Verdict
from tests.stocked import NOON, picture_of, profile_of, stock

HOSTILE = [
    '=HYPERLINK("http://evil.example","x")', "+1+1", "-2+3", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠x", "﹦1", "−1",
    "\t=1", "\r=1", "\n=1", "\0=1", "\ufeff=1", "  =1+1", "\u3000=1", "\u200b=1", "|calc", "%x",
    "<script>window.__x=1</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "{{7*7}}",
    "\u202eknab emca", "a" + "\u0301" * 50, "аcme Bank", "👩‍👩‍👧 Acme", "_x202E_abc", '"quoted", comma; semi',
    "銀行 アクメ", "بنك أكمي", "\x1b]8;;http://evil.example\x07link", "\ufffe\uffff", "x" * 40_000,
    "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "a\r\nINFO forged", "'; DROP TABLE suspects;--", "&amp;<!--",
]  # fmt: skip
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000000500010d0a2db40000000049454e44ae426082"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """One suspect a hostile string, in name, bio and link; three of them decided."""
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as opened:
        profiles = [
            replace(
                profile_of(i, picture=picture_of(f"{i:064x}") if i % 2 else None),
                display_name=text,
                bio=f"{text}",
                links=(text, f"https://{i}.example/{text}"),
                platform="domain" if i == 5 else "bluesky",
                handle="xn--cme-5cd.example" if i == 5 else f"acme{i}",
            )
            for i, text in enumerate(HOSTILE)
        ]
        stock(opened, profiles, bits=(0.2, 1.5, 3.5, 9.0))
        with opened.write() as c:
            for number, verdict in ((1, Verdict.IMPERSONATION), (2, Verdict.UNRELATED), (3, Verdict.UNSURE)):
                decisions.decide(c, number, verdict, by="=dana", at=NOON, note="@note")
        yield opened


def suspects_of(store: Store, wanted: Wanted | None = None) -> SuspectList:
    """All suspects, with a one-pixel thumbnail each."""
    with store.read() as c:
        numbers = find_numbers(c, wanted or Wanted())
        rows = list(list_suspects(c, numbers))
        return SuspectList(
            rows=rows, count=len(rows), as_of=last_touched(c), organisation="Acme <plc>", thumbnail=lambda s: PIXEL
        )
