"""What was given to judge by: sessions, declarations, code, tests. Where there is none, a page claims nothing.

"Every declared beat ran" is true of no beats at all. A sentence of this kind goes through `claim` with what it needs.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from orchestration.warehouse import load_rows

Need = Literal["sessions", "sequences", "beats", "topics", "files", "tests", "handlers", "used_handlers", "flows"]

_COUNTS = """
select (select count(*) from marts.dim_sessions) as sessions,
       (select count(*) from marts.fct_flows) as flows,
       (select count(*) from marts.dim_sequences) as sequences,
       (select count(*) from marts.dim_beats) as beats,
       (select count(*) from marts.dim_topics where is_in_manifest or route_count > 0 or sequence_count > 0) as topics,
       (select count(*) from marts.dim_source_files) as files,
       (select count(*) from marts.dim_tests) as tests,
       (select count(*) from reports.rpt_handler_coverage) as handlers,
       (select count(*) from reports.rpt_handler_coverage where is_used) as used_handlers,
       (select count(*) from reports.rpt_handler_coverage where executable_line_count > 0) as measured_handlers
"""
_MISSING: dict[Need, str] = {
    "sessions": "No session was read, so there is nothing to judge by.",
    "flows": "No flow was seen in the logs.",
    "sequences": "No sequence is declared: name declarations with --sequences.",
    "beats": "No beat is declared: name declarations with --sequences.",
    "topics": "No topic is declared: name declarations with --sequences.",
    "files": "No source code was given: name it with --code.",
    "tests": "No test was found: name the folders of tests with --code.",
    "handlers": "No handler is declared and none was seen.",
    "used_handlers": "No handler was seen in the logs.",
}


@dataclass(frozen=True, slots=True)
class Given:
    """How many there are of each."""

    sessions: int
    flows: int
    sequences: int
    beats: int
    topics: int
    files: int
    tests: int
    handlers: int
    used_handlers: int
    measured_handlers: int

    @property
    def is_tested_known(self) -> bool:
        """Tell whether anything given says which code is tested: tests, or a report that knows a handler."""
        return bool(self.tests or self.measured_handlers)

    def claim(self, sentence: str, *needs: Need) -> str:
        """Return a sentence about all of something, or what is missing to say it; code is missing before its tests."""
        for need in (*(("files",) if "tests" in needs else ()), *needs):
            if not getattr(self, need):
                return _MISSING[need]
        return sentence


def load_given(warehouse: Path) -> Given:
    """Count what the warehouse was built from."""
    return Given(**load_rows(warehouse, _COUNTS)[0])
