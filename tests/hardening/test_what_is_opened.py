"""Whatever lies where a file is looked for: a pipe, a device, a link out of the folder. It is listed, nobody waits."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.code_scan.options import ScanOptions
from orchestration.code_scan.scan import scan_code
from orchestration.domain.errors import UsageError
from orchestration.given_files import open_given, read_given
from orchestration.log_ingest.options import IngestOptions
from orchestration.settings import load_settings
from tests.unit.code_scan.sources import OPTIONS, rows, sequence, write_tree
from tests.unit.log_ingest.log_lake import SETTLED_OPTIONS, Lake, beat_log, ingest, write

# A loaded machine is slow too; what hangs takes for ever.
MOST_SECONDS = 20.0


def a_pipe(path: Path) -> None:
    """Make a pipe nobody writes into."""
    os.mkfifo(path)


def a_device(path: Path) -> None:
    """Make a link to a device without an end."""
    path.symlink_to("/dev/zero")


def a_socket(path: Path) -> None:
    """Make a socket nobody listens on."""
    with socket.socket(socket.AF_UNIX) as listener:
        # Its name may be 108 bytes long: it is made beside its place.
        here = Path.cwd()
        os.chdir(path.parent)
        try:
            listener.bind(path.name)
        finally:
            os.chdir(here)


def a_file_of_the_kernel(path: Path) -> None:
    """Make a link to a file the kernel makes up while it is read."""
    path.symlink_to("/proc/self/maps")


KINDS: dict[str, Callable[[Path], None]] = {
    "pipe": a_pipe,
    "device": a_device,
    "socket": a_socket,
    "made up by the system": a_file_of_the_kernel,
}
# The system itself opens no socket.
WORDS = {"socket": "No such device"}
every_kind = pytest.mark.parametrize("kind", KINDS)
FOLLOWING = IngestOptions(settle_seconds=0, follow_links=True)


@contextmanager
def nobody_waits() -> Iterator[None]:
    """Check that what is done takes no longer than a few seconds."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < MOST_SECONDS


@every_kind
def test_what_is_no_regular_file_is_refused_in_words(tmp_path: Path, kind: str) -> None:
    KINDS[kind](tmp_path / "odd")
    with nobody_waits(), pytest.raises(OSError, match=WORDS.get(kind, kind)):
        open_given(tmp_path / "odd")


