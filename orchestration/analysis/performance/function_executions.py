"""How often production ran each function behind a beat, and what that says of each line of a file.

Logs speak of handlers, so a function is the finest grain: all its lines have the count of the function. What a file
format makes of it belongs to `lcov` (here, because the site and the exports both write it).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

_FUNCTIONS = """
select code_file_path, code_function_name, code_line_number, code_end_line_number, execution_count
from reports.rpt_coverage_functions
order by code_file_path, code_line_number, code_end_line_number desc, code_function_name
"""


@dataclass(frozen=True, slots=True)
class FunctionExecutions:
    """A function, its lines (from 1, both ends included), and how often it was executed."""

    code_file_path: str
    code_function_name: str
    code_line_number: int
    code_end_line_number: int
    execution_count: int


def load_function_executions(warehouse: Path) -> list[FunctionExecutions]:
    """Read the functions of the warehouse's declared handlers, never executed ones with 0."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return [FunctionExecutions(*row) for row in connection.execute(_FUNCTIONS).fetchall()]


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
