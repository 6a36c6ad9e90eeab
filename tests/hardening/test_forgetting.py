"""Logs that were forgotten: their rows are gone, and no name, copy or beginning brings them back."""

import gzip
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.cli.app import run_command
from orchestration.domain.errors import UsageError
from orchestration.log_ingest.discovery import discover_logs
from orchestration.log_ingest.forgetting import (
    Choice,
    forget_logs,
    forgettable,
    passed_over,
    remember_logs,
    with_their_logs,
)
from orchestration.log_ingest.ledger import read_entries
from tests.unit.log_ingest.log_lake import Lake, assert_counts_add_up, beat_log, ingest, write

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
CANARY = "Canary4711"
SECRET = beat_log(30, first=500).replace("Started timing", f"Started {CANARY} timing")


def forget(tmp_path: Path, *patterns: str, before: datetime | None = None) -> list[str]:
    """Forget as the command does; return the names."""
    lake, files = tmp_path / "lake", tuple(discover_logs([tmp_path / "logs"]))
    chosen = with_their_logs(Choice(patterns, before).of(forgettable(read_entries(lake))))
    forget_logs(lake, [entry.log_file_id for entry in chosen], NOW, files)
    return [entry.log_file_path for entry in chosen]


def ingested(tmp_path: Path) -> Lake:
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert_counts_add_up(lake)
    return lake


def holds_canary(lake: Lake) -> bool:
    rows = [row for name in ("log_records", "rejected_lines") for row in lake.table(name).to_dicts()]
    raw = b"".join(path.read_bytes() for path in lake.path.rglob("*") if path.is_file())
    return CANARY.encode() in raw or CANARY in str(rows)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    write(tmp_path / "logs/a.log", beat_log(10))
    write(tmp_path / "logs/deep/secret.log", SECRET)
    lake = ingested(tmp_path)
    assert holds_canary(lake)
    return lake


