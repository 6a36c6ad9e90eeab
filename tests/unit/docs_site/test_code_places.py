"""Links to code: `{commit}` is the newest commit of the scanned code, not whatever is newest when somebody clicks."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from docs_site.parts.code_places import pinned_code_url, place_html
from orchestration.domain.code_map_tables import COMMITS
from orchestration.lake import arrow_schema, table_folder, write_parquet

PATTERN = "https://code.example/blob/{commit}/{path}#L{line}"


def commit(commit_hash: str, day: int) -> dict[str, object]:
    moment = datetime(2026, 1, day, tzinfo=UTC)
    return {"commit_hash": commit_hash, "committed_at": moment, "author_key": "a", "subject": "s", "file_count": 1}


def test_the_newest_scanned_commit_is_filled_in(tmp_path: Path) -> None:
    rows = pa.Table.from_pylist([commit("aaa", 3), commit("bbb", 9), commit("ccc", 5)], schema=arrow_schema(COMMITS))
    write_parquet(rows, table_folder(tmp_path, COMMITS) / "rows.parquet")
    url = pinned_code_url(PATTERN, tmp_path)
    assert url == "https://code.example/blob/bbb/{path}#L{line}"
    assert 'href="https://code.example/blob/bbb/src/a%20b.ts#L7"' in place_html("src/a b.ts", 7, url)


@pytest.mark.parametrize(
    ("pattern", "pinned"), [(PATTERN, PATTERN.replace("{commit}", "HEAD")), ("x/{path}", "x/{path}"), (None, None)]
)
def test_without_a_history_the_head_is_meant(pattern: str | None, pinned: str | None, tmp_path: Path) -> None:
    assert pinned_code_url(pattern, tmp_path) == pinned
