"""Fingerprints and records: when a step is done again, and when not."""

from pathlib import Path

from orchestration.defs.fingerprint import fingerprint_of_files, forget_record, read_record, write_record


def test_a_fingerprint_depends_on_names_and_bytes_not_on_times(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("one", encoding="utf-8")
    first = fingerprint_of_files([tmp_path])
    (tmp_path / "a.sql").write_text("one", encoding="utf-8")
    assert fingerprint_of_files([tmp_path]) == first
    (tmp_path / "a.sql").write_text("two", encoding="utf-8")
    assert fingerprint_of_files([tmp_path]) != first
    (tmp_path / "a.sql").rename(tmp_path / "b.sql")
    (tmp_path / "b.sql").write_text("one", encoding="utf-8")
    assert fingerprint_of_files([tmp_path]) != first


def test_unfinished_files_do_not_count(tmp_path: Path) -> None:
    first = fingerprint_of_files([tmp_path])
    (tmp_path / ".a.parquet.123.tmp").write_text("half", encoding="utf-8")
    assert fingerprint_of_files([tmp_path]) == first


def test_a_damaged_record_means_the_step_is_done_again(tmp_path: Path) -> None:
    path = tmp_path / "records" / "site.json"
    assert read_record(path) == {}
    write_record(path, {"fingerprint": "x"})
    assert read_record(path) == {"fingerprint": "x"}
    path.write_text('{"fingerp', encoding="utf-8")
    assert read_record(path) == {}
    forget_record(path)
    forget_record(path)
    assert not path.exists()