@pytest.mark.parametrize(
    "named", ["deep/secret.log", "deep", "deep/", "*secret*", "secret.log*", "de?p/*", "logs/deep/secret.log"]
)
def test_a_log_is_named_by_path_folder_glob_or_file(
    tmp_path: Path, lake: Lake, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert forget(tmp_path, named) == ["deep/secret.log"]
    assert not holds_canary(lake)
    again = ingested(tmp_path)
    assert not holds_canary(again)
    assert len(again.records()) == 10
    row = again.file("deep/secret.log")
    assert (row["ingest_status"], row["problem"]) == ("forgotten", "Forgotten on 2026-12-01: not read.")
    assert not row["is_gone"]
    assert again.report.file_count_by_status == {"forgotten": 1, "ok": 1}


def test_a_name_that_no_log_has_is_wrong_use_and_names_those_like_it(tmp_path: Path, lake: Lake) -> None:
    for named in ("deep/secrets.log", "ecret.log", "*x*" * 2000, "dee"):
        with pytest.raises(UsageError, match=r"no log of this name.*(deep/secret\.log|2 logs are known)"):
            forget(tmp_path, named)
    assert holds_canary(lake)


def test_no_way_leads_back(tmp_path: Path, lake: Lake) -> None:
    logs, path = tmp_path / "logs", tmp_path / "logs/deep/secret.log"
    forget(tmp_path, "deep")
    longer = SECRET + SECRET.replace("Canary", "More Canary")
    ways = {
        "renamed": lambda: path.rename(logs / "b.log"),
        "packed": lambda: (logs / "b.log").rename(path) and write(logs / "c.log.gz", gzip.compress(SECRET.encode())),
        "packed_alone": path.unlink,
        "back": lambda: write(path, SECRET),
        "copied": lambda: shutil.copy(path, logs / "d.log"),
        "grown": lambda: write(path, longer, age=5),
        "copy_grown_otherwise": lambda: write(logs / "d.log", SECRET + SECRET, age=4),
        "beginning": lambda: write(logs / "e.log", "".join(SECRET.splitlines(keepends=True)[:7])),
        "all_gone": lambda: [f.unlink() for f in (path, logs / "c.log.gz", logs / "d.log", logs / "e.log")],
        "beginning_alone": lambda: write(logs / "f.log", "".join(SECRET.splitlines(keepends=True)[:9])),
        "cut_beginning_alone": lambda: write(logs / "g.log", SECRET[:1000]),
        "packed_beginning": lambda: write(logs / "h.log.gz", gzip.compress(SECRET[:2000].encode())),
    }
    for name, way in ways.items():
        way()
        after = ingested(tmp_path)
        assert not holds_canary(after), name
        assert len(after.records()) == 10, name
        words = passed_over(discover_logs([logs]), read_entries(after.path))
        assert set(words.values()) == ({"Forgotten on 2026-12-01: not read."} if len(words) else set()), name
        assert len(words) == len(discover_logs([logs])) - 1, name


def test_the_beginning_of_a_long_forgotten_log_stays_out_when_its_file_was_gone_before(tmp_path: Path) -> None:
    long = beat_log(1500, first=2000)
    path = write(tmp_path / "logs/long.log", long)
    write(tmp_path / "logs/a.log", beat_log(3))
    ingested(tmp_path)
    path.unlink()
    forget(tmp_path, "long.log")
    write(tmp_path / "logs/part.log", long[:100_000])
    assert len(ingested(tmp_path).records()) == 3


def test_what_comes_in_its_place_is_read_and_the_note_is_kept(tmp_path: Path, lake: Lake) -> None:
    forget(tmp_path, "deep")
    write(tmp_path / "logs/deep/secret.log", beat_log(4, first=900))
    after = ingested(tmp_path)
    assert len(after.records()) == 14
    assert after.file("deep/secret.log")["ingest_status"] == "ok"
    write(tmp_path / "logs/again.log", SECRET)
    after = ingested(tmp_path)
    assert len(after.records()) == 14
    assert after.file("again.log")["ingest_status"] == "forgotten"


def test_an_unreadable_file_in_its_place_does_not_end_the_note(tmp_path: Path, lake: Lake) -> None:
    path = tmp_path / "logs/deep/secret.log"
    forget(tmp_path, "deep")
    path.rename(tmp_path / "kept")
    path.symlink_to(path)
    ingested(tmp_path)
    (tmp_path / "kept").rename(path)
    assert not holds_canary(ingested(tmp_path))


def test_undone_it_is_read_again(tmp_path: Path, lake: Lake) -> None:
    before = lake.records()
    forget(tmp_path, "deep")
    remember_logs(lake.path, [entry.log_file_id for entry in read_entries(lake.path) if entry.is_forgotten])
    assert ingested(tmp_path).records() == before


def test_before_a_date_goes_by_the_last_stamp_and_by_the_file_where_there_is_none(tmp_path: Path, lake: Lake) -> None:
    write(tmp_path / "logs/without.log", "INFO [app] session.start session=x\n", age=400 * 86_400)
    write(tmp_path / "logs/late.log", beat_log(3, first=50).replace("2026-03-01", "2026-03-09"))
    ingested(tmp_path)
    with pytest.raises(UsageError, match="no log ends before 2020-01-01 00:00 UTC"):
        forget(tmp_path, before=datetime(2020, 1, 1, tzinfo=UTC))
    gone = forget(tmp_path, before=datetime(2026, 3, 5, tzinfo=UTC))
    assert set(gone) >= {"a.log", "deep/secret.log"}
    assert "late.log" not in gone
    assert {row["message"][-30:] for row in ingested(tmp_path).records(log_file_path="a.log")} == set()


def test_a_copy_of_a_log_that_is_to_stay_is_refused_and_goes_with_its_log(tmp_path: Path, lake: Lake) -> None:
    shutil.copy(tmp_path / "logs/deep/secret.log", tmp_path / "logs/z.log")
    ingested(tmp_path)
    with pytest.raises(UsageError, match=r"z\.log: is a copy of deep/secret\.log, which holds its lines"):
        forget(tmp_path, "z.log")
    assert forget(tmp_path, "deep") == ["deep/secret.log"]
    after = ingested(tmp_path)
    assert after.file("z.log")["problem"].endswith("Forgotten on 2026-12-01: not read.")
    assert not holds_canary(after)


def test_what_was_set_aside_of_it_goes_too(tmp_path: Path, lake: Lake) -> None:
    log_file_id = lake.file("deep/secret.log")["log_file_id"]
    row = lake.path / "raw/log_files" / f"{log_file_id}.parquet"
    kept = row.read_bytes()
    row.write_bytes(b"no Parquet")
    again = ingested(tmp_path)
    assert again.report.set_aside_count == 2
    assert kept
    forget(tmp_path, "deep")
    assert not [path for path in (lake.path / "set_aside").rglob("*") if path.is_file()]
    assert not holds_canary(again)


def test_the_command_lists_what_would_go_and_says_what_is_wrong(
    tmp_path: Path, lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    (home / "lake").parent.mkdir()
    lake.path.rename(home / "lake")
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}

    def told(*typed: str) -> tuple[int, str, str]:
        code = run_command(["forget", *typed, "--home", str(home)])
        return code, *capsys.readouterr()

    code, out, _ = told("deep", "--dry-run")
    assert code == 0
    assert out.splitlines() == [
        "Would forget 1 log: 1 session, 30 lines",
        "  deep/secret.log: 30 lines, 2026-03-01 10:00 to 2026-03-01 10:00 UTC",
    ]
    assert told("--list") == (0, "No log is forgotten here\n", "")
    for typed, words in {
        ("deep/secrets.log",): "deep/secrets.log: no log of this name, folder or pattern (like it: deep/secret.log)",
        (): "name the logs to forget: paths, folders or globs as Data health shows them, or --before DATE",
        ("--before", "soon"): "--before soon: is no date; write it as 2026-03-01 or 2026-03-01T10:00",
        ("deep", "--before", "2026-01-01"): "no log of these ends before 2026-01-01 00:00 UTC",
        ("deep", "--undo"): f"{home}: no log is forgotten there; name another home with --home",
    }.items():
        assert told(*typed) == (2, "", f"sightline: {words}\n")
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before
    assert run_command(["forget", "x", "--home", str(tmp_path / "none")]) == 2
    assert not (tmp_path / "none").exists()
