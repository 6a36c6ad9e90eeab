"""The traceability report: for each handler the titles of the tests that reach it (reports.rpt_handler_tests)."""

from collections import Counter
from collections.abc import Iterable

from orchestration.domain.amounts import counted
from orchestration.domain.languages import language_words, words_of_tests
from orchestration.exports.markdown import escape_markdown, show_value
from orchestration.exports.reports.report import Report, facts, heading, load_window, place, read_rows, section
from orchestration.warehouse import Connection, Row

_HANDLERS = """
select handler_id, handler_name as name, plugin_name as plugin, code_file_path as "sourceFile",
       code_line_number as "sourceLine"
from marts.dim_handlers where is_declared order by handler_name, plugin_name, handler_id
"""
_TESTS = """
select handler_id, test_id, test_title as title, suite_title as suite, test_file_path as file, code_line_number as line,
       evidence_kind as evidence, language, test_framework as framework, is_skipped as "isSkipped",
       last_status as "lastStatus"
from reports.rpt_handler_tests
order by handler_id, case evidence_kind when 'called_by_test' then 1 when 'imported_by_test' then 2 else 3 end,
         test_file_path, code_line_number, test_id
"""
# TSX is TypeScript to people.
_ALL = """
select case language when 'tsx' then 'typescript' else language end as language, test_framework as framework,
       count(*) as tests
from marts.dim_tests group by all order by all
"""
_EVIDENCE = {
    "called_by_test": "calls it",
    "imported_by_test": "its file imports it",
    "named_by_test": "its file names it",
}


def build_report(connection: Connection) -> Report:
    """Read the report, handlers by name; a test that reaches several handlers stands with each."""
    tests: dict[str, list[Row]] = {}
    reached: set[str] = set()
    for row in read_rows(connection, _TESTS):
        reached.add(row.pop("test_id"))
        tests.setdefault(row.pop("handler_id"), []).append(row)
    handlers = [
        row | {"testFiles": sorted({test["file"] for test in own}), "tests": own}
        for row in read_rows(connection, _HANDLERS)
        for own in [tests.get(row.pop("handler_id"), [])]
    ]
    return {
        "handlers": handlers,
        "summary": {
            "totalHandlers": len(handlers),
            "handlersWithTests": sum(bool(one["tests"]) for one in handlers),
            "handlersCalledByTests": sum(_is_called(one["tests"]) for one in handlers),
            "testsThatReachHandlers": len(reached),
            "tests": read_rows(connection, _ALL),
        },
        "window": load_window(connection),
    }


def _is_called(tests: Iterable[Row]) -> bool:
    return any(test["evidence"] == "called_by_test" for test in tests)


def write_markdown(report: Report) -> str:
    """Return the report for people: a section per handler with the titles of its tests."""
    summary = report["summary"]
    words: dict[str, object] = {
        "Handlers": summary["totalHandlers"],
        "Handlers a test reaches": summary["handlersWithTests"],
        "Handlers a test calls in its own lines": summary["handlersCalledByTests"],
        "Tests that reach a handler": summary["testsThatReachHandlers"],
    }
    kinds = "; ".join(words_of_tests(row["tests"], row["language"], row["framework"]) for row in summary["tests"])
    words["Tests in the code"] = kinds or 0
    start = heading("Handlers and the tests that reach them", report["window"]) + section("Summary", facts(words))
    return start + "".join(map(_handler_section, report["handlers"]))


def _handler_section(handler: Row) -> str:
    tests = handler["tests"]
    lines = [
        f"- File: {show_value(place(handler['sourceFile'], handler['sourceLine']))}\n",
        f"- Plugin: {show_value(handler['plugin'])}\n",
        f"- Tests: {_test_counts(tests)}\n",
        "\n" if tests else "",
        *map(_test_line, tests),
    ]
    return section(handler["name"], "".join(lines))


def _test_counts(tests: list[Row]) -> str:
    """Say how many tests there are, by language, and how many of them call the handler in their own lines."""
    if not tests:
        return "none"
    kinds = Counter((language_words(test["language"]), test["framework"]) for test in tests)
    words = ", ".join(words_of_tests(count, *kind) for kind, count in kinds.most_common())
    calling = sum(test["evidence"] == "called_by_test" for test in tests)
    files = len({test["file"] for test in tests})
    return f"{escape_markdown(words)} in {counted(files, 'file')}; {counted(calling, 'calls', 'call')} it"


def _test_line(test: Row) -> str:
    title = f"{test['suite']} > {test['title']}" if test["suite"] else test["title"]
    notes = [_EVIDENCE[test["evidence"]], test["lastStatus"] or "", "skipped" if test["isSkipped"] else ""]
    known = "; ".join(dict.fromkeys(note for note in notes if note))
    return f"  - {escape_markdown(title)} ({escape_markdown(test['file'])}:{test['line']}; {known})\n"
