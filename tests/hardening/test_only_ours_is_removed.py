"""Nothing is replaced, removed or read below a home, or in a folder of the user's, that a run of ours did not write."""

import os
from pathlib import Path

import pytest

from docs_site.engine import published
from docs_site.engine.assembly import assemble_site
from docs_site.engine.memory import Memory
from docs_site.engine.store import ContentStore
from docs_site.queries.history import KEPT, Snapshot, keep_snapshot
from orchestration.cli.checking import describe_inputs
from orchestration.cli.exporting.places import write_export
from orchestration.code_scan.options import ScanOptions
from orchestration.code_scan.source_tree import discover_sources
from orchestration.defs.home import Home
from orchestration.defs.logs.sensor import log_digest
from orchestration.domain.errors import UsageError
from orchestration.domain.home_mark import HOME_FOLDERS
from orchestration.exports.kept_file import place_for, stamped
from orchestration.log_ingest.discovery import discover_logs
from orchestration.log_ingest.ledger import Ledger
from orchestration.settings import load_settings
from orchestration.whole_files import require_replaceable, write_whole


def write(path: Path, text: str = "mine") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def built(folder: Path, *names: str) -> Path:
    """Return a site as a build leaves it."""
    for name in names:
        write(folder / name, f"ours: {folder.name}")
    published.write_stamp(folder, published.stamp_of(dict.fromkeys(names, folder.name)))
    return folder


def publish_where(folder: Path, name: str) -> None:
    """Do what looks at the folder of this name first."""
    if name == ".site.previous":
        published.replace_site(built(folder / "new", "index.html"), folder / "site")
    else:
        assemble_site([], [], folder / "site", "Test", Memory(folder / "memory"))


def test_a_site_is_replaced_and_what_people_put_beside_it_stays(tmp_path: Path) -> None:
    site = tmp_path / "site"
    published.replace_site(built(tmp_path / "first", "index.html", "lines/old.html"), site)
    write(site / "CNAME")
    write(site / ".well-known" / "security.txt")
    write(site / "lines" / "own.html")
    (site / "download").symlink_to(tmp_path)
    for name in ("second", "third"):
        published.replace_site(built(tmp_path / name, "index.html", "lines/new.html"), site)
        assert (site / "index.html").read_text(encoding="utf-8") == f"ours: {name}"
        assert not (site / "lines" / "old.html").exists()
        assert {(site / own).read_text("utf-8") for own in ("CNAME", ".well-known/security.txt", "lines/own.html")} == {
            "mine"
        }
        assert (site / "download").readlink() == tmp_path
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


@pytest.mark.parametrize("killed_after", ["first rename", "second rename"])
def test_a_publication_that_was_killed_in_the_swap_loses_nothing(tmp_path: Path, killed_after: str) -> None:
    site, previous = tmp_path / "site", tmp_path / ".site.previous"
    write(built(previous, "index.html") / "CNAME")
    if killed_after == "second rename":
        built(site, "index.html")
    published.replace_site(built(tmp_path / "new", "index.html"), site)
    assert (site / "index.html").read_text(encoding="utf-8") == "ours: new"
    assert (site / "CNAME").read_text(encoding="utf-8") == "mine"
    assert not previous.exists()


@pytest.mark.parametrize("name", ["site", ".site.previous", ".site-build"])
def test_folders_of_others_under_our_names_are_refused_before_anything_is_made(tmp_path: Path, name: str) -> None:
    own = write(tmp_path / name / "index.html")
    with pytest.raises(UsageError, match="did not write"):
        publish_where(tmp_path, name)
    assert own.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["site", ".site.previous", ".site-build"])
def test_links_under_our_names_are_refused_and_not_followed(tmp_path: Path, name: str) -> None:
    elsewhere = built(tmp_path / "elsewhere", "index.html")
    (tmp_path / name).symlink_to(elsewhere)
    with pytest.raises(UsageError, match="is a link"):
        publish_where(tmp_path, name)
    assert (elsewhere / "index.html").exists()


def test_links_in_a_site_are_removed_and_not_followed(tmp_path: Path) -> None:
    site, elsewhere = built(tmp_path / "site", "index.html", "assets"), write(tmp_path / "elsewhere" / "file")
    (site / "assets").unlink()
    (site / "assets").symlink_to(elsewhere.parent)
    published.replace_site(built(tmp_path / "new", "index.html"), site)
    assert elsewhere.exists()
    assert not (site / "assets").exists()


