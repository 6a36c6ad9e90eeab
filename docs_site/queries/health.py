"""How far the data can be trusted: files, rejected lines, redactions, expectations, freshness.

Read from the lake (every file, also those that gave no session) and from the quality results. Shown by the data health
page, and in short on the overview.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from docs_site.html.number_format import format_count, format_pct, plural
from orchestration.domain.severity import SEVERITIES
from orchestration.warehouse import Row, fetch_rows, load_raw, open_files

_EXPECTATION_COLUMNS = (
    "suite_name", "table_name", "check_name", "description", "expectation", "column_name", "severity", "is_success",
    "expected", "observed", "unexpected_count", "element_count", "examples", "subject", "page", "things", "is_judged",
)  # fmt: skip

_NOT_IN_FULL = frozenset({"unreadable", "unrecognised", "damaged", "quarantined"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about the data itself that a reader must know."""

    tone: str
    headline: str
    why: str


@dataclass(frozen=True, slots=True)
class Health:
    """The data's state. `files`, `expectations` (those about the data) and `data_tests` are rows as stored."""

    files: list[Row]
    expectations: list[Row]
    data_tests: list[Row] = field(default_factory=list)

    @property
    def line_count(self) -> int:
        """Return the lines looked at."""
        return sum(row["line_count"] for row in self.files)

    @property
    def rejected_line_count(self) -> int:
        """Return the lines no rule understood."""
        return sum(row["rejected_line_count"] for row in self.files)

    @property
    def byte_count(self) -> int:
        """Return the bytes looked at."""
        return sum(row["byte_count"] for row in self.files)

    @property
    def rejected_pct(self) -> float | None:
        """Return rejected lines as a share of all lines."""
        return 100 * self.rejected_line_count / self.line_count if self.line_count else None

    @property
    def fresh_at(self) -> datetime | None:
        """Return the last moment a log speaks of."""
        return max((row["last_emitted_at"] for row in self.files if row["last_emitted_at"]), default=None)

    @property
    def failed_expectations(self) -> list[Row]:
        """Return the expectations that do not hold."""
        return [row for row in self.expectations if not row["is_success"]]

    @property
    def judged_count(self) -> int:
        """Return how many expectations had something to judge."""
        return sum(map(is_judged, self.expectations))

    @property
    def tone(self) -> str:
        """Return the worst tone of the problems; good when there are none."""
        tones = {problem.tone for problem in self.problems}
        return next((tone for tone in ("critical", "warning", "info") if tone in tones), "good")

    @property
    def problems(self) -> list[Problem]:
        """Say what is wrong with the data, worst first."""
        return [*self._unbalanced(), *self._unread(), *self._rejected(), *self._failed(), *self._broken()]

    def _unbalanced(self) -> list[Problem]:
        wrong = [row for row in self.files if not adds_up(row)]
        if not wrong:
            return []
        names = ", ".join(row["log_file_path"] for row in wrong[:3])
        return [Problem("critical", f"Lines do not add up in {plural(len(wrong), 'log file')}", names)]

    def _unread(self) -> list[Problem]:
        unread = [row for row in self.files if row["ingest_status"] in _NOT_IN_FULL]
        if not unread:
            return []
        names = ", ".join(row["log_file_path"] for row in unread[:3])
        return [Problem("warning", f"{plural(len(unread), 'log file')} could not be read in full", names)]

    def _rejected(self) -> list[Problem]:
        share = self.rejected_pct
        if share is None or share <= 0.1:
            return []
        why = f"{format_count(self.rejected_line_count)} of {plural(self.line_count, 'line')}; the bound is 0.1 %"
        return [Problem("warning", f"{format_pct(share)} % of all lines were understood by no rule", why)]

    def _failed(self) -> list[Problem]:
        failed = self.failed_expectations
        if not failed:
            return []
        severities = {row["severity"] for row in failed}
        tone = "critical" if "critical" in severities else "warning" if "warning" in severities else "info"
        tables = ", ".join(sorted({row["table_name"] for row in failed}))
        headline = f"{plural(len(failed), 'check')} of the data failed"
        return [Problem(tone, headline, f"of {self.judged_count} judged; in {tables}")]

    def _broken(self) -> list[Problem]:
        failed = [row for row in self.data_tests if not row["is_success"]]
        if not failed:
            return []
        tone = "critical" if any(row["severity"] == "error" for row in failed) else "warning"
        verb = "does" if len(failed) == 1 else "do"
        names = ", ".join(row["test_name"] for row in failed[:3])
        return [Problem(tone, f"{plural(len(failed), 'data test')} {verb} not hold", names)]


def is_judged(row: Row) -> bool:
    """Tell whether a check had anything to judge; results of an earlier version do not say."""
    return row.get("is_judged") is not False


def adds_up(row: Row) -> bool:
    """Tell whether every line of a file is in a record, rejected or blank."""
    parts = row["record_line_count"] + row["rejected_line_count"] + row["blank_line_count"]
    return bool(row["line_count"] == parts)


def load_health(lake: Path, quality: Path) -> Health:
    """Read the state of the data."""
    files = load_raw(lake, "log_files", "select * from raw order by log_file_path")
    return Health(files, load_checks(quality, "data"), load_data_tests(quality))


def load_checks(quality: Path, subject: str) -> list[Row]:
    """Read what the checks of a subject (data or application) found; failures first.

    Results of an earlier version name no subject: they are taken for checks of the data.
    """
    paths = sorted(quality.glob("expectation_results_*.parquet"))
    if not paths:
        return []
    with open_files() as connection:
        rows = fetch_rows(
            connection, "select * from read_parquet(?, union_by_name = true)", [[str(path) for path in paths]]
        )
    complete = [{name: row.get(name) for name in _EXPECTATION_COLUMNS} for row in rows]
    return sorted((row for row in complete if (row["subject"] or "data") == subject), key=_failures_first)


def load_alarming_checks(quality: Path) -> list[Row]:
    """Read the checks of both subjects that failed and are worth an alert, the most severe first."""
    rows = [*load_checks(quality, "application"), *load_checks(quality, "data")]
    failed = [row for row in rows if not row["is_success"] and row["severity"] != "info"]
    return sorted(failed, key=_failures_first)


def failures_of(row: Row) -> dict[str, str | None]:
    """Return what failed as names that stay from run to run: one per thing, or one for the check as a whole."""
    name = f"{row['suite_name']}.{row['check_name']}"
    return {f"{name}: {thing}": thing for thing in row["things"] or ()} or {name: None}


def load_data_tests(quality: Path) -> list[Row]:
    """Read the results of the models' data tests of the last build; failures first."""
    path = quality / "dbt_test_results.parquet"
    if not path.exists():
        return []
    with open_files() as connection:
        return fetch_rows(connection, "select * from read_parquet(?) order by is_success, test_name", [str(path)])


def _failures_first(row: Row) -> tuple[bool, bool, int, str, str]:
    rank = SEVERITIES.index(row["severity"]) if row["severity"] in SEVERITIES else len(SEVERITIES)
    return bool(row["is_success"]), not is_judged(row), rank, row["table_name"] or "", row["expectation"] or ""
