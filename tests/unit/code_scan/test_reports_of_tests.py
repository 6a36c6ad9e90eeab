"""Coverage and result reports: every format, foreign paths, broken files; which tests speak of which handler."""

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.code_scan.coverage_reports import parse_coverage
from orchestration.code_scan.path_match import PathMatcher
from orchestration.code_scan.test_results import parse_results
from tests.unit.code_scan.sources import rows, scan_tree, sequence, write_tree

LCOV = "TN:\nSF:src/a.ts\nDA:1,1\nDA:2,0\nDA:3,4\nend_of_record\n"
ISTANBUL = {
    "src/a.ts": {
        "path": "src/a.ts",
        "statementMap": {str(line): {"start": {"line": line, "column": 0}} for line in (1, 2, 3)},
        "s": {"1": 1, "2": 0, "3": 4},
    }
}
COBERTURA = """<?xml version="1.0"?><coverage><packages><package><classes><class filename="src/a.ts"><lines>
<line number="1" hits="1"/><line number="2" hits="0"/><line number="3" hits="4"/>
</lines></class></classes></package></packages></coverage>"""
COVERAGE_PY = {"meta": {}, "files": {"src/a.ts": {"executed_lines": [1, 3], "missing_lines": [2]}}}


@pytest.mark.parametrize("text", [LCOV, json.dumps(ISTANBUL), COBERTURA, json.dumps(COVERAGE_PY)])
def test_every_coverage_format_says_the_same(text: str) -> None:
    report = parse_coverage(text.encode())
    assert report.problem is None
    lines = report.files["src/a.ts"]
    assert (sorted(lines.executable), sorted(lines.covered)) == ([1, 2, 3], [1, 3])


def test_of_several_statements_on_a_line_one_that_ran_covers_it() -> None:
    entry: dict[str, Any] = {
        "statementMap": {"0": {"start": {"line": 1}}, "1": {"start": {"line": 1}}},
        "s": {"0": 2, "1": 0},
    }
    assert parse_coverage(json.dumps({"a.ts": entry}).encode()).files["a.ts"].covered == {1}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("{", "not valid JSON"),
        ("{}", "JSON, but no report"),
        ('{"files": []}', "JSON, but no report"),
        ("<coverage><class", "not valid XML"),
        ("<html></html>", "XML, but no report of a known kind: its root is <html>"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><coverage/>', "XML that defines entities is not read"),
        ("SF:a.ts\nDA:1,x\nend_of_record\n", "lcov: 1 line that cannot be read"),
        ("SF:a.ts\nDA:1,1\n", "lcov: ends in the middle of a record"),
    ],
)
def test_a_broken_report_is_a_problem_in_words(text: str, problem: str) -> None:
    assert (parse_coverage(text.encode()).problem or "").startswith(problem)


@pytest.mark.parametrize(
    ("foreign", "path"),
    [
        ("packages/a/src/index.ts", "packages/a/src/index.ts"),
        ("/home/ci/work/app/packages/a/src/index.ts", "packages/a/src/index.ts"),
        ("C:\\ci\\app\\packages\\b\\src\\index.ts", "packages/b/src/index.ts"),
        ("file:///ci/packages/b/src/index.ts", "packages/b/src/index.ts"),
        ("/app/src/only.ts", "packages/b/src/only.ts"),
        ("only.ts", "packages/b/src/only.ts"),
        ("./src/index.ts", None),
        ("/other/lib/only.ts", None),
        ("src/nowhere.ts", None),
        ("", None),
    ],
)
def test_a_foreign_path_means_the_file_that_ends_alike_or_none(foreign: str, path: str | None) -> None:
    files = ["packages/a/src/index.ts", "packages/b/src/index.ts", "packages/b/src/only.ts"]
    assert PathMatcher(files).match(foreign) == path


def test_results_are_read_from_junit_and_from_json() -> None:
    junit = """<testsuites><testsuite name="a"><testcase classname="a.spec.ts" name="one" time="0.5"/>
    <testcase classname="a.spec.ts" name="two"><failure message="boom&#10;at x"/></testcase>
    <testcase classname="a.spec.ts" name="three"><skipped/></testcase></testsuite></testsuites>"""
    found = parse_results(junit.encode())
    assert found is not None
    assert [(test.title, test.status, test.duration_ms, test.failure_message) for test in found.tests] == [
        ("one", "passed", 500.0, None),
        ("two", "failed", None, "boom"),
        ("three", "skipped", None, None),
    ]
    vitest = {
        "testResults": [
            {"name": "/x/a.spec.ts", "assertionResults": [{"fullName": "one", "status": "passed", "duration": 3}]}
        ]
    }
    report = parse_results(json.dumps(vitest).encode())
    assert report is not None
    (test,) = report.tests
    assert (test.places, test.title, test.status, test.duration_ms) == (("/x/a.spec.ts",), "one", "passed", 3.0)
    assert parse_results(LCOV.encode()) is None


