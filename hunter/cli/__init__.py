"""The command line: one file per group of commands, each with `add(app)`; a new file is found by itself."""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules

import typer

from hunter.errors import HunterError
from hunter.visible import visible


def build_app() -> typer.Typer:
    """The whole command line. Command files import anything heavy inside their functions."""
    app = typer.Typer(
        name="hunter",
        help="Finds profiles and domains that pretend to be your brand, and prepares what a takedown needs.\n\n"
        "Example: hunter demo",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for name in sorted(m.name for m in iter_modules(__path__)):
        module = import_module(f"{__name__}.{name}")
        if hasattr(module, "add"):
            module.add(app)
    return app


def main(arguments: list[str] | None = None) -> None:
    """Runs one command and exits with its code: 64 for wrong usage, else as `hunter.errors` tells."""
    try:
        code = build_app()(arguments, standalone_mode=False)
    except HunterError as exc:
        typer.echo("\n".join(visible(line, 2000) for line in f"hunter: {exc}".splitlines()), err=True)
        sys.exit(exc.exit_code or 1)
    except KeyboardInterrupt:
        typer.echo("hunter: interrupted; what was stored is kept", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
