"""What a raw table and a column are, and the columns several tables share."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["string", "int64", "float64", "bool", "timestamp"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a raw table; `is_required` columns never hold null. Timestamps are UTC milliseconds."""

    name: str
    kind: Kind
    description: str
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A raw table: `description` says what one row is."""

    name: str
    description: str
    columns: tuple[Column, ...]


LOG_FILE_ID = Column("log_file_id", "string", "Given at first reading; stays when the log is moved.", True)
LOG_FILE_PATH = Column("log_file_path", "string", "Path of the log as shown to people, with /.", True)
LINE_NUMBER = Column("line_number", "int64", "Physical line in the (decompressed) log file, from 1.", True)

CODE_FILE_PATH = Column("code_file_path", "string", "File relative to the scanned root, with /.")
CODE_LINE_NUMBER = Column("code_line_number", "int64", "First line of the symbol, from 1.")

# Who set a budget differs, what a budget is does not.
BUDGET_COLUMNS = (
    Column("budget_number", "int64", "Place of the limit among those of its source, from 1.", True),
    Column("subject_kind", "string", "handler | beat | sequence | start_up.", True),
    Column("name_pattern", "string", "Glob of the names it holds for; * for all of the kind.", True),
    Column("statistic", "string", "median | p95 | p99 | max.", True),
    Column("limit_ms", "float64", "What the statistic may reach, in milliseconds.", True),
    Column("severity", "string", "critical | warning: how grave it is to be over it.", True),
)
