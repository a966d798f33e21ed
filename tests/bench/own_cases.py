"""Writes the cases of our own making as labelled cases with their brands, for `hunter weights names`.

python -m tests.bench.own_cases FOLDER writes FOLDER/cases.csv and FOLDER/brands/. Words that merely hold a brand's
name are innocents, spoofs of a name are impostors; each stands there as a handle and as a display name, words as a
domain, too.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

CASES = Path(__file__).parent.parent / "cases"
UNSEEN = "Palyap"  # whose spoofs are kept from the fit: they tell whether it holds for another brand


def main(folder: Path) -> None:
    brands: dict[str, str] = {}

    def slug_of(name: str) -> str:
        return brands.setdefault(name, name.lower().replace(" ", "-"))

    rows: list[tuple[str, str, int, str]] = []
    for line in (CASES / "swallowed.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        slug_of(case["brand"].capitalize())
        shown = {"handle": case["word"], "displayname": case["word"].capitalize(), "domain": f"{case['word']}.example"}
        rows += [(kind, name, 0, "") for kind, name in shown.items()]
    for line in (CASES / "spoofs.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["brand"] == UNSEEN:
            continue
        rows += [(kind, case["shown"], 1, slug_of(case["brand"])) for kind in ("handle", "displayname")]
    (folder / "brands").mkdir(parents=True, exist_ok=True)
    for name, slug in brands.items():
        text = f'slug = "{slug}"\nkind = "organisation"\nnames = ["{name}"]\n'
        (folder / "brands" / f"{slug}.toml").write_text(text, encoding="utf-8")
    with (folder / "cases.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("kind", "candidate", "label", "brand"))
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
