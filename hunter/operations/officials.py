"""What official accounts show is known as the brand's own: their pictures join those of the brand's file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hunter.store import Store, officials
from hunter.types import Brand


def with_official_pictures(store: Store, brands: Sequence[Brand], complain: Callable[[str], None]) -> list[Brand]:
    """The brands with the pictures that their official accounts showed when they were last crawled.

    Only accounts that the brand's file lists count, and only as long as it does. `complain` is told of handles that
    may have passed to somebody else. Raises StoreError.
    """
    joined = []
    with store.read() as c:
        for brand in brands:
            shown = officials.shown_by(c, brand)
            for one in shown:
                if one.doubt:
                    complain(f"{brand.slug}: {one.account}: {one.doubt}; its picture is not taken for the brand's")
            joined.append(officials.with_shown(brand, shown))
    return joined
