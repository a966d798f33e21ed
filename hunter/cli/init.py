"""`hunter init`: a brand file to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from hunter.cli.terminal import tell
from hunter.errors import PictureError, SourceError, UsageError

if TYPE_CHECKING:
    from hunter.brands.draft import Draft
    from hunter.net.recorder import Recorder

_LOGOS_TRIED = 4
_ENDINGS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"RIFF": "webp"}


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(init)


def init(
    name: Annotated[str, typer.Argument(help="the brand's main name")],
    site: Annotated[
        str | None, typer.Option(help="its web site: official accounts and logo are read from there")
    ] = None,
    kind: Annotated[str, typer.Option(help="organisation, person or product")] = "organisation",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="the file [default: brands/<slug>.toml]")
    ] = None,
) -> None:
    """Starts a brand file for you to confirm; with a site, reads official accounts and the logo from it.

    Example: hunter init "Acme Bank" --site https://acme.com
    """
    from hunter.brands import KINDS, load_brands
    from hunter.brands.draft import Draft, make_slug, write_draft

    if kind not in KINDS:
        raise UsageError(f"--kind {kind}: none of {', '.join(KINDS)}")
    name = " ".join(name.split())
    if not name:
        raise UsageError("the name is empty")
    slug = make_slug(name)
    path = output or Path("brands") / f"{slug}.toml"
    if path.exists():
        raise UsageError(f"{path} exists already", advice="edit it, or give another file with -o")
    draft = Draft(slug=slug, kind=kind, names=(name,))
    if site:
        draft = _read_site(draft, site if "://" in site else f"https://{site}", path.parent)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(write_draft(draft), encoding="utf-8")
    load_brands(path)
    sure = [account for account in draft.accounts if account.sure]
    tell(f"{path}: {len(sure)} official accounts, {len(draft.pictures)} picture")
    tell(f"check it line by line, then: hunter run --brand {path}")
    for note in draft.notes:
        tell(note)


def _read_site(draft: Draft, site: str, folder: Path) -> Draft:
    from dataclasses import replace

    from hunter.brands.fields import read_domain
    from hunter.brands.site import read_site
    from hunter.net.guard import Guard, allowed_pairs
    from hunter.net.recorder import Recorder
    from hunter.settings import load_settings

    settings = load_settings()
    urls = [url for group in settings.platform_urls.values() for url in group]
    guard = Guard(allowed_pairs(urls), settings.deny_networks)
    recorder = Recorder(guard=guard, user_agent=f"hunter (brand protection; {settings.contact or 'no contact given'})")
    html, url = _fetch_page(recorder, site)
    found = read_site(html, url)
    host = urlsplit(url).hostname or ""
    try:
        domains: tuple[str, ...] = (read_domain(host.removeprefix("www.")),)
    except ValueError:
        domains = ()
    names = tuple(dict.fromkeys([*draft.names, *(n for n in found.names if n.casefold() != draft.names[0].casefold())]))
    picture, note = _fetch_logo(recorder, found.logos, folder, draft.slug)
    return replace(
        draft,
        names=names[:3],
        domains=domains,
        sentences=found.sentences,
        pictures=(picture,) if picture else (),
        accounts=found.accounts,
        source=url,
        notes=(note,) if note else (),
    )


def _fetch_page(recorder: Recorder, site: str) -> tuple[str, str]:
    recording = recorder.record(site)
    last = recording.final
    if last.status != 200 or not last.complete:
        why = last.error or recording.stopped_by or last.truncated_by or f"status {last.status}"
        raise SourceError(f"{site} could not be read: {why}", advice="without --site the file is started empty")
    body, _ = last.decoded(recorder.limits.size)
    return body.decode("utf-8", "replace"), last.url


def _fetch_logo(recorder: Recorder, urls: tuple[str, ...], folder: Path, slug: str) -> tuple[str | None, str]:
    """The logo's path relative to `folder`, or what to do where there is none that can be used."""
    from hunter.brands.fields import is_svg
    from hunter.darkroom import Darkroom

    svg = False
    with Darkroom() as darkroom:
        for url in urls[:_LOGOS_TRIED]:
            last = recorder.record(url).final
            data, cut = last.decoded(recorder.limits.size)
            if last.status != 200 or not last.complete or cut:
                continue
            svg = svg or is_svg(data)
            ending = next((e for start, e in _ENDINGS.items() if data.startswith(start)), None)
            try:
                picture = darkroom.develop(data)
            except PictureError:
                continue
            if ending and picture.kind != "flat":
                path = folder / slug / f"logo.{ending}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                return f"{slug}/{path.name}", ""
    if svg:
        return None, "the site's logo is an SVG: export it as a PNG of 512 pixels and name it under pictures"
    return None, "no logo was found: put it beside the file and name it under pictures"
