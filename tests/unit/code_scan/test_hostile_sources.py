"""Sources that mean harm: the scan ends, lists them, and the rest is right."""

import os
import time
from pathlib import Path

import pytest

from orchestration.code_scan.options import ScanOptions
from tests.unit.code_scan.sources import rows, scan_tree, write_tree

GOOD = "/** Says hello. */\nexport function hello(name: string): string {\n  return name;\n}\n"
LEVELS = 200_000


def problems_of(root: Path, home: Path, **options: float) -> dict[str, str | None]:
    write_tree(root, {"good.ts": GOOD})
    scan_tree(root, home, options=ScanOptions(worker_count=1, **options))  # type: ignore[arg-type]
    good = [row for row in rows(home, "code_symbols") if row["code_file_path"] == "good.ts"]
    assert [(row["code_function_name"], row["code_line_number"]) for row in good] == [("hello", 2)]
    return {row["code_file_path"]: row["problem"] for row in rows(home, "source_files")}


def test_brackets_nested_beyond_reason_are_skipped(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code",
        {
            "closed.ts": "[\n" * LEVELS + "]\n" * LEVELS,
            "open.ts": "(\n" * LEVELS,
            "one_line.js": "[" * LEVELS + "]" * LEVELS,
        },
    )
    found = problems_of(root, tmp_path)
    assert found["closed.ts"] == found["open.ts"] == "brackets nested 200,000 levels deep, more than 1,000"
    assert "one_line.js" in found
    assert found["one_line.js"]


def test_a_source_that_takes_too_long_is_given_up_and_costs_no_other(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "code", {f"deep{number}.ts": "if (a)\n" * LEVELS + "b();" for number in (1, 2)})
    begun = time.monotonic()
    found = problems_of(root, tmp_path, max_file_seconds=1.0)
    assert found["deep1.ts"] == found["deep2.ts"] == "took longer than 1 seconds"
    assert time.monotonic() - begun < 30


def test_large_minified_and_binary_files_are_skipped_with_their_reason(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code",
        {
            "literal.ts": f'export const text = "{"a" * 20_000_000}";\n',
            "bundle.js": "function a(){return [1]};" * 4_000,
            "nul.ts": "export const a = 1;\n\0\0\n",
        },
    )
    with (root / "huge.js").open("wb") as file:
        file.truncate(50_000_000)
    assert problems_of(root, tmp_path) == {
        "bundle.js": "minified or generated: 100,000 bytes per line on average",
        "good.ts": None,
        "huge.js": "larger than 2,097,152 bytes",
        "literal.ts": "larger than 2,097,152 bytes",
        "nul.ts": "binary: a NUL byte in line 2",
    }


def test_a_long_literal_beside_code_does_not_hide_the_code(tmp_path: Path) -> None:
    text = f'export function kept() {{}}\nexport const image = "{"a" * 1_000_000}";\n'
    assert problems_of(write_tree(tmp_path / "code", {"image.ts": text}), tmp_path)["image.ts"] is None
    assert "kept" in {row["code_function_name"] for row in rows(tmp_path, "code_symbols")}


def test_links_and_pipes_are_listed_and_not_opened(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "code", {"inner/x.ts": GOOD})
    secret = tmp_path / "secret.ts"
    secret.write_text("export function secret() {}")
    (root / "inner" / "loop").symlink_to(root)
    (root / "secret.ts").symlink_to(secret)
    os.mkfifo(root / "pipe.ts")
    found = problems_of(root, tmp_path)
    assert found["inner/loop"] == found["secret.ts"] == "symbolic link: not followed"
    assert found["pipe.ts"] == "not a regular file"
    assert "secret" not in {row["code_function_name"] for row in rows(tmp_path, "code_symbols")}


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"// caf\xe9 \xff\n", b"@#$ { ] )\n" * 500])
def test_any_bytes_are_survived(content: bytes, tmp_path: Path) -> None:
    root = write_tree(tmp_path / "code", {})
    root.mkdir(exist_ok=True)
    (root / "odd.ts").write_bytes(content)
    assert "odd.ts" in problems_of(root, tmp_path)


def test_a_name_that_is_not_utf8_is_shown_readable(tmp_path: Path) -> None:
    root = tmp_path / "code"
    root.mkdir()
    (root / os.fsdecode(b"caf\xe9.ts")).write_text(GOOD)
    assert "caf\\udce9.ts" in problems_of(root, tmp_path) or "caf\\xe9.ts" in problems_of(root, tmp_path)
