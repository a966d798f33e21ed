"""A store with suspects and a served page over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hunter.store import Store, open_store
from hunter.vault import Vault
from tests.review.visitor import Visitor, serve
from tests.stores import ready_file

__all__ = ["ready_file"]


@pytest.fixture
def store(tmp_path: Path, ready_file: Path) -> Iterator[Store]:
    """An empty store: a copy of one that has its tables."""
    path = tmp_path / "hunter.db"
    shutil.copy(ready_file, path)
    with open_store(f"sqlite:///{path}") as opened:
        yield opened


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """An empty vault."""
    return Vault(tmp_path / "vault")


@pytest.fixture
def visitor(store: Store, vault: Vault) -> Iterator[Visitor]:
    """Somebody at the door of the served page, not yet inside."""
    with serve(store, vault) as at_the_door:
        yield at_the_door


@pytest.fixture
def ana(visitor: Visitor) -> Visitor:
    """Somebody who came in by the printed link."""
    return visitor.enter()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """A served page over an empty store, the same one for all tests of a file: they change nothing in it."""
    folder = tmp_path_factory.mktemp("door")
    with open_store(f"sqlite:///{folder}/hunter.db") as opened, serve(opened, Vault(folder / "vault")) as at_the_door:
        yield at_the_door
