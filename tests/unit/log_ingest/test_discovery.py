"""What sources mean, and how logs are named."""

import os
from pathlib import Path

import pytest

from orchestration.domain.errors import SightlineError, UsageError
from orchestration.log_ingest.discovery import discover_logs


def names(*sources: str | Path) -> list[str]:
    return [log.log_file_path for log in discover_logs(sources)]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    for name in ("logs/b.log", "logs/sub/a.log", "logs/sub/old.log.1", "logs/sub/x.log.2.gz", "logs/z.LOG.zst"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for name in ("logs/index.jsonl", "logs/a.truth.json.gz", "logs/.hidden.log", "logs/notes.txt", "logs/changelog.md"):
        (tmp_path / name).touch()
    return tmp_path / "logs"


def test_a_folder_gives_its_logs_named_relative_to_it(logs: Path) -> None:
    assert names(logs) == ["b.log", "sub/a.log", "sub/old.log.1", "sub/x.log.2.gz", "z.LOG.zst"]


def test_a_file_is_named_by_itself_and_taken_whatever_its_name(logs: Path) -> None:
    assert names(logs / "notes.txt") == ["notes.txt"]


def test_a_glob_is_named_relative_to_its_fixed_part(logs: Path) -> None:
    assert names(f"{logs.parent}/*/sub/*.log") == ["logs/sub/a.log"]
    assert names(f"{logs}/**/*.log") == ["b.log", "sub/a.log"]


def test_a_log_named_by_two_sources_is_one_log(logs: Path) -> None:
    assert names(logs, logs / "b.log", f"{logs}/*.log").count("b.log") == 1


def test_equal_names_from_two_folders_are_told_apart(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.log").touch()
    assert names(tmp_path / "one", tmp_path / "two") == ["one/a.log", "two/a.log"]


def test_equal_names_from_folders_of_equal_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("x/logs", "y/logs"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.log").touch()
    found = names(tmp_path / "x/logs", tmp_path / "y/logs")
    assert len(set(found)) == 2
    assert all(name.endswith("logs/a.log") for name in found)


def test_a_name_that_is_not_utf8_is_shown_with_its_odd_bytes_written_out(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.log")).touch()
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert names(tmp_path) == ["caf\\xe9.log"]


@pytest.mark.parametrize("source", ["nowhere", "nowhere/*.log"])
def test_a_source_that_is_not_there_is_wrong_use(tmp_path: Path, source: str) -> None:
    with pytest.raises(UsageError, match=source.replace("*", ".")):
        discover_logs([tmp_path / source])


def test_a_folder_without_logs_is_told_with_what_lies_there(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SightlineError, match=r"No log found in .*empty: no file there\. Give"):
        discover_logs([tmp_path / "empty"])
    (tmp_path / "empty" / "a.py").write_text("import os\n", encoding="utf-8")
    with pytest.raises(SightlineError, match="1 file passed over: 1 source file"):
        discover_logs([tmp_path / "empty"])


def test_no_source_at_all_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="No log found"):
        discover_logs([])
