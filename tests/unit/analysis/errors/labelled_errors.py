"""The labelled error records of tests/corpora/error_groups, as the grouping gets them, and the measures over pairs."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Any

import pyarrow as pa

FOLDER = Path(__file__).parents[3] / "corpora" / "error_groups"

ERROR_COLUMNS: Mapping[str, pa.DataType] = {
    "error_id": pa.string(), "session_id": pa.string(), "log_file_path": pa.string(), "line_number": pa.int64(),
    "line_count": pa.int64(), "flow_number": pa.int64(), "execution_number": pa.int64(), "seen_at": pa.int64(),
    "error_kind": pa.string(), "severity": pa.string(), "is_named": pa.bool_(), "message": pa.string(),
    "error_message": pa.string(), "error_class": pa.string(), "plugin_name": pa.string(),
    "stated_plugin_name": pa.string(), "handler_name": pa.string(), "sequence_name": pa.string(),
    "topic": pa.string(), "network_url": pa.string(), "source_file_name": pa.string(), "detail": pa.string(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PairScore:
    """Precision and recall over pairs of records: together in the labels, together in the groups."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def corpora() -> list[Path]:
    """Return the labelled files, in order."""
    return sorted(FOLDER.glob("[0-9][0-9]-*.jsonl"))


def read_corpus(path: Path) -> tuple[pa.Table, dict[str, str]]:
    """Return the records as rows, three lines apart, and the label of each by error_id."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [_row(number, record, path.stem) for number, record in enumerate(records, 1)]
    table = pa.table({name: [row.get(name) for row in rows] for name in ERROR_COLUMNS}, schema=pa.schema(ERROR_COLUMNS))
    return table, {row["error_id"]: record["group"] for row, record in zip(rows, records, strict=True)}


def error_row(error_id: str, kind: str, **values: Any) -> dict[str, Any]:
    """Return a row with what tests do not care for filled in."""
    row: dict[str, Any] = dict.fromkeys(ERROR_COLUMNS)
    row |= {"error_id": error_id, "error_kind": kind, "session_id": "s", "log_file_path": "s.log", "line_count": 1}
    row |= {"severity": "warning" if "warning" in kind else "error", "is_named": True, "message": "record text"}
    return row | values


def error_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows as the table the grouping reads."""
    return pa.table({name: [row[name] for row in rows] for name in ERROR_COLUMNS}, schema=pa.schema(ERROR_COLUMNS))


def pair_score(labels: Mapping[str, str], groups: Mapping[str, str]) -> PairScore:
    """Compare two partitions of the same records by the pairs they put together."""
    together = _pairs(Counter((labels[error_id], groups[error_id]) for error_id in labels))
    return PairScore(
        together / max(1, _pairs(Counter(groups.values()))), together / max(1, _pairs(Counter(labels.values())))
    )


def _pairs(sizes: Counter[Any]) -> int:
    return sum(comb(size, 2) for size in sizes.values())


def _row(number: int, record: Mapping[str, Any], name: str) -> dict[str, Any]:
    plugin = record.get("plugin")
    return error_row(
        f"{name}-{number:03d}",
        record["kind"],
        log_file_path=f"{name}.log",
        line_number=number * 3,
        seen_at=number,
        flow_number=record.get("flow"),
        execution_number=record.get("execution"),
        error_message=record.get("message"),
        error_class=record.get("error_class"),
        plugin_name=plugin,
        stated_plugin_name=plugin if record.get("stated") or record.get("handler") else None,
        handler_name=record.get("handler"),
        sequence_name=record.get("sequence"),
        topic=record.get("topic"),
        network_url=record.get("url"),
        is_named=record.get("is_named", True),
        detail=record.get("stack"),
    )
