"""The scan as a whole: what is looked at, what is done again, and that the same input gives the same bytes."""

from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.code_scan.options import ScanOptions
from orchestration.code_scan.scan import scan_code
from orchestration.domain.tables import CODE_TABLES
from orchestration.lake import SCHEMA_FILE_NAME, table_folder
from tests.unit.code_scan.sources import OPTIONS, rows, scan_tree, sequence, write_tree

FUNCTION = "export function go() {}\n"


def test_every_code_table_is_written_even_when_there_is_nothing(tmp_path: Path) -> None:
    report = scan_code([], [], [], tmp_path / "lake", OPTIONS)
    assert report.row_counts == {table.name: 0 for table in CODE_TABLES}
    for table in CODE_TABLES:
        assert (table_folder(tmp_path / "lake", table) / SCHEMA_FILE_NAME).is_file()


def test_a_rerun_parses_only_what_changed(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "code", {f"{number}.ts": FUNCTION + f"// {number}\n" for number in range(40)})
    assert scan_tree(root, tmp_path).parsed_file_count == 40
    assert scan_tree(root, tmp_path).parsed_file_count == 0
    write_tree(root, {"7.ts": "export function other() {}\n"})
    assert scan_tree(root, tmp_path).parsed_file_count == 1
    assert "other" in {row["code_function_name"] for row in rows(tmp_path, "code_symbols")}


def test_the_same_tree_gives_the_same_bytes_whatever_the_workers(tmp_path: Path) -> None:
    files = {f"{number}.ts": f"export function f{number}() {{ return g(); }}\n" for number in range(60)}
    root = write_tree(tmp_path / "code", {**files, "play.json": sequence("play", "f1")})
    digests = []
    for workers in (1, 2):
        home = tmp_path / str(workers)
        scan_tree(root, home, options=ScanOptions(worker_count=workers))
        written = sorted((home / "lake").rglob("*.parquet"))
        digests.append([sha256(path.read_bytes()).hexdigest() for path in written])
    assert digests[0] == digests[1]


def test_ignored_and_foreign_folders_are_not_looked_at(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code",
        {
            ".gitignore": "generated/\n*.local.ts\n",
            "src/.gitignore": "!kept.local.ts\n",
            "src/a.ts": FUNCTION,
            "src/b.local.ts": FUNCTION,
            "src/kept.local.ts": FUNCTION,
            "src/excluded/c.ts": FUNCTION,
            "generated/d.ts": FUNCTION,
            "node_modules/e/index.js": FUNCTION,
            "dist/f.js": FUNCTION,
        },
    )
    scan_tree(root, tmp_path, options=ScanOptions(worker_count=1, exclude=("excluded/",)))
    assert [row["code_file_path"] for row in rows(tmp_path, "source_files")] == ["src/a.ts", "src/kept.local.ts"]


def test_two_code_roots_are_told_apart_by_their_names(tmp_path: Path) -> None:
    one, two = write_tree(tmp_path / "one", {"a.ts": FUNCTION}), write_tree(tmp_path / "two", {"a.ts": FUNCTION})
    scan_code([one, two, one / "."], [], [], tmp_path / "lake", OPTIONS)
    assert [row["code_file_path"] for row in rows(tmp_path, "source_files")] == ["one/a.ts", "two/a.ts"]


def test_code_may_be_named_by_a_pattern_or_file_by_file(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code", {"apps/a/x.ts": FUNCTION, "apps/b/x.ts": FUNCTION, "y.ts": FUNCTION, "z.ts": FUNCTION}
    )
    scan_code([f"{root}/apps/*", root / "y.ts"], [], [], tmp_path / "lake", OPTIONS)
    assert [row["code_file_path"] for row in rows(tmp_path, "source_files")] == ["apps/a/x.ts", "apps/b/x.ts", "y.ts"]


def test_only_files_that_hold_tests_have_tests(tmp_path: Path) -> None:
    suite = "describe('cart', () => {\n  it.skip('adds', () => {});\n  test.each([1])('each %d', () => {});\n});\n"
    root = write_tree(
        tmp_path / "code",
        {"cart.spec.ts": suite, "regex.ts": "export const ok = /x/.test('x');\ntest('no framework here');\n"},
    )
    scan_tree(root, tmp_path)
    counts = {row["code_file_path"]: (row["is_test"], row["test_count"]) for row in rows(tmp_path, "source_files")}
    assert counts == {"cart.spec.ts": (True, 2), "regex.ts": (False, 0)}
    found = [(row["test_title"], row["suite_title"], row["is_skipped"]) for row in rows(tmp_path, "code_tests")]
    assert found == [("adds", "cart", True), ("each %d", "cart", False)]


def test_edges_lead_from_functions_to_functions_topics_and_state(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code",
        {
            "a.ts": "import { price } from './b';\n"
            "export function add(data: any, ctx: any) {\n"
            "  const { item } = data;\n"
            "  ctx.payload.total = price(item) + ctx.payload.tax;\n"
            "  bus.publish('cart.added', item);\n"
            "  log.emit('hello there');\n"
            "}\n"
            "bus.subscribe('cart.added', add);\n",
            "b.ts": "\nexport const price = (x: number) => x;\n",
        },
    )
    scan_tree(root, tmp_path)
    edges = {
        (
            row["edge_kind"],
            row["code_function_name"],
            row["target_name"],
            row["target_file_path"],
            row["target_line_number"],
        )
        for row in rows(tmp_path, "code_edges")
    }
    assert edges == {
        ("imports", None, "./b", "b.ts", None),
        ("calls", "add", "price", "b.ts", 2),
        ("reads_state", "add", "item", None, None),
        ("reads_state", "add", "tax", None, None),
        ("writes_state", "add", "total", None, None),
        ("publishes", "add", "cart.added", None, None),
        ("subscribes", None, "cart.added", None, None),
    }


def test_handlers_offered_but_never_declared_are_known(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code",
        {"a.ts": "export const handlers = { go() {}, spare() {} };\n", "play.json": sequence("play", "go")},
    )
    scan_tree(root, tmp_path)
    assert {row["handler_name"]: row["is_declared"] for row in rows(tmp_path, "offered_handlers")} == {
        "go": True,
        "spare": False,
    }


def test_progress_is_told(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "code", {"a.ts": FUNCTION})
    told: list[str] = []
    scan_code([root], [], [], tmp_path / "lake", OPTIONS, lambda progress: told.append(progress.stage))
    assert told[0] == "parse"
    assert told[-1] == "link"


def test_texts_of_the_code_hold_no_secrets_and_the_cache_neither(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code",
        {
            "a.ts": '/** Mail bob@example.org. */\nexport function a(password = "hunter2x") { return password; }\n',
            "a.test.ts": "import { test } from 'vitest';\ntest('logs in with password=s3cretWord', () => {});\n",
        },
    )
    lake = tmp_path / "home" / "lake"
    for _ in range(2):
        scan_code([root], [], [], lake, OPTIONS)
        kept = "".join(str(pq.ParquetFile(path).read().to_pylist()) for path in (tmp_path / "home").rglob("*.parquet"))
        assert "password" in kept
        assert not [secret for secret in ("bob@example", "hunter2x", "s3cretWord") if secret in kept]
