"""lcov's tracefiles, also of version 2.2: lines and functions of files; lines that cannot be read are counted."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from orchestration.code_scan.report_numbers import read_count, read_line

_FIRST_RECORDS = ("TN:", "SF:", "VER:")


@dataclass(slots=True)
class LcovReport:
    """Counts by file and line as they are taken in; `ends` tells whether the last record was complete."""

    hits: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    calls: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    broken_count: int = 0
    negative_count: int = 0
    ends: bool = True


def is_lcov(text: str) -> bool:
    """Tell whether the first line that is neither blank nor a comment is a record of lcov."""
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        line = text[at : end if end >= 0 else len(text)].strip()
        if line and not line.startswith("#"):
            return line.startswith(_FIRST_RECORDS)
        at = end + 1 if end >= 0 else len(text)
    return False


def parse_lcov(text: str) -> LcovReport:
    """Return the counts of a tracefile; of several counts of a line the highest."""
    report = LcovReport()
    path, begins = "", dict[str, int]()
    readers: dict[str, Callable[[str, dict[str, int], dict[int, int]], bool]] = {
        "FN": _begin, "FNDA": _call, "FNL": _begin_indexed, "FNA": _call_indexed,
    }  # fmt: skip
    for row in text.split("\n"):
        kind, _, rest = row.strip().partition(":")
        if kind == "SF":
            path, begins = rest.strip(), {}
            report.hits.setdefault(path, {})
        elif kind == "end_of_record":
            path = ""
        elif kind == "DA":
            report.broken_count += not (path and _add_line(rest, report, path))
        elif kind in readers:
            report.broken_count += not (path and readers[kind](rest, begins, report.calls[path]))
    report.ends = not path
    return report


def _add_line(rest: str, report: LcovReport, path: str) -> bool:
    number, _, counts = rest.partition(",")
    line, count = read_line(number), read_count(counts.partition(",")[0])
    if line is None or count is None:
        return False
    report.negative_count += count < 0
    report.hits[path][line] = max(report.hits[path].get(line, 0), count)
    return True


def _begin(rest: str, begins: dict[str, int], calls: dict[int, int]) -> bool:
    """Take in where a function begins: `line,name`, since lcov 2.0 `line,last line,name`; a name may hold commas."""
    number, _, name = rest.partition(",")
    last, _, after = name.partition(",")
    line = read_line(number)
    if line is not None:
        begins[after if after and last.strip().isdecimal() else name] = line
    return line is not None


def _call(rest: str, begins: dict[str, int], calls: dict[int, int]) -> bool:
    """Take in how often a function ran: `count,name`."""
    number, _, name = rest.partition(",")
    return _add_call(read_count(number), begins.get(name), calls)


def _begin_indexed(rest: str, begins: dict[str, int], calls: dict[int, int]) -> bool:
    """Take in where the function of an index begins: `index,line[,last line]`, since lcov 2.2."""
    index, _, numbers = rest.partition(",")
    line = read_line(numbers.partition(",")[0])
    if line is not None:
        begins[f"#{index.strip()}"] = line
    return line is not None


def _call_indexed(rest: str, begins: dict[str, int], calls: dict[int, int]) -> bool:
    """Take in how often the function of an index ran: `index,count,name`; it may have several names."""
    index, _, named = rest.partition(",")
    return _add_call(read_count(named.partition(",")[0]), begins.get(f"#{index.strip()}"), calls)


def _add_call(count: int | None, line: int | None, calls: dict[int, int]) -> bool:
    if count is not None and line is not None:
        calls[line] = max(calls.get(line, 0), count)
    # A function whose begin is not told is none of the file's; only a count that is no number is a fault.
    return count is not None
