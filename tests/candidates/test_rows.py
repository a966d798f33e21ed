from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hunter.candidates.rows import parquet_batches


@pytest.mark.parametrize(("rows", "width", "most"), [(300_000, 4, 200_000), (3_000, 20_000, 1_000)])
def test_wide_rows_of_parquet_come_few_at_once(tmp_path: Path, rows: int, width: int, most: int) -> None:
    path = tmp_path / "list.parquet"
    bios = [f"{number:0{width}}" for number in range(rows)]
    pq.write_table(pa.table({"handle": bios}), path, use_dictionary=False)
    sizes = [len(batch) for batch in parquet_batches(str(path))]
    assert sum(sizes) == rows and max(sizes) == most