CODE = {
    "packages/a/package.json": '{"name": "@x/a", "main": "dist/index.js"}',
    "packages/a/src/index.ts": "export { handlers } from './go';\n",
    "packages/a/src/go.ts": "export const go = () => {\n  one();\n  two();\n};\n"
    "export const handlers = { go, stop() {} };\n",
    "packages/a/play.json": sequence("play", "go", "stop"),
    "packages/a/__tests__/direct.spec.ts": "import { go } from '../src/go';\nit('goes', () => go());\n",
    "packages/a/__tests__/object.spec.ts": "import { handlers } from '../src/index';\n"
    "it('goes', () => handlers.go());\n",
    "packages/a/__tests__/named.spec.ts": "it('stop is told', () => expect(calls).toContain('stop'));\n",
    "tests/by_package.spec.ts": "import { handlers } from '@x/a';\nit('goes', () => handlers.stop());\n",
    "tests/stranger.spec.ts": "it('stops', () => stop());\n",
}


def test_a_test_speaks_of_a_handler_by_importing_or_naming_it(tmp_path: Path) -> None:
    scan_tree(write_tree(tmp_path / "code", CODE), tmp_path)
    found = {(row["handler_name"], row["test_file_path"]): row["evidence"] for row in rows(tmp_path, "handler_tests")}
    assert found == {
        ("go", "packages/a/__tests__/direct.spec.ts"): "imports",
        ("go", "packages/a/__tests__/object.spec.ts"): "imports",
        ("stop", "packages/a/__tests__/named.spec.ts"): "names",
        ("stop", "tests/by_package.spec.ts"): "imports",
    }


def test_covered_lines_of_a_handler_are_those_inside_its_function(tmp_path: Path) -> None:
    best = "SF:/ci/app/packages/a/src/go.ts\nDA:1,1\nDA:2,1\nDA:3,0\nDA:5,1\nend_of_record\n"
    # A run that never loaded the file counts every line of it as executable.
    idle = "SF:packages/a/src/go.ts\n" + "".join(f"DA:{line},0\n" for line in range(1, 6)) + "end_of_record\n"
    reports = write_tree(tmp_path / "reports", {"best.info": best, "idle.info": idle, "bad.info": "SF:x\n"})
    report = scan_tree(write_tree(tmp_path / "code", CODE), tmp_path, coverage=[reports])
    found = {row["handler_name"]: row for row in rows(tmp_path, "handler_coverage")}
    go = found["go"]
    assert (go["covered_line_count"], go["executable_line_count"], go["coverage_file_path"]) == (
        2,
        3,
        "reports/best.info",
    )
    assert "reports/bad.info" in {problem.path for problem in report.problems}
    assert {(row["input_kind"], row["input_path"]) for row in rows(tmp_path, "scan_problems")} >= {
        ("report", "reports/bad.info")
    }
    assert not any(row["problem"] for row in rows(tmp_path, "source_files"))
    symbols = {row["code_function_name"]: row for row in rows(tmp_path, "code_symbols")}
    lines = [(symbols[name]["covered_line_count"], symbols[name]["executable_line_count"]) for name in ("go", "stop")]
    # Both begin and end where reports speak of lines; `stop` lies on one line, which ran.
    assert lines == [(2, 3), (1, 1)]


def test_a_test_knows_its_lines_and_a_test_file_its_framework(tmp_path: Path) -> None:
    files = {
        "a/one.test.ts": "import { it } from 'vitest';\nit('goes',\n  () => {\n});\nit('stops', () => 1);\n",
        "a/two.spec.ts": "it('says nothing of its framework', () => 1);\n",
        "a/three.cy.ts": "it('clicks', () => 1);\n",
        "b/FourTests.cs": "using Xunit;\nclass FourTests {\n  [Fact]\n  public void Adds() {\n  }\n}\n",
        "c/test_five.py": "import pytest\ndef test_adds():\n    assert 1\n",
        "d/plain.ts": "import { it } from 'somewhere';\nexport const x = () => 1;\n",
    }
    scan_tree(write_tree(tmp_path / "code", files), tmp_path)
    spans = {
        row["test_title"]: (row["code_line_number"], row["code_end_line_number"])
        for row in rows(tmp_path, "code_tests")
    }
    assert spans["goes"] == (2, 4)
    assert spans["stops"] == (5, 5)
    assert spans["Adds"] == (3, 5)
    assert spans["test_adds"] == (2, 3)
    frameworks = {row["code_file_path"]: row["test_framework"] for row in rows(tmp_path, "source_files")}
    assert frameworks == {
        "a/one.test.ts": "Vitest", "a/two.spec.ts": None, "a/three.cy.ts": "Cypress", "b/FourTests.cs": "xUnit",
        "c/test_five.py": "pytest", "d/plain.ts": None,
    }  # fmt: skip
