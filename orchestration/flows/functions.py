"""How often production ran each function behind a beat.

Logs speak of handlers, so a function is the finest grain. What that says of each line, and lcov's format, is
orchestration/analysis/coverage/lcov.py.
"""

from orchestration.analysis.coverage.lcov import FunctionExecutions
from orchestration.warehouse import Connection, fetch_tuples

_FUNCTIONS = """
select code_file_path, code_function_name, code_line_number, code_end_line_number, execution_count
from reports.rpt_coverage_functions
order by code_file_path, code_line_number, code_end_line_number desc, code_function_name
"""


def load_function_executions(connection: Connection) -> list[FunctionExecutions]:
    """Read the functions of the declared handlers, never executed ones with 0."""
    return [FunctionExecutions(*row) for row in fetch_tuples(connection, _FUNCTIONS)]