def test_more_bytes_than_a_use_can_take_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_given(tmp_path / "a", 5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes"):
        read_given(tmp_path / "a", 4)


def mixed_logs(tmp_path: Path, kind: str) -> Path:
    write(tmp_path / "logs/a.log", beat_log(3))
    KINDS[kind](tmp_path / "logs/odd.log")
    return tmp_path / "logs"


@every_kind
@pytest.mark.parametrize("options", [SETTLED_OPTIONS, FOLLOWING], ids=["as it is", "links followed"])
def test_a_log_that_is_no_file_is_listed_and_the_others_are_read(
    tmp_path: Path, kind: str, options: IngestOptions
) -> None:
    logs = mixed_logs(tmp_path, kind)
    with nobody_waits():
        lake = ingest(logs, tmp_path / "lake", options)
    assert lake.report.record_count == 3
    assert lake.report.file_count_by_status == {"ok": 1, "unreadable": 1}
    assert kind in lake.file("odd.log")["problem"] or "link" in lake.file("odd.log")["problem"]


@every_kind
def test_a_log_that_is_no_file_and_was_named_is_listed(tmp_path: Path, kind: str) -> None:
    mixed_logs(tmp_path, kind)
    named: list[str | Path] = [tmp_path / "logs/a.log", tmp_path / "logs/odd.log"]
    with nobody_waits():
        lake = ingest(named, tmp_path / "lake")
    assert lake.report.record_count == 3
    assert kind in lake.file("odd.log")["problem"]


def linked_logs(tmp_path: Path) -> Path:
    write(tmp_path / "elsewhere/deep/b.log", beat_log(4, first=10))
    write(tmp_path / "elsewhere/c.log", beat_log(5, first=30))
    write(tmp_path / "logs/inside/a.log", beat_log(3))
    (tmp_path / "logs/current.log").symlink_to("inside/a.log")
    (tmp_path / "logs/out.log").symlink_to(tmp_path / "elsewhere/c.log")
    (tmp_path / "logs/folder").symlink_to(tmp_path / "elsewhere/deep")
    (tmp_path / "elsewhere/deep/back").symlink_to(tmp_path)
    return tmp_path / "logs"


def statuses(lake: Lake) -> dict[str, str]:
    return dict(lake.table("log_files").select("log_file_path", "ingest_status").rows())


def test_a_link_out_of_a_folder_of_logs_is_listed_and_not_followed(tmp_path: Path) -> None:
    lake = ingest(linked_logs(tmp_path), tmp_path / "lake")
    assert lake.report.record_count == 3
    found = statuses(lake)
    assert (found["out.log"], found["folder"]) == ("unreadable", "unreadable")
    assert "follow_links" in lake.file("out.log")["problem"]


def test_a_link_out_of_a_folder_of_logs_is_followed_on_demand_once(tmp_path: Path) -> None:
    lake = ingest(linked_logs(tmp_path), tmp_path / "lake", FOLLOWING)
    assert lake.report.record_count == 3 + 4 + 5
    assert statuses(lake)["folder/b.log"] == "ok"


def test_the_target_of_a_link_that_was_named_is_read(tmp_path: Path) -> None:
    linked_logs(tmp_path)
    assert ingest(tmp_path / "logs/out.log", tmp_path / "lake").report.record_count == 5


@every_kind
def test_odd_files_in_the_code_are_listed_and_the_others_are_read(tmp_path: Path, kind: str) -> None:
    root = write_tree(tmp_path / "code", {"a.ts": "export function go() {}\n", "play.json": sequence("play", "go")})
    for name in ("odd.ts", "odd.json", "tsconfig.json", ".gitignore", "CODEOWNERS", "bundle.js.map"):
        KINDS[kind](root / name)
    KINDS[kind](tmp_path / "lcov.info")
    with nobody_waits():
        report = scan_code([root], [], [tmp_path / "lcov.info"], tmp_path / "lake", OPTIONS)
    assert report.unique_handler_count == 1
    assert {problem.path for problem in report.problems if problem.kind != "history"} >= {
        "odd.ts",
        "odd.json",
        "tsconfig.json",
        ".gitignore",
        "CODEOWNERS",
        "lcov.info",
    }


@every_kind
def test_a_declaration_that_is_no_file_is_listed(tmp_path: Path, kind: str) -> None:
    root = write_tree(tmp_path / "code", {"a.ts": "export function go() {}\n"})
    KINDS[kind](tmp_path / "play.json")
    with nobody_waits():
        report = scan_code([root], [tmp_path / "play.json"], [], tmp_path / "lake", OPTIONS)
    assert [problem.path for problem in report.problems if problem.kind != "history"] == ["play.json"]


def test_a_link_out_of_the_code_is_followed_on_demand_once(tmp_path: Path) -> None:
    write_tree(tmp_path / "elsewhere", {"b.ts": "export function other() {}\n", "deep/c.ts": "export const c = 1;\n"})
    root = write_tree(tmp_path / "code", {"a.ts": "export function go() {}\n"})
    (root / "shared").symlink_to(tmp_path / "elsewhere")
    (root / "again").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/back").symlink_to(tmp_path)
    (root / "up").symlink_to(tmp_path)
    report = scan_code([root], [], [], tmp_path / "lake", OPTIONS)
    assert {problem.path for problem in report.problems if problem.kind != "history"} == {"again", "shared", "up"}
    scan_code([root], [], [], tmp_path / "lake", ScanOptions(worker_count=1, follow_links=True))
    read = [row["code_file_path"] for row in rows(tmp_path, "source_files") if row["scan_status"] == "ok"]
    assert read == ["a.ts", "again/b.ts", "again/deep/c.ts"]


@every_kind
def test_settings_that_are_no_file_are_wrong_use_in_one_line(tmp_path: Path, kind: str) -> None:
    KINDS[kind](tmp_path / "sightline.toml")
    with nobody_waits(), pytest.raises(UsageError, match=kind) as refused:
        load_settings(tmp_path / "sightline.toml")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a.b" + ".c" * 50_000 + " = 1", "a = " + "{a=" * 50_000])
def test_settings_nested_beyond_reason_are_wrong_use_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "sightline.toml").write_text(text)
    with nobody_waits(), pytest.raises(UsageError) as refused:
        load_settings(tmp_path / "sightline.toml")
    assert "\n" not in str(refused.value)


# A backtracking engine tries every way to share the letters out between the stars: more than there are atoms.
STARS = "*a" * 30 + "b"
LONG = "a" * 200


@pytest.mark.parametrize("name", [".gitignore", "CODEOWNERS", "exclude"])
def test_a_pattern_made_to_hang_its_reader_does_not(tmp_path: Path, name: str) -> None:
    files = {f"{LONG}/{LONG}{number}.ts": "export const a = 1;\n" for number in range(20)}
    rules = "\n".join([STARS + " @team", "**/" * 30 + "x @team", "*.ts @team" if name == "CODEOWNERS" else "q.ts"])
    files["play.json"] = sequence("play", "a")
    root = write_tree(tmp_path / "code", files)
    options = OPTIONS
    if name == "exclude":
        options = ScanOptions(worker_count=1, exclude=(STARS, "**/" * 30 + "x"))
    else:
        (root / name).write_text(rules.replace(" @team", "") if name == ".gitignore" else rules)
    with nobody_waits():
        report = scan_code([root], [], [], tmp_path / "lake", options)
    assert report.file_count >= 21


def test_a_rule_that_is_no_pattern_costs_itself_only(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code",
        {
            "a.ts": "export function go() {}\n",
            "b.ts": "export function no() {}\n",
            "play.json": sequence("play", "go"),
            ".gitignore": "!\nb.ts\n",
            "CODEOWNERS": "! @nobody\n*.ts @team\n",
        },
    )
    report = scan_code([root], [], [], tmp_path / "lake", OPTIONS)
    assert {problem.path: problem.problem for problem in report.problems if problem.kind != "history"} == {
        ".gitignore": "line 1: not a pattern: !",
        "CODEOWNERS": "line 1: not a pattern: !",
    }
    assert [row["code_file_path"] for row in rows(tmp_path, "source_files") if row["language"] == "typescript"] == [
        "a.ts"
    ]
    assert [row["owner_name"] for row in rows(tmp_path, "handler_owners")] == ["@team"]


def test_an_exclude_that_is_no_pattern_is_wrong_use(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "code", {"a.ts": "export function go() {}\n"})
    with pytest.raises(UsageError, match=r"scan\.exclude"):
        scan_code([root], [], [], tmp_path / "lake", ScanOptions(exclude=("!",)))


@pytest.mark.parametrize(
    "text", ["/*" * 500_000, '"\\"' * 300_000, "//" * 500_000, "," + " " * 900_000, '{"maxMs": 1} ' + '\\"' * 400_000]
)
@pytest.mark.parametrize("name", ["tsconfig.json", "limits.json"])
def test_json_with_comments_made_to_hang_its_reader_does_not(tmp_path: Path, name: str, text: str) -> None:
    root = write_tree(tmp_path / "code", {"a.ts": "export function go() {}\n", name: text + ' "maxMs"'})
    with nobody_waits():
        report = scan_code([root], [], [], tmp_path / "lake", OPTIONS)
    assert report.file_count == 2


def test_json_nested_beyond_reason_is_one_problem(tmp_path: Path) -> None:
    deep = "[" * 200_000
    files = {"a.ts": "export function go() {}\n", "a.json": deep, "tsconfig.json": deep, "b.json": '{"a":' * 200_000}
    with nobody_waits():
        report = scan_code([write_tree(tmp_path / "code", files)], [], [], tmp_path / "lake", OPTIONS)
    assert sorted(problem.path for problem in report.problems if problem.kind != "history") == [
        "a.json",
        "b.json",
        "tsconfig.json",
    ]
