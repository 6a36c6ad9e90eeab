"""Production coverage in lcov's tracefile format (geninfo(1), section FILES), which most coverage viewers read.

One record per file: FN and FNDA for each function, DA for every line from its first to its last. Logs tell executions
of functions, not of lines or branches, so all lines of a function have its count and there is no BRDA; the test name
says so. Lines outside handlers are not listed: nothing is known of them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

# A test name may hold letters, digits and underscores only.
TEST_NAME = "production_executions_per_function"
# The format has no escapes: a line end inside a value would begin a row of its own.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class FunctionExecutions:
    """A function, its lines (from 1, both ends included), and how often it was executed."""

    code_file_path: str
    code_function_name: str
    code_line_number: int
    code_end_line_number: int
    execution_count: int


def write_lcov(functions: Iterable[FunctionExecutions]) -> bytes:
    """Return the tracefile, files and functions in order; without a function it is empty."""
    rows = [row for path, own in group_by_file(functions).items() for row in _record(path, own)]
    return "".join(f"{row}\n" for row in rows).encode("utf-8", "replace")


def group_by_file(functions: Iterable[FunctionExecutions]) -> Mapping[str, Sequence[FunctionExecutions]]:
    """Return functions by file, both in order; of two with the same lines and name one, with both their executions."""
    totals: dict[tuple[str, int, int, str], int] = defaultdict(int)
    for each in functions:
        last = max(each.code_end_line_number, each.code_line_number)
        totals[each.code_file_path, each.code_line_number, -last, each.code_function_name] += each.execution_count
    grouped: dict[str, list[FunctionExecutions]] = defaultdict(list)
    for (path, first, last, name), count in sorted(totals.items()):
        grouped[path].append(FunctionExecutions(path, name, first, -last, count))
    return grouped


def count_lines(functions: Sequence[FunctionExecutions]) -> dict[int, int]:
    """Return executions by line for the functions of one file; of nested functions the innermost counts."""
    counts: dict[int, int] = {}
    # Widest first, so that what lies inside overwrites what lies around it.
    for each in sorted(functions, key=lambda one: one.code_line_number - one.code_end_line_number):
        span = range(each.code_line_number, each.code_end_line_number + 1)
        counts |= dict.fromkeys(span, each.execution_count)
    return dict(sorted(counts.items()))


def _record(path: str, functions: Sequence[FunctionExecutions]) -> Iterator[str]:
    names = _distinct_names(functions)
    lines = count_lines(functions)
    yield f"TN:{TEST_NAME}"
    yield f"SF:{_plain(path)}"
    for name, function in zip(names, functions, strict=True):
        yield f"FN:{function.code_line_number},{name}"
    for name, function in zip(names, functions, strict=True):
        yield f"FNDA:{function.execution_count},{name}"
    yield f"FNF:{len(functions)}"
    yield f"FNH:{sum(function.execution_count > 0 for function in functions)}"
    for line, count in lines.items():
        yield f"DA:{line},{count}"
    yield f"LF:{len(lines)}"
    yield f"LH:{sum(count > 0 for count in lines.values())}"
    yield "end_of_record"


def _distinct_names(functions: Sequence[FunctionExecutions]) -> list[str]:
    """Return the names, those that occur twice in the file with their line: FNDA knows functions by name alone."""
    names = [_plain(function.code_function_name).replace(",", ";") for function in functions]
    return [
        f"{name}:{function.code_line_number}" if names.count(name) > 1 else name
        for name, function in zip(names, functions, strict=True)
    ]


def _plain(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()
