"""`hunter demo`: a tour on a sample network, with no connection to anywhere."""

from __future__ import annotations

import shutil
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hunter.errors import UsageError
from hunter.visible import visible

if TYPE_CHECKING:
    from hunter.settings import Settings
    from hunter.store import Store
    from hunter.store.runs import RunRecord
    from hunter.store.suspects import Event
    from hunter.types import Brand

_MARK = "# Made by `hunter demo`, which removes this folder and makes it anew."
_DAYS = 3
_ASKED = 100  # accounts in each run: the tour is to be short
_ACTS = {"new": "new", "changed": "changed", "gone": "gone", "came_back": "back", "reopened": "open again"}


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(demo)


def demo(
    folder: Annotated[Path, typer.Option(help="where brands, store and pictures of the tour are put")] = Path(
        "hunter-demo"
    ),
    serve: Annotated[bool, typer.Option(help="open the review page at the end")] = False,
    port: Annotated[int, typer.Option(help="port of the review page; 0: any free one")] = 0,
) -> int:
    """Shows the whole way on a sample network on this machine: crawl, match, store, suspects; three runs, a day apart.

    Spiders, matcher and store are the real ones; the network, its accounts and their pictures are made up.

    Example: hunter demo
    """
    from hunter.brands import load_brands
    from hunter.cli.choices import opened_store
    from hunter.demo.accounts import read_script
    from hunter.demo.network import SampleNetwork
    from hunter.operations.runs import exit_code

    _prepare(folder)
    network = SampleNetwork(read_script(datetime.now(UTC)))
    with network.serve() as url:
        settings = _settings(folder, url)
        typer.echo(
            f"A sample network with {len(network.accounts())} accounts answers on {url}; nothing leaves this machine."
        )
        brands = load_brands(folder / "brands")
        with opened_store(settings) as store:
            for day in range(1, _DAYS + 1):
                network.day = day
                record = _run_on(day, brands, settings, store)
                if record.state == "interrupted":
                    raise KeyboardInterrupt
                if any(p.state not in ("ok", "partial") for p in record.platforms):
                    return exit_code(record)
            first = _show_suspects(store)
        if serve:
            from hunter.cli.review import serve_review

            with suppress(KeyboardInterrupt):  # the way to leave the page
                serve_review(settings, port)
        _show_next(folder, first)
    return 0


def _prepare(folder: Path) -> None:
    """An empty folder with the sample brands; only one that an earlier tour made is removed."""
    from hunter.tables import data_folder

    if folder.exists():
        made = folder / "hunter.toml"
        if not made.is_file() or not made.read_text(encoding="utf-8").startswith(_MARK):
            raise UsageError(f"{folder} exists and is not from an earlier tour", advice="give another --folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / "hunter.toml").write_text(f"{_MARK}\n", encoding="utf-8")
    shutil.copytree(data_folder() / "brands", folder / "brands")


def _settings(folder: Path, url: str) -> Settings:
    """The tour's settings; written down as well, so that other commands work inside the folder."""
    from hunter.settings import Settings

    (folder / "hunter.toml").write_text(
        f"{_MARK}\n"
        'reviewer = "tour"\n'
        'platforms = ["bluesky"]\n'
        "\n"
        "[platform_urls]\n"
        f'bluesky = ["{url}"]    # the sample network, gone when the tour has ended\n',
        encoding="utf-8",
    )
    home = folder.resolve()
    return Settings(
        store=f"sqlite:///{home}/hunter.db",
        vault=home / "hunter-vault",
        brands=home / "brands",
        platforms=("bluesky",),
        platform_urls={"bluesky": (url,)},
        reviewer="tour",
        sample_per_run=0,  # the tour is the same each time
    )


def _run_on(day: int, brands: list[Brand], settings: Settings, store: Store) -> RunRecord:
    """One run, with the clock put forward by a day for each run after the first."""
    from hunter.cli.crawling import crawl_once
    from hunter.operations.clock import Clock
    from hunter.operations.runs import summary_line
    from hunter.vault import Vault

    record = crawl_once(
        brands,
        settings,
        store,
        Vault(settings.vault),
        limit=_ASKED,
        kind="demo",
        clock=Clock(now=lambda: datetime.now(UTC) + timedelta(days=day - 1)),
    )
    typer.echo(f"\nDay {day}. {summary_line(record)}")
    _show_changes(store, record.id)
    return record


def _show_changes(store: Store, run: int) -> None:
    from hunter.store import suspects

    with store.read() as c:
        for act, numbers in suspects.of_run(c, run).items():
            found = [s for number in numbers if (s := suspects.get(c, number))]
            if act in _ACTS and found:
                told = [f"{s.handle}{_what_changed(suspects.events(c, s.id), run)}" for s in found]
                typer.echo(f"  {_ACTS[act]}: {visible(', '.join(told), 1000)}")


def _what_changed(events: list[Event], run: int) -> str:
    fields = next((e.detail.get("fields") for e in events if e.run == run and e.act == "changed"), None)
    return f" ({', '.join(fields)})".replace("_", " ") if fields else ""


def _show_suspects(store: Store) -> int:
    """Prints the open suspects; the number of the first one."""
    from hunter.cli.suspects import print_suspects
    from hunter.store import suspects

    with store.read() as c:
        found = suspects.page(c, status=suspects.Status.OPEN, limit=50)
    typer.echo("\nWhat a person should look at now:\n")
    print_suspects(found)
    typer.echo("\n“partial” is no mistake: the network refuses one search on purpose. A refusal is")
    typer.echo("kept and told; a real `hunter run` would end with exit code 3.")
    return found[0].id if found else 1


def _show_next(folder: Path, number: int) -> None:
    hunter = "hunter" if shutil.which("hunter") else str(Path(sys.argv[0]).resolve())
    typer.echo(
        f"""
What to do next:
  cd {folder}
  {hunter} suspects show {number}
      tells why, value by value
  {hunter} suspects judge {number} impersonation
      writes down what you decide
  {hunter} review
      the same in the browser, with the pictures side by side
  {hunter} export --format xlsx -o suspects.xlsx
      the list as a sheet
With your own brand:
  {hunter} init "Your Name" --site https://your.site"""
    )
