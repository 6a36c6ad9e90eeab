"""A function that tests load and never call is not covered, whatever its declaring line says."""

import json

import pytest

from orchestration.code_scan.coverage_reports import parse_coverage

LCOV = b"""SF:src/a.ts
FN:1,loaded
FN:5,9,called
FNDA:0,loaded
FNDA:3,called
DA:1,1
DA:2,0
DA:5,1
DA:6,3
end_of_record
"""

ISTANBUL = json.dumps(
    {
        "src/a.ts": {
            "path": "src/a.ts",
            "statementMap": {"0": {"start": {"line": 1}}, "1": {"start": {"line": 2}}, "2": {"start": {"line": 6}}},
            "s": {"0": 1, "1": 0, "2": 3},
            "fnMap": {"0": {"decl": {"start": {"line": 1}}}, "1": {"decl": {"start": {"line": 5}}}},
            "f": {"0": 0, "1": 3},
        }
    }
).encode()


@pytest.mark.parametrize("report", [LCOV, ISTANBUL], ids=["lcov", "istanbul"])
def test_functions_are_told_by_their_calls_and_not_by_their_first_line(report: bytes) -> None:
    lines = parse_coverage(report).files["src/a.ts"]
    assert lines.uncalled == {1}
    assert lines.called == {5}
    assert 1 in lines.covered


def test_a_report_that_counts_no_calls_judges_none() -> None:
    lines = parse_coverage(b"SF:src/a.ts\nDA:1,1\nend_of_record\n").files["src/a.ts"]
    assert (lines.called, lines.uncalled) == (frozenset(), frozenset())
