"""A home is ours only if it says so: whatever else a folder holds is refused and kept; only its owner reads it."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.cli.app import run_command
from orchestration.defs.home import Home
from orchestration.domain.errors import UsageError
from orchestration.domain.home_mark import HOME_FOLDERS, HOME_MARK, HOME_VERSION
from orchestration.domain.tables import LOG_FILES
from orchestration.lake import ensure_table

Tree = dict[str, tuple[int, bytes | str | None]]


def tree_of(folder: Path) -> Tree:
    """Return all below a folder: kinds and rights, contents, and where links lead."""

    def content(path: Path) -> bytes | str | None:
        if path.is_symlink():
            return str(path.readlink())
        return path.read_bytes() if path.is_file() else None

    return {str(path.relative_to(folder)): (path.lstat().st_mode, content(path)) for path in sorted(folder.rglob("*"))}


def write(path: Path, text: str = "mine") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def umask(value: int) -> Iterator[None]:
    before = os.umask(value)
    try:
        yield
    finally:
        os.umask(before)


def project(folder: Path) -> None:
    write(folder / "dagster" / "dagster.yaml")
    write(folder / "dagster" / "definitions.py")
    write(folder / "site" / "index.html")
    write(folder / "README.md")


def only_a_site(folder: Path) -> None:
    write(folder / "site" / "index.html")


def hidden_files(folder: Path) -> None:
    write(folder / ".env")


def another_lake(folder: Path) -> None:
    write(folder / "lake" / "raw" / "orders" / "_schema.parquet")
    write(folder / "warehouse.duckdb")


def a_lock_and_more(folder: Path) -> None:
    write(folder / ".lock", "")
    write(folder / "notes.txt")


def git_repository(folder: Path) -> None:
    write(folder / ".gitignore")
    write(folder / ".git" / "config")


FOREIGN = [project, only_a_site, hidden_files, another_lake, a_lock_and_more, git_repository]


@pytest.mark.parametrize("fill", FOREIGN)
@pytest.mark.parametrize("home", [".", "", "link"])
def test_a_folder_that_holds_anything_else_is_refused_and_left_as_it_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fill: Callable[[Path], None],
    home: str,
) -> None:
    folder, log = tmp_path / "work", write(tmp_path / "app.log", "one line\n")
    fill(folder)
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(folder)
    before = tree_of(folder)
    typed = str(tmp_path / home) if home == "link" else home or str(folder)
    for verb in ("run", "check", "watch"):
        assert run_command([verb, "--logs", str(log), "--home", typed]) == 2
        said = capsys.readouterr().err
        assert "is no home of Sightline" in said
        assert said.count("\n") == 1
    with pytest.raises(UsageError, match="is no home of Sightline"), Home(Path(typed)).exclusive():
        pass
    assert tree_of(folder) == before


@pytest.mark.parametrize("option", ["--home", "--logs", "--code", "--sequences", "--coverage", "--config"])
@pytest.mark.parametrize("value", ["", " "])
def test_an_empty_value_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    write(tmp_path / "app.log", "one line\n")
    monkeypatch.chdir(tmp_path)
    for verb in ("run", "check"):
        assert run_command([verb, "--logs", "app.log", option, value]) == 2
        said = capsys.readouterr().err
        assert "empty" in said
        assert said.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["app.log"]


@pytest.mark.parametrize("typed", ["export lcov", "export trace", "export tests", "replay"])
def test_an_empty_out_is_refused(capsys: pytest.CaptureFixture[str], typed: str) -> None:
    assert run_command([*typed.split(), "--out", ""]) == 2
    assert "it is empty; name a path" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        *(("SIGHTLINE_HOME", ""), ("SIGHTLINE_CONFIG", ""), ("SIGHTLINE_INPUTS__LOGS", '[""]')),
        *(("SIGHTLINE_INPUTS__CODE", '["src", " "]'), ("SIGHTLINE_INGEST__DIALECT_FOLDERS", '[""]')),
    ],
)
def test_an_empty_value_in_the_environment_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: str,
    value: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(variable, value)
    assert run_command(["check", *([] if "LOGS" in variable else ["--logs", str(write(tmp_path / "app.log"))])]) == 2
    said = capsys.readouterr().err
    assert "empty" in said
    assert "SIGHTLINE_" in said


@pytest.mark.parametrize("line", ['home = ""', '[inputs]\nlogs = [""]', '[inputs]\nlogs = ["app.log"]\ncode = [" "]'])
def test_an_empty_value_in_the_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "app.log")
    write(tmp_path / "sightline.toml", line)
    assert run_command(["check"]) == 2
    said = capsys.readouterr().err
    assert "sightline.toml" in said
    assert "it is empty" in said


def test_places_no_home_can_be_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    (tmp_path / "me").mkdir()
    write(tmp_path / "file")
    (tmp_path / "nowhere").symlink_to(tmp_path / "absent")
    os.mkfifo(tmp_path / "pipe")
    refused = {
        Path("/"): "the whole file system",
        tmp_path / "me": "your own home folder",
        tmp_path / "file": "is a file, not a folder",
        tmp_path / "pipe": "is a file, not a folder",
        Path("/dev/null"): "is a file, not a folder",
        tmp_path / "nowhere": "leads nowhere",
        tmp_path / "file" / "below": "cannot be written",
    }
    for path, words in refused.items():
        with pytest.raises(UsageError, match=words):
            Home(path).claim()


def test_a_new_home_says_so_and_is_taken_again(tmp_path: Path) -> None:
    for folder in (tmp_path / "new" / "home", tmp_path / "empty"):
        folder.parent.mkdir(exist_ok=True)
        Home(folder).claim()
        write(folder / "site" / "anything")
        Home(folder).claim()
        assert f"version = {HOME_VERSION}" in (folder / HOME_MARK).read_text(encoding="utf-8")


@pytest.mark.parametrize("brought", ["redaction.key", ".gitignore", "lost+found"])
def test_what_people_and_disks_put_into_an_empty_folder_is_no_hindrance(tmp_path: Path, brought: str) -> None:
    write(tmp_path / brought)
    Home(tmp_path).claim()
    assert (tmp_path / HOME_MARK).exists()


def test_a_home_without_a_mark_is_known_by_its_lake_and_marked(tmp_path: Path) -> None:
    """The layout of version 0.1: no mark, a lake, everything readable by all."""
    home = tmp_path / "home"
    with umask(0o022):
        home.mkdir()
        ensure_table(home / "lake", LOG_FILES)
        write(home / "warehouse.duckdb", "tables")
        write(home / "site" / "index.html")
        (home / "redaction.key").touch(mode=0o600)
    kept = {name: content for name, (_, content) in tree_of(home).items()}
    Home(home).claim()
    assert {name: content for name, (_, content) in tree_of(home).items() if name != HOME_MARK} == kept
    assert {stat.S_IMODE(mode) for mode, _ in tree_of(home).values()} == {0o600, 0o700}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_run_of_an_earlier_version_that_was_killed_at_once_left_a_home(tmp_path: Path) -> None:
    write(tmp_path / ".lock", "")
    write(tmp_path / "dbt" / "manifest.json")
    Home(tmp_path).claim()
    assert (tmp_path / HOME_MARK).exists()


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        (f"version = {HOME_VERSION + 1}\n", "newer Sightline"),
        ("", "not the mark"),
        ("version = 'one'\n", "not the mark"),
        ("\0", "not the mark"),
    ],
)
def test_a_mark_of_a_newer_version_or_of_somebody_else_is_refused(tmp_path: Path, mark: str, words: str) -> None:
    write(tmp_path / HOME_MARK, mark)
    with pytest.raises(UsageError, match=words):
        Home(tmp_path).claim()
    assert tree_of(tmp_path)[HOME_MARK][1] == mark.encode()


def test_what_is_written_in_a_home_is_its_owners_alone(tmp_path: Path) -> None:
    with umask(0o002):
        home = Home(tmp_path / "home")
        with home.exclusive():
            write(home.lake / "raw" / "rows.parquet")
        outside = write(tmp_path / "outside")
    assert {stat.S_IMODE(mode) for mode, _ in tree_of(home.path).values()} == {0o600, 0o700}
    assert stat.S_IMODE(outside.stat().st_mode) == 0o664


def test_a_home_is_opened_and_closed_again_by_the_setting(tmp_path: Path) -> None:
    with umask(0o022):
        for is_shared, folder_mode, file_mode in ((False, 0o700, 0o600), (True, 0o755, 0o644), (False, 0o700, 0o600)):
            home = Home(tmp_path / "home", is_shared)
            with home.exclusive():
                write(home.lake / "rows.parquet")
            assert stat.S_IMODE(home.path.stat().st_mode) == folder_mode
            assert stat.S_IMODE((home.lake / "rows.parquet").stat().st_mode) == file_mode
            assert stat.S_IMODE((home.path / ".lock").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", sorted(HOME_FOLDERS - {"exports"} | {"warehouse.duckdb", HOME_MARK}))
def test_a_part_of_a_home_that_leads_elsewhere_is_not_followed(tmp_path: Path, name: str) -> None:
    home, elsewhere = Home(tmp_path / "home"), tmp_path / "elsewhere"
    home.claim()
    write(elsewhere / "index.html")
    (home.path / name).unlink(missing_ok=True)
    (home.path / name).symlink_to(elsewhere)
    with pytest.raises(UsageError, match="is a link"):
        home.claim()
    assert (elsewhere / "index.html").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", [".lock", ".run.lock", ".dagster.lock"])
@pytest.mark.parametrize("does_exist", [True, False])
def test_a_lock_never_follows_a_link(tmp_path: Path, name: str, does_exist: bool) -> None:
    home, target = Home(tmp_path / "home"), tmp_path / "target"
    home.claim()
    if does_exist:
        write(target)
    (home.path / name).symlink_to(target)
    held = {".lock": home.exclusive, ".run.lock": home.running, ".dagster.lock": home.preparing}[name]
    with pytest.raises(UsageError, match="is a link"), held():
        pass
    assert target.exists() == does_exist
    assert not does_exist or target.read_text(encoding="utf-8") == "mine"
