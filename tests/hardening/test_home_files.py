"""A home as one file: what is packed comes back the same, and a file that lies harms nothing."""

import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from docs_site.engine import published
from orchestration.cli.app import run_command
from orchestration.defs.home import Home
from orchestration.defs.home_archive import FORMAT, MANIFEST_NAME
from orchestration.defs.home_import import import_home
from orchestration.domain.errors import UsageError

CONTENT = {
    "lake/raw/log_files/_schema.parquet": "schema",
    "lake/raw/log_files/0123.parquet": "rows" * 5000,
    "warehouse.duckdb": "tables" * 5000,
    "published.duckdb": "public tables" * 5000,
    "quality/results.parquet": "results",
    "records/models.json": "{}",
    "history/20261120T0900000000.json": "{}",
    "baselines/release.json": "{}",
    "redaction.key": "k" * 64,
    "site/index.html": "<title>site</title>",
    "site/lines/a.html": "lines",
    "exports/traces/a.json": "[]",
}
LEFT_BEHIND = {
    "dagster/dagster.yaml": "",
    "dbt/manifest.json": "{}",
    ".site-cache/index.json": "{}",
    "records/warehouse.json": "{}",
    "records/exports.json": '{"/elsewhere": "1"}',
}


def filled_home(folder: Path) -> Home:
    home = Home(folder)
    home.claim()
    for name, text in (CONTENT | LEFT_BEHIND).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    paths = [name.removeprefix("site/") for name in CONTENT if name.startswith("site/")]
    published.write_stamp(home.site, published.stamp_of(dict.fromkeys(paths, "digest")))
    (home.site / "out").symlink_to(folder.parent)
    return home


def texts_of(folder: Path) -> dict[str, str]:
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}


def parts_of(folder: Path) -> dict[str, str]:
    return {
        name: text
        for name, text in texts_of(folder).items()
        if not name.endswith("lock") and name not in ("sightline-home.toml", "site/.site-fingerprint")
    }


def run(*typed: object) -> int:
    return run_command([str(word) for word in typed])


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    home, file = filled_home(tmp_path / "home"), tmp_path / "home.zip"
    assert run("home", "export", file, "--home", home.path) == 0
    return file