def test_memory_history_and_ledger_forget_only_what_is_theirs(tmp_path: Path) -> None:
    store = ContentStore(tmp_path / "objects")
    digest = store.put(b"content")
    notes = [write(tmp_path / "objects" / digest[:2] / "notes.txt"), write(tmp_path / "history" / "notes.json")]
    store.keep_only(set())
    assert store.read(digest) is None
    for number in range(KEPT + 2):
        day = f"2026-11-{1 + number % 28:02}T{number // 28:02}:00:00+00:00"
        keep_snapshot(tmp_path / "history", Snapshot(day, {"number": number}, []))
    assert len(list((tmp_path / "history").glob("2*.json"))) == KEPT
    Ledger(tmp_path / "lake")
    notes.append(write(tmp_path / "lake" / "raw" / "log_files" / "README.md"))
    left = write(tmp_path / "lake" / "raw" / "log_files" / "1234.parquet.pending")
    Ledger(tmp_path / "lake")
    assert not left.exists()
    assert {note.read_text(encoding="utf-8") for note in notes} == {"mine"}


def test_a_file_is_written_past_the_links_that_stand_in_its_place(tmp_path: Path) -> None:
    target, place = write(tmp_path / "target"), tmp_path / "record.json"
    place.symlink_to(target)
    (tmp_path / f".record.json.{os.getpid()}.tmp").symlink_to(target)
    write_whole(place, b"ours")
    assert target.read_text(encoding="utf-8") == "mine"
    assert place.read_bytes() == b"ours"
    assert not place.is_symlink()


def test_a_pipe_or_a_device_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "null").symlink_to("/dev/null")
    (tmp_path / "link").symlink_to("pipe")
    for name in ("pipe", "null", "link"):
        before = os.lstat(tmp_path / name)
        with pytest.raises(UsageError, match="is a device, a pipe or a socket, not a file"):
            write_whole(tmp_path / name, b"content")
        assert os.lstat(tmp_path / name) == before
    assert len(list(tmp_path.iterdir())) == 3
    with pytest.raises(UsageError, match="not a file"):
        require_replaceable(Path("/dev/stdout"))


def test_an_export_replaces_what_it_wrote_and_no_other_file_of_a_folder(tmp_path: Path) -> None:
    home, out = Home(tmp_path / "home"), tmp_path / "out"
    home.claim()
    out.mkdir()
    default = home.exports / "production.lcov"
    for content in (b"first", b"second"):
        write_export(content, default, out)
        assert (out / "production.lcov").read_bytes() == content
    write(out / "production.lcov", "edited")
    write(out / "findings.json")
    (out / "graph.json").symlink_to(out / "findings.json")
    for name in ("production.lcov", "findings.json", "graph.json"):
        with pytest.raises(UsageError, match="is not what `sightline export` wrote"):
            write_export(b"new", home.exports / name, out)
    assert (out / "findings.json").read_text(encoding="utf-8") == "mine"
    write_export(b"named", default, out / "findings.json")
    assert (out / "findings.json").read_bytes() == b"named"


def test_a_generated_test_never_replaces_an_edited_one_nor_the_one_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "flow.test.js"
    names = []
    for _ in range(4):
        place = place_for(path)
        names.append(place.name)
        place.write_bytes(stamped("body", "//") + b"edited")
    assert names == [
        *("flow.test.js", "flow-regenerated.test.js", "flow-regenerated-2.test.js", "flow-regenerated-3.test.js")
    ]


def test_a_home_in_the_way_of_logs_and_code_is_not_read(tmp_path: Path) -> None:
    home = Home(tmp_path / "state")
    home.claim()
    write(tmp_path / "app.log", "[2026-11-22T15:00:00.000Z] LOG one line\n")
    write(tmp_path / "src" / "app.ts", "export const a = 1;")
    write(home.path / "kept" / "also.log", "not in a folder of the home\n")
    settings = load_settings(None, {"home": home.path, "inputs": {"logs": [str(tmp_path)], "code": [str(tmp_path)]}})
    before = log_digest([str(tmp_path)]), list(describe_inputs(settings))
    for name in HOME_FOLDERS:
        write(home.path / name / "dbt.log", "one line\n")
        write(home.path / name / "generated.test.js", "test();")
    logs = [str(tmp_path), str(tmp_path / "**" / "*.log")]
    assert {log.path.name for log in discover_logs(logs)} == {"app.log", "also.log"}
    assert [file.code_file_path for file in discover_sources(tmp_path, "", ScanOptions())] == ["src/app.ts"]
    assert (log_digest([str(tmp_path)]), list(describe_inputs(settings))) == before


def test_logs_of_the_home_itself_are_no_input(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.claim()
    write(home.dagster / "event.log")
    for source in (home.dagster, home.dagster / "event.log", home.dagster / "*.log"):
        with pytest.raises(UsageError, match="Sightline's own home folder"):
            list(describe_inputs(load_settings(None, {"home": home.path, "inputs": {"logs": [str(source)]}})))
