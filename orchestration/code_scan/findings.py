"""Everything one scan found, before it becomes rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.code_scan.code_files import ScannedFile
from orchestration.code_scan.coverage_reports import CoveredLines
from orchestration.code_scan.declared import DeclarationFile, Declared
from orchestration.code_scan.declared_budgets import DeclaredBudget
from orchestration.code_scan.foreign_declarations import problems_of
from orchestration.code_scan.function_coverage import HandlerCoverage
from orchestration.code_scan.handler_tests import HandlerTest
from orchestration.code_scan.handlers import BeatHandler, Handler
from orchestration.code_scan.history import Commit, Touch
from orchestration.code_scan.linker import CodeBase
from orchestration.code_scan.offered import OfferedHandler
from orchestration.code_scan.options import ScanProblem
from orchestration.code_scan.source_maps import FoundMap
from orchestration.code_scan.test_results import TestResult


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a scan found.

    `package_names` by declaration file, `owners` and `file_commits` (how many changed it) by file, `file_coverage` as
    (file, report, lines), `test_results` as (test file, report, result).
    """

    code: CodeBase
    scanned: tuple[ScannedFile, ...]
    declaration_files: tuple[DeclarationFile, ...]
    declared: Declared
    package_names: dict[str, str]
    beats: tuple[BeatHandler, ...]
    handlers: tuple[Handler, ...]
    tests: tuple[HandlerTest, ...]
    coverage: tuple[HandlerCoverage, ...]
    offered: tuple[OfferedHandler, ...]
    commits: tuple[Commit, ...]
    touches: tuple[Touch, ...]
    owners: dict[str, tuple[str, ...]]
    file_commits: Mapping[str, int]
    file_coverage: tuple[tuple[str, str, CoveredLines], ...]
    test_results: tuple[tuple[str | None, str, TestResult], ...]
    input_problems: tuple[ScanProblem, ...]
    source_maps: tuple[FoundMap, ...] = ()
    budgets: tuple[DeclaredBudget, ...] = ()

    @property
    def problems(self) -> tuple[ScanProblem, ...]:
        """Return everything that was left out, with the reason."""
        files = (ScanProblem(file.source.code_file_path, file.problem) for file in self.scanned if file.problem)
        return (*files, *problems_of(self.declaration_files), *self.input_problems)
