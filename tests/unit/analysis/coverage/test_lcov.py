"""Production coverage as lcov: what viewers read, and what our own reader reads back."""

from hypothesis import given
from hypothesis import strategies as st

from orchestration.analysis.coverage.lcov import FunctionExecutions, count_lines, write_lcov
from orchestration.code_scan.coverage_reports import parse_coverage

NAMES = st.text(min_size=1, max_size=12)
FUNCTIONS = st.builds(
    lambda name, first, length, count: FunctionExecutions("src/a.ts", name, first, first + length, count),
    NAMES,
    st.integers(1, 60),
    st.integers(0, 30),
    st.integers(0, 1000),
)


def rows_of(content: bytes) -> list[str]:
    return content.decode().splitlines()


def test_a_function_gives_its_count_to_each_of_its_lines() -> None:
    content = write_lcov([FunctionExecutions("src/cart.ts", "addLine", 3, 5, 7)])
    assert rows_of(content) == [
        "TN:production_executions_per_function", "SF:src/cart.ts", "FN:3,addLine", "FNDA:7,addLine", "FNF:1", "FNH:1",
        "DA:3,7", "DA:4,7", "DA:5,7", "LF:3", "LH:3", "end_of_record",
    ]  # fmt: skip


def test_a_function_that_never_ran_is_listed_with_zero() -> None:
    rows = rows_of(write_lcov([FunctionExecutions("a.ts", "f", 1, 2, 0)]))
    assert {"FNDA:0,f", "FNH:0", "DA:1,0", "DA:2,0", "LH:0"} <= set(rows)


def test_a_function_inside_another_one_keeps_its_own_count() -> None:
    outer, inner = FunctionExecutions("a.ts", "outer", 1, 5, 9), FunctionExecutions("a.ts", "inner", 2, 3, 0)
    assert count_lines([inner, outer]) == {1: 9, 2: 0, 3: 0, 4: 9, 5: 9}


def test_two_functions_of_one_name_are_told_apart() -> None:
    twins = [FunctionExecutions("a.ts", "notify", 1, 1, 4), FunctionExecutions("a.ts", "notify", 9, 9, 0)]
    rows = rows_of(write_lcov(twins))
    assert {"FNDA:4,notify:1", "FNDA:0,notify:9"} <= set(rows)


def test_files_are_in_order_whatever_order_they_come_in() -> None:
    functions = [FunctionExecutions(path, "f", 1, 1, 1) for path in ("b.ts", "a.ts")]
    assert write_lcov(functions) == write_lcov(functions[::-1])
    assert [row for row in rows_of(write_lcov(functions)) if row.startswith("SF:")] == ["SF:a.ts", "SF:b.ts"]


def test_a_name_cannot_begin_a_row_of_its_own() -> None:
    rows = rows_of(write_lcov([FunctionExecutions("a\nend_of_record.ts", "f\r\nDA:9,9\x85SF:b", 1, 1, 1)]))
    assert rows.count("end_of_record") == 1
    assert not any(row.startswith(("DA:9", "SF:b")) for row in rows)


def test_nothing_declared_is_an_empty_file() -> None:
    assert write_lcov([]) == b""


@given(st.lists(FUNCTIONS, max_size=8))
def test_our_own_reader_reads_back_what_was_written(functions: list[FunctionExecutions]) -> None:
    report = parse_coverage(write_lcov(functions))
    if not functions:
        assert report.kind is None
        return
    spans = [(range(each.code_line_number, each.code_end_line_number + 1), each) for each in functions]
    lines = report.files["src/a.ts"]
    assert report.kind == "lcov"
    assert report.problem is None
    assert lines.executable == {line for span, _ in spans for line in span}
    ran = {line for span, each in spans if each.execution_count for line in span}
    assert lines.covered <= ran
