"""Importing a module does no work: it opens no file, starts no process, reads no data."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus import REPOSITORY

ROOMS = ("orchestration", "expectations", "docs_site")

# Imports every module it is told and notes what the bodies of our own modules do while they are imported.
WATCHER = """
import importlib, json, sys
root, names = sys.argv[1], sys.argv[2].split(',')
seen, is_watching = [], True
WORK = {'open', 'subprocess.Popen', 'socket.connect', 'os.mkdir', 'os.remove', 'os.rename', 'sqlite3.connect'}

def watch(event, arguments):
    global is_watching
    if not is_watching or event not in WORK:
        return
    subject = str(arguments[0])
    if event == 'open' and subject.endswith(('.py', '.pyc', '.so')):
        return
    frame, is_library = sys._getframe(1), False
    while frame is not None:
        code = frame.f_code
        is_library = is_library or '/site-packages/' in code.co_filename
        # A library may work when it is imported; our own modules may not, nor may they ask one to.
        if code.co_filename.startswith('<frozen importlib') and is_library:
            return
        if code.co_filename.startswith(root) and code.co_name == '<module>' and '/.venv/' not in code.co_filename:
            seen.append([code.co_filename, event, subject])
            return
        frame = frame.f_back

sys.addaudithook(watch)
for name in names:
    importlib.import_module(name)
is_watching = False
print(json.dumps(seen))
"""

# Python that is written beside generated tests, where it imports its neighbour: no module of ours imports it.
COPIED = "test_support"


def module_names() -> list[str]:
    paths = [path for room in ROOMS for path in sorted((REPOSITORY / room).rglob("*.py")) if path.parent.name != COPIED]
    return [".".join(_without_init(path.relative_to(REPOSITORY))) for path in paths]


def _without_init(path: Path) -> tuple[str, ...]:
    return path.parts[:-1] if path.name == "__init__.py" else path.with_suffix("").parts


def run_python(*arguments: str) -> str:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_module_works_while_it_is_imported() -> None:
    printed = run_python("-c", WATCHER, str(REPOSITORY), ",".join(module_names()))
    assert json.loads(printed.splitlines()[-1]) == []


@pytest.mark.parametrize(
    ("name", "forbidden"),
    [
        ("orchestration.domain.tables", {"pydantic", "pyarrow", "duckdb", "polars", "dagster"}),
        ("orchestration.cli.app", {"dagster", "duckdb", "polars", "pyarrow", "great_expectations"}),
        ("orchestration.definitions", {"great_expectations", "plotly", "mkdocs", "tree_sitter"}),
    ],
)
def test_a_module_does_not_load_what_it_does_not_need_yet(name: str, forbidden: set[str]) -> None:
    printed = run_python("-c", f"import sys, {name}; print(*sorted({forbidden!r} & set(sys.modules)))")
    assert printed.split() == []


def test_what_every_run_imports_brings_no_statistics() -> None:
    """Importing scipy takes longer than a run with nothing new may."""
    code = "import sys, orchestration.cli.gates, docs_site.publish; print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
