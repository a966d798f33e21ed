"""The brands as they were: each version once, by its digest; every run names the versions that it used."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from hunter.store.batches import insert_new
from hunter.store.rows import brand_json, brand_of, digest
from hunter.store.tables import BRAND_VERSIONS, RUN_BRANDS
from hunter.types import Brand


def brand_digest(brand: Brand) -> str:
    """SHA-256 over everything in a brand, its pictures' hashes included."""
    return digest(brand_json(brand))


def keep(c: Connection, brands: Iterable[Brand], *, at: datetime, run: int | None = None) -> dict[str, str]:
    """Keeps the brands as they are now, for `run` where given; slug -> digest."""
    kept = {brand.slug: (digest(plain := brand_json(brand)), plain) for brand in brands}
    rows = [{"digest": d, "slug": slug, "brand": plain, "first_used_at": at} for slug, (d, plain) in kept.items()]
    insert_new(c, BRAND_VERSIONS, rows, ["digest"])
    if run is not None:
        used = [{"run_id": run, "slug": slug, "digest": d} for slug, (d, _) in kept.items()]
        insert_new(c, RUN_BRANDS, used, ["run_id", "slug"])
    return {slug: d for slug, (d, _) in kept.items()}


def get(c: Connection, digest: str) -> Brand | None:
    """The brand as it was under this digest."""
    kept = c.scalar(select(BRAND_VERSIONS.c.brand).where(BRAND_VERSIONS.c.digest == digest))
    return brand_of(kept) if kept else None


def of_run(c: Connection, run: int) -> dict[str, str]:
    """The brand versions that a run used: slug -> digest."""
    rows = c.execute(select(RUN_BRANDS.c.slug, RUN_BRANDS.c.digest).where(RUN_BRANDS.c.run_id == run))
    return {row.slug: row.digest for row in rows}
