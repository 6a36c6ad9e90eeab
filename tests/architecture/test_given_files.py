"""What users and their tools wrote is opened in one place only: orchestration/given_files.py."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.corpus import REPOSITORY

# These rooms read nothing but what was given, and what the lake holds by way of Parquet and the ledger.
ROOMS = ("orchestration/log_ingest", "orchestration/code_scan")
FILES = ("orchestration/settings_file.py", "orchestration/defs/project/accepted_deviations.py")
OPENING = {"open", "read_text", "read_bytes", "fdopen", "openat"}
# Our own files, installed beside the code; a lock of the lake; the rules of redaction.
OURS = {
    "orchestration/code_scan/languages.py",
    "orchestration/code_scan/declared_budgets.py",
    "orchestration/log_ingest/redaction.py",
    "orchestration/log_ingest/ledger.py",
}
# An envelope is opened too, but it is no file.
NO_FILES = {"peeled", "self", "archive"}


def opened(source: Path) -> Iterator[int]:
    """Yield the lines on which a module opens a file by itself."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in OPENING:
            yield node.lineno
        if isinstance(node.func, ast.Attribute) and node.func.attr in OPENING:
            holder = node.func.value
            if not (isinstance(holder, ast.Name) and holder.id in NO_FILES):
                yield node.lineno


def modules() -> list[str]:
    found = [path for room in ROOMS for path in sorted((REPOSITORY / room).rglob("*.py"))]
    return [path.relative_to(REPOSITORY).as_posix() for path in found] + list(FILES)


@pytest.mark.parametrize("module", [module for module in modules() if module not in OURS])
def test_given_files_are_opened_through_the_one_opener(module: str) -> None:
    assert list(opened(REPOSITORY / module)) == [], f"{module}: use orchestration/given_files.py"


def test_the_opener_itself_would_be_told() -> None:
    assert list(opened(REPOSITORY / "orchestration/given_files.py"))
