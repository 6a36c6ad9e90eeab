"""Envelopes change nothing of a log in its own form: its rows are those it has when no envelope is known."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from orchestration.log_ingest import heads
from orchestration.log_ingest.options import IngestOptions
from tests.corpus import REPOSITORY
from tests.unit.log_ingest.log_lake import Lake, ingest

OWN_FORMS = [REPOSITORY / "examples/bistro/logs", REPOSITORY / "tests/corpora/logs"]


def assert_rows_are_kept(sources: Sequence[Path], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(name: str) -> Lake:
        return ingest([str(source) for source in sources], folder / name, IngestOptions(settle_seconds=0))

    now = read("now")
    with monkeypatch.context() as patch:
        patch.setattr(heads, "_peel", lambda *_: None)
        before = read("before")
    assert before.report.rejected_line_count <= before.report.line_count / 1000
    assert now.parquet_bytes() == before.parquet_bytes()


def test_the_rows_of_the_example_and_of_small_logs_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_rows_are_kept(OWN_FORMS, tmp_path, monkeypatch)


@pytest.mark.corpus
def test_the_rows_of_the_corpus_are_kept(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [corpus / "logs" / name for name in ("clean", "faulty", "regression", "older_dialect")]
    logs = [path for folder in folders for path in sorted(folder.glob("*.log"))[::10]]
    assert_rows_are_kept(logs, tmp_path, monkeypatch)
