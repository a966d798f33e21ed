"""One sealed bag for many tests: made once for all tests, copied for whoever changes it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hunter.evidence.seal import Request, Sealed
from tests.evidence.authority import Authority
from tests.evidence.office import Office, Site, open_office

SIGNER = "brand@nordwind.example"


@dataclass(frozen=True)
class Scene:
    """Everything that plays a part in sealing, still running."""

    site: Site
    authority: Authority
    office: Office
    sealed: Sealed


def make_key(folder: Path) -> Path:
    """A fresh SSH key."""
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    return key


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A confirmed suspect, sealed, signed and stamped; without a screenshot."""
    folder = tmp_path_factory.mktemp("scene")
    with Site() as site, Authority(folder / "tsa") as authority:
        settings = {"tsa_urls": (authority.url,), "tsa_roots": authority.root, "signer": SIGNER}
        with open_office(folder / "office", site, count=3, signing_key=make_key(folder), **settings) as office:
            sealed = office.sealer.seal(office.suspects[0], folder / "bags", Request(by="r-1", reason="takedown"))
            yield Scene(site, authority, office, sealed)


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Path], Path]:
    """Copies a bag to where it may be damaged."""

    def copy(bag: Path) -> Path:
        return Path(shutil.copytree(bag, tmp_path / bag.name))

    return copy
