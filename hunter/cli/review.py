"""`hunter review`: the page on which people decide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hunter.cli.terminal import tell
from hunter.errors import UsageError

if TYPE_CHECKING:
    from hunter.review.server import Address
    from hunter.settings import Settings
    from hunter.vault import Vault

OPEN_TO_OTHERS = "Others on the network can reach this page. Sign out when you leave."


def add(app: typer.Typer) -> None:
    """Adds the command and its subcommand."""
    group = typer.Typer(
        help="Opens the review page on this machine.\n\nExample: hunter review --port 8765",
        rich_markup_mode=None,
        invoke_without_command=True,
    )
    group.callback()(review)
    group.command("user")(add_user)
    app.add_typer(group, name="review")


def review(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one")] = 8765,
    host: Annotated[str, typer.Option(help="beyond this machine only with TLS, users and a name")] = "127.0.0.1",
    name: Annotated[list[str] | None, typer.Option(help="by which a network page is called; again for more")] = None,
    tls_certificate: Annotated[Path | None, typer.Option(help="PEM file")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="PEM file")] = None,
    users: Annotated[Path | None, typer.Option(help="users file, see hunter review user")] = None,
    reviewer: Annotated[str, typer.Option(help="who decides [default: the setting reviewer, else your login]")] = "",
) -> None:
    """Serves the review page until Ctrl-C. The link that it prints opens it once, in one browser.

    Example: hunter review --port 8765
    """
    if context.invoked_subcommand is not None:
        return
    from hunter.review.server import Address
    from hunter.settings import load_settings

    address = Address(host=host, port=port, names=tuple(name or ()), certificate=tls_certificate, key=tls_key)
    serve_at(address, load_settings(), users=users, reviewer=reviewer)


def serve_review(settings: Settings, port: int) -> None:
    """The page on this machine, with given settings; until Ctrl-C."""
    from hunter.review.server import Address

    serve_at(Address(host="127.0.0.1", port=port), settings)


def serve_at(address: Address, settings: Settings, *, users: Path | None = None, reviewer: str = "") -> None:
    """Serves the page of a store until Ctrl-C. Raises UsageError for an address that others could reach unprotected."""
    import os
    import pwd
    from dataclasses import replace

    from hunter.cli.choices import opened_store
    from hunter.review.app import build_app
    from hunter.review.desk import Desk
    from hunter.review.gallery import Gallery
    from hunter.review.queue import tidy
    from hunter.review.server import bind, check_address, serve
    from hunter.review.sessions import Sessions
    from hunter.review.users import read_users
    from hunter.vault import Vault

    check_address(address, users)
    known = read_users(users) if users else {}
    who = reviewer or settings.reviewer or pwd.getpwuid(os.getuid()).pw_name
    vault = Vault(settings.vault)
    with opened_store(settings) as store, Gallery(vault) as gallery, bind(address) as listening:
        keep_pictures(settings.brands, vault)
        tidy(store)
        address = replace(address, port=listening.getsockname()[1])
        sessions = Sessions(reviewer=who, users=known)
        desk = Desk(
            store=store,
            gallery=gallery,
            sessions=sessions,
            people=settings.confirmations,
            banner="" if address.is_loopback() else OPEN_TO_OTHERS,
            tls=address.tls,
        )
        base = f"{'https' if address.tls else 'http'}://{address.hosts[0]}"
        if known:
            tell(f"the review page is at {base}/ ({len(known)} users); Ctrl-C ends it")
        else:
            tell(f"open this link, once: {base}/enter?key={sessions.new_link()}")
            tell(f"you decide as {who}; Ctrl-C ends it")
        serve(build_app(desk, address.hosts), address, [listening])


def keep_pictures(brands: Path | None, vault: Vault) -> None:
    """Puts the brands' own pictures beside the ones that were seen, so that the page can show both."""
    from hunter.brands import brand_files
    from hunter.cli.choices import DEFAULT
    from hunter.review.gallery import keep_brand_pictures
    from hunter.tables import data_folder

    places = [place for place in (brands, DEFAULT, data_folder() / "brands") if place is not None and place.exists()]
    try:
        files = brand_files(places)
    except UsageError:
        return
    keep_brand_pictures(files, vault)


def add_user(
    name: Annotated[str, typer.Argument(help="small letters, digits and . _ @ -")],
    users: Annotated[Path, typer.Option(help="users file; made when it is not there")],
    role: Annotated[str, typer.Option(help="reader, reviewer or lead")] = "reviewer",
) -> None:
    """Adds somebody to a users file, or gives him a new role and password, which it asks for.

    Example: hunter review user ana --role lead --users users.toml
    """
    from hunter.review.users import write_user

    password = typer.prompt("password", hide_input=True, confirmation_prompt=True)
    write_user(users, name, role, password)
    tell(f"{name} may sign in as {role}; {users}")
