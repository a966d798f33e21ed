"""The command line: one file per group of commands, each with `add(app)`; a new file is found by itself."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import typer

from hunter.errors import HunterError, StoreError, UsageError
from hunter.visible import visible

INTERRUPTED = 130  # what a shell expects after Ctrl-C
_FULL = (errno.ENOSPC, errno.EDQUOT)
_ORDER = (
    "demo", "init", "handles", "run", "screen", "explain", "suspects", "review", "export", "import-reviews",
    "evidence", "notice", "submissions", "runs", "status", "schedule", "alerts", "evaluate", "weights", "hold", "purge",
    "subject-report", "scan-text", "db",
)  # fmt: skip


class _InOrderOfWork(typer.core.TyperGroup):
    """Lists the commands in the order in which they are needed."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(super().list_commands(ctx), key=lambda n: _ORDER.index(n) if n in _ORDER else len(_ORDER))


def build_app() -> typer.Typer:
    """The whole command line. Command files import anything heavy inside their functions."""
    app = typer.Typer(
        name="hunter",
        cls=_InOrderOfWork,
        help="Finds profiles and domains that pretend to be your brand, and prepares what a takedown needs.\n\n"
        "Example: hunter demo",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(_start)
    for name in sorted(m.name for m in iter_modules(__path__)):
        module = import_module(f"{__name__}.{name}")
        if hasattr(module, "add"):
            module.add(app)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        from hunter import __version__

        typer.echo(f"hunter {__version__}")
        raise typer.Exit(0)


def _start(
    version: bool = typer.Option(False, "--version", help="Print the version.", is_eager=True, callback=_print_version),
    debug: bool = typer.Option(False, "--debug", help="Show where an error arose."),
) -> None:
    """Both options do their work elsewhere: `--debug` is looked for when something went wrong."""


def main(arguments: list[str] | None = None) -> None:
    """Runs one command and exits with its code: 64 for wrong usage, else as `hunter.errors` tells."""
    arguments = sys.argv[1:] if arguments is None else arguments
    code = _run(arguments)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has seen enough
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    try:
        code = build_app()(arguments, prog_name="hunter", standalone_mode=False)
    except HunterError as exc:
        return _complain(str(exc), exc.exit_code or 1)
    except typer.TyperException as exc:
        return _explain_usage(exc)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as exc:  # noqa: BLE001  the one place where everything ends: no traceback meets a user
        if "--debug" in arguments:
            traceback.print_exc()
        if isinstance(exc, OSError) and exc.errno in _FULL:
            return _complain(f"{exc.strerror}: {exc.filename or 'disk'}\n  free some space", StoreError.exit_code)
        if isinstance(exc, OSError) and exc.filename:
            return _complain(f"{exc.filename}: {exc.strerror}", HunterError.exit_code)
        advice = "this is a fault of hunter; `hunter --debug …` shows where it arose"
        return _complain(f"{type(exc).__name__}: {exc}\n  {advice}", HunterError.exit_code)
    if code == INTERRUPTED:
        return _complain("interrupted; what was stored is kept", INTERRUPTED)
    return code if isinstance(code, int) and not isinstance(code, bool) else 0


def _complain(message: str, code: int) -> int:
    typer.echo("\n".join(visible(line, 2000) for line in f"hunter: {message}".splitlines()), err=True)
    return code


def _explain_usage(exc: typer.TyperException) -> int:
    """What was wrong with the arguments, and where help is."""
    ctx = getattr(exc, "ctx", None)
    if type(exc).__name__ == "NoArgsIsHelpError":
        typer.echo(exc.format_message(), err=True)
        return UsageError.exit_code
    path = ctx.command_path if ctx else "hunter"
    return _complain(f"{exc.format_message()}\n  {path} --help tells how it is used", UsageError.exit_code)
