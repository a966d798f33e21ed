import zlib

import numpy as np
import pytest

from hunter.matching.registries import ENTRY, STEPS, commonness
from tests.bench.registries import make_table


@pytest.mark.parametrize(
    ("common", "rarer"),
    [("cli", "validators"), ("plugin", "spreadsheet"), ("test", "thermometer"), ("utils", "zorelia")],
)
def test_what_many_names_are_put_together_from_is_more_common(common: str, rarer: str) -> None:
    assert commonness(common) > commonness(rarer) >= 0.0


@pytest.mark.parametrize("text", ["", "zorelia", "ünbekannt", "x" * 300])
def test_what_no_name_holds_is_not_common(text: str) -> None:
    assert commonness(text) == 0.0


def test_a_table_counts_parts_and_their_neighbours_once_a_name() -> None:
    names = [f"@Zor/elia-kit{i}-zor" for i in range(12)] + ["lonely"] * 11
    table = np.frombuffer(zlib.decompress(make_table(names)), ENTRY)
    found = {int(entry["crc"]): float(entry["steps"]) / STEPS for entry in table}
    assert set(found) == {zlib.crc32(text) for text in (b"zor", b"elia", b"zorelia")}
    assert found[zlib.crc32(b"zor")] == pytest.approx(np.log(12 / 6), abs=1 / STEPS)
