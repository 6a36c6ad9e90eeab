"""Which files are reports: those the user named, and of a folder those that look like one by content.

Build tools call their reports `TEST-cart.xml`, `report.xml` or `results.json`; the name only says whether a file that
is no report must be told of. Reading them in full is the work of `reports`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from orchestration.code_scan.coverage_reports import is_named_format
from orchestration.code_scan.inputs import CodeRoot, expand_source, shown_path
from orchestration.code_scan.report_text import decode_report
from orchestration.code_scan.source_tree import SKIPPED_FOLDERS
from orchestration.domain.home_mark import walk_outside_homes
from orchestration.given_files import leads_outside, open_given

_SUFFIXES = (".info", ".lcov", ".xml", ".json", ".trx")
# A file of such a name in a given folder is meant as a report; when it is none, that is told.
_EXPECTED = (
    "*.info", "*.lcov", "*.trx", "*coverage*.json", "*coverage*.xml", "*cobertura*.xml", "*jacoco*.xml", "*clover*.xml",
    "*junit*.xml", "test-*.xml", "*vitest*.json", "*jest*.json",
)  # fmt: skip
_HEAD_BYTES = 1 << 16
_JSON_SIGN = re.compile(r'"(?:testResults|statementMap|executed_lines|numTotalTests)"\s*:')


@dataclass(frozen=True, slots=True)
class FoundReport:
    """A file that may be a report; `problem` says why it is not opened."""

    path: Path
    shown: str
    is_expected: bool
    problem: str | None = None


def discover_reports(coverage: Sequence[str | Path], roots: Sequence[CodeRoot]) -> list[FoundReport]:
    """Return the reports with the paths shown, in path order."""
    found: dict[Path, FoundReport] = {}
    for source in coverage:
        for path in expand_source(source, "coverage report"):
            base = path.absolute().parent
            inside = _reports_under(path) if path.is_dir() else iter([(path, True, None)])
            for file, is_expected, problem in inside:
                shown = shown_path(file, base, roots)
                found.setdefault(file.resolve(), FoundReport(file, shown, is_expected, problem))
    return sorted(found.values(), key=lambda report: report.shown)


def _reports_under(folder: Path) -> Iterator[tuple[Path, bool, str | None]]:
    for parent, folders, names in walk_outside_homes(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        for name in sorted(name for name in names if name.lower().endswith(_SUFFIXES)):
            path = Path(parent, name)
            is_expected = any(fnmatchcase(name.lower(), pattern) for pattern in _EXPECTED)
            if path.is_symlink() and leads_outside(path, folder):
                yield from [(path, True, "symbolic link out of the folder: not followed")] if is_expected else []
            elif is_expected or _looks_like_report(path):
                yield path, is_expected, None


def _looks_like_report(path: Path) -> bool:
    """Tell from a file's beginning whether it is a report; a beginning that is all comment leaves it to the whole."""
    try:
        with open_given(path) as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    text, _ = decode_report(head)
    if text.lstrip().startswith("{"):
        return bool(_JSON_SIGN.search(text))
    return is_named_format(text, is_whole=len(head) < _HEAD_BYTES)
