"""What all tests share: real components are used where they are; `--require-all` makes their absence a failure."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from hunter.matching.compiled import compiled

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--require-all", action="store_true", help="a missing real component is a failure, not a skip")


def postgresql_bin() -> Path | None:
    """The folder with initdb and pg_ctl of the newest installed PostgreSQL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


# The accessibility checks that the review page has to pass: npm install --prefix .real/axe axe-core
AXE = Path(__file__).parent.parent / ".real" / "axe" / "node_modules" / "axe-core" / "axe.min.js"

COMPONENTS = {
    "postgresql": lambda: postgresql_bin() is not None,
    "chromium": lambda: bool(shutil.which("chromium")),
    "libreoffice": lambda: bool(shutil.which("soffice")),
    "openssl": lambda: bool(shutil.which("openssl")),
    "ssh-keygen": lambda: bool(shutil.which("ssh-keygen")),
    "poppler": lambda: bool(shutil.which("pdftotext")),
    "axe": lambda: AXE.is_file(),
    "bluesky": lambda: bool(_bluesky_folder()),
    "compiler": lambda: compiled("looking") is not None,
}


def _bluesky_folder() -> Path | None:
    """A folder with an installed AT Protocol network, see CONTRIBUTING."""
    folder = Path(__file__).parent.parent / ".real" / "bluesky"
    return folder if (folder / ".installed").exists() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("real"):
            for component in mark.args:
                if COMPONENTS[component]():
                    continue
                reason = f"{component} is not on this machine (CONTRIBUTING tells how to get it)"
                if config.getoption("--require-all"):
                    item.add_marker(pytest.mark.usefixtures("missing_component"))
                    item.user_properties.append(("missing", reason))
                else:
                    item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def missing_component(request: pytest.FixtureRequest) -> None:
    pytest.fail("; ".join(str(v) for k, v in request.node.user_properties if k == "missing"))


@pytest.fixture(autouse=True)
def stays_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test opens a connection beyond loopback."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
