"""Export production coverage as an lcov tracefile, for coverage viewers and editors.

Reads the warehouse and gives bytes; where they are written belongs to the command. The format itself is
`orchestration.analysis.coverage.lcov`, which the site writes too.
"""

from pathlib import Path

from orchestration.analysis.coverage.lcov import write_lcov
from orchestration.analysis.performance.function_executions import load_function_executions


def export_lcov(warehouse: Path) -> bytes:
    """Return the executions of every declared handler's function in production, as an lcov tracefile."""
    return write_lcov(load_function_executions(warehouse))
