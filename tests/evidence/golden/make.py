"""Makes a golden bag: `python tests/evidence/golden/make.py 0.1.0`, once for each release, never again for an old one.

What depends on the machine (packages, system, resolvers) is replaced by stand-ins; everything else is as sealed.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import chdir
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from hunter.evidence.bag import pack
from hunter.evidence.seal import Request
from hunter.evidence.verify import verify
from tests.evidence.authority import Authority
from tests.evidence.conftest import SIGNER, make_key
from tests.evidence.office import Site, open_office

HERE = Path(__file__).parent
YEARS = 40 * 365.0


def make(release: str) -> None:
    """Seals one suspect, with a screenshot, and packs the bag and its authority's root into this folder."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        office_folder = Path("office")
        with Site() as site, Authority(Path("tsa"), days=YEARS, name="Golden stamp authority") as authority:
            settings = {"tsa_urls": (authority.url,), "tsa_roots": authority.root, "signer": SIGNER}
            key = make_key(Path())
            with open_office(office_folder, site, browser=True, signing_key=key, **settings) as office:
                environment = office.sealer.environment
                plain = replace(
                    environment,
                    tool={**environment.tool, "system": "a stand-in"},
                    packages="a stand-in for the list of packages\n",
                    network={**environment.network, "resolver": []},
                )
                sealer = replace(office.sealer, environment=plain)
                sealed = sealer.seal(office.suspects[0], Path("bags"), Request(by="r-1", reason="golden"))
            assert verify(sealed.path, roots=authority.root).exit_code == 0
            pack(sealed.path, HERE / f"{release}.tar", datetime.now(UTC))
            (HERE / f"{release}.root.pem").write_bytes(authority.root.read_bytes())


if __name__ == "__main__":
    make(sys.argv[1])