def test_a_home_comes_back_as_it_was(tmp_path: Path, packed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stat.S_IMODE(packed.stat().st_mode) == 0o600
    for _ in range(2):
        there = tmp_path / "there"
        assert run("home", "import", packed, "--home", there, "--force") == 0
        assert parts_of(there) == CONTENT
        assert not [path for path in there.rglob("*") if path.stat().st_mode & 0o077]
    assert "The site is at" in capsys.readouterr().out


def test_the_published_part_holds_neither_tables_nor_key(tmp_path: Path) -> None:
    home, file, there = filled_home(tmp_path / "home"), tmp_path / "shop.zip", tmp_path / "there"
    assert run("home", "export", file, "--published", "--home", home.path) == 0
    for _ in range(2):
        # Into one that was imported before, too: that is how a server follows.
        assert run("home", "import", file, "--home", there) == 0
        assert parts_of(there) == {
            name: text for name, text in CONTENT.items() if name.startswith(("site/", "exports/"))
        }


def test_the_same_home_makes_the_same_bytes(tmp_path: Path, packed: Path) -> None:
    again = tmp_path / "again.zip"
    assert run("home", "export", again, "--home", tmp_path / "home") == 0
    assert again.read_bytes() == packed.read_bytes()


def test_what_people_put_beside_is_kept_and_a_home_of_its_own_is_not_replaced(tmp_path: Path, packed: Path) -> None:
    there = filled_home(tmp_path / "there")
    (there.lake / "raw" / "log_files" / "own.parquet").write_text("only here", encoding="utf-8")
    (there.exports / "own.json").write_text("mine", encoding="utf-8")
    (there.site / "CNAME").write_text("mine", encoding="utf-8")
    before = parts_of(there.path)
    assert run("home", "import", packed, "--home", there.path) == 2
    assert parts_of(there.path) == before
    assert run("home", "import", packed, "--home", there.path, "--force") == 0
    assert (there.exports / "own.json").read_text(encoding="utf-8") == "mine"
    assert (there.site / "CNAME").read_text(encoding="utf-8") == "mine"
    assert not (there.lake / "raw" / "log_files" / "own.parquet").exists()


@pytest.mark.parametrize("place", ["home/shop.zip", "home/exports/shop.zip", "home"])
def test_an_export_does_not_go_into_the_home(tmp_path: Path, place: str) -> None:
    filled_home(tmp_path / "home")
    assert run("home", "export", tmp_path / place, "--home", tmp_path / "home") == 2


def test_an_export_replaces_an_earlier_one_and_nobody_elses_file(
    tmp_path: Path, packed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.zip").touch()
    assert run("home", "export", packed, "--home", tmp_path / "home") == 0
    assert run("home", "export", tmp_path / "empty.zip", "--home", tmp_path / "home") == 0
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to("notes.txt")
    (tmp_path / "dangling").symlink_to("nowhere")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("site/index.html", "other")
    os.mkfifo(tmp_path / "pipe")
    before = {path: os.lstat(path).st_mtime_ns for path in tmp_path.iterdir()}
    for name in ("notes.txt", "link", "dangling", "other.zip", "pipe"):
        assert run("home", "export", tmp_path / name, "--home", tmp_path / "home") == 2
        assert "is not what `sightline home export` wrote; name another" in capsys.readouterr().err
    assert {path: os.lstat(path).st_mtime_ns for path in tmp_path.iterdir()} == before


def test_nothing_to_export_and_nothing_to_import_is_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.zip").write_text("no archive", encoding="utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine").touch()
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("site/index.html", "other")
    for typed in (
        ("home", "export", tmp_path / "a.zip", "--home", tmp_path / "absent"),
        ("home", "import", tmp_path / "absent.zip", "--home", tmp_path / "new"),
        ("home", "import", tmp_path / "text.zip", "--home", tmp_path / "new"),
        ("home", "import", tmp_path / "other.zip", "--home", tmp_path / "new"),
        ("home", "import", tmp_path / "text.zip", "--home", tmp_path / "other"),
        ("home", "import", "", "--home", tmp_path / "new"),
    ):
        assert run(*typed) == 2
        assert capsys.readouterr().err.count("\n") == 1


Change = Callable[[dict[str, bytes], dict[str, object]], None]


def rewritten(packed: Path, change: Change, external: int = 0) -> Path:
    """Return a copy of an archive after a change to its files and its manifest."""
    with zipfile.ZipFile(packed) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if name != MANIFEST_NAME}
        manifest = json.loads(archive.read(MANIFEST_NAME))
    change(files, manifest)
    out = packed.with_name("changed.zip")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = external if name == "site/index.html" else 0
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
        archive.writestr(MANIFEST_NAME, json.dumps(manifest))
    return out


def add(name: str, content: bytes = b"evil") -> Change:
    def change(files: dict[str, bytes], manifest: dict[str, object]) -> None:
        files[name] = content
        listed = manifest["files"]
        assert isinstance(listed, dict)
        listed[name] = [len(content), "0" * 64]

    return change


def newer(_files: dict[str, bytes], manifest: dict[str, object]) -> None:
    manifest["format"] = FORMAT + 1


def damaged(files: dict[str, bytes], _manifest: dict[str, object]) -> None:
    files["warehouse.duckdb"] = files["warehouse.duckdb"][::-1]


def longer(files: dict[str, bytes], _manifest: dict[str, object]) -> None:
    files["warehouse.duckdb"] += b"more"


def missing(files: dict[str, bytes], _manifest: dict[str, object]) -> None:
    del files["warehouse.duckdb"]


def unlisted(files: dict[str, bytes], _manifest: dict[str, object]) -> None:
    files["lake/raw/other.parquet"] = b"more"


def without_stamp(files: dict[str, bytes], manifest: dict[str, object]) -> None:
    del files["site/.site-fingerprint"]
    listed = manifest["files"]
    assert isinstance(listed, dict)
    del listed["site/.site-fingerprint"]


def odd_manifest(_files: dict[str, bytes], manifest: dict[str, object]) -> None:
    manifest["files"] = [1, 2]


ESCAPES = [
    *(
        "../evil",
        "/etc/evil",
        "lake/../../evil",
        "site/../evil",
        "site//evil",
        "./site/evil",
        "site/./evil",
        "site\\evil",
    ),
    *("evil", ".lock", "sightline-home.toml", "dagster/dagster.yaml", "warehouse.duckdb/evil", "site", ".import/evil"),
]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        *((add(name), "no file of a home") for name in ESCAPES),
        (newer, "newer Sightline"),
        (damaged, "damaged"),
        (longer, "not as long as it says"),
        (missing, "does not hold the files"),
        (unlisted, "does not hold the files"),
        (without_stamp, "did not publish"),
        (odd_manifest, "not what"),
        (add("lake/raw/bomb.parquet", bytes(100 << 20)), "would unpack to"),
    ],
)
def test_a_file_that_lies_changes_nothing(tmp_path: Path, packed: Path, change: Change, words: str) -> None:
    there = Home(tmp_path / "deep" / "down" / "there")
    there.claim()
    with pytest.raises(UsageError, match=words):
        import_home(there, rewritten(packed, change), is_forced=False)
    assert [path.name for path in there.path.iterdir()] == ["sightline-home.toml"]
    assert not list(tmp_path.rglob("evil"))


def test_a_link_in_a_file_is_refused(tmp_path: Path, packed: Path) -> None:
    there = Home(tmp_path / "there")
    there.claim()
    link = rewritten(packed, lambda _files, _manifest: None, external=(stat.S_IFLNK | 0o777) << 16)
    with pytest.raises(UsageError, match="no file of a home"):
        import_home(there, link, is_forced=False)


@pytest.mark.parametrize("kept", [0.2, 0.6, 0.95])
def test_a_file_that_was_cut_short_is_damaged(tmp_path: Path, packed: Path, kept: float) -> None:
    content = packed.read_bytes()
    packed.write_bytes(content[: int(len(content) * kept)])
    assert run("home", "import", packed, "--home", tmp_path / "there") == 2
    assert parts_of(tmp_path / "there") == {}
