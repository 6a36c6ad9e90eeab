"""Reports as tools really write them: one bad byte costs one record, and what is not used is told with the reason."""

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from orchestration.code_scan.coverage_reports import CoverageReport, parse_coverage
from orchestration.code_scan.report_numbers import read_count, read_number
from orchestration.code_scan.test_results import ResultReport, parse_results
from tests.unit.code_scan.sources import rows, scan_tree, sequence, write_tree

TEST_COUNT = 9


def results_of(content: bytes) -> ResultReport:
    report = parse_results(content)
    assert report is not None
    return report


def lines_of(report: CoverageReport) -> dict[str, tuple[list[int], list[int]]]:
    return {path: (sorted(lines.executable), sorted(lines.covered)) for path, lines in report.files.items()}


def junit(broken: str = "", at: int = 4, suite: str = 'name="cart"') -> str:
    tests = [
        f'<testcase classname="src/cart.test.ts" name="test {number}" time="0.1"/>' for number in range(TEST_COUNT)
    ]
    tests[at] = broken or tests[at]
    return f'<?xml version="1.0"?>\n<testsuites><testsuite {suite}>{"".join(tests)}</testsuite></testsuites>'


def failing(text: str) -> str:
    return (
        f'<testcase classname="src/cart.test.ts" name="test 4"><failure message="it broke">{text}</failure></testcase>'
    )


@pytest.mark.parametrize(
    "text",
    [
        "<![CDATA[\x1b[31mred\x1b[0m]]>", "<![CDATA[\x00\x08\x0b]]>", "&#27;[1mbold&#x1B;[0m", "&#0;", "&#xD800;",
        "&#1114112;", "\ufffe", "\x01",
    ],
)  # fmt: skip
def test_a_character_xml_forbids_costs_no_test_and_is_told_once(text: str) -> None:
    report = results_of(junit(failing(text)).encode())
    assert [test.title for test in report.tests] == [f"test {number}" for number in range(TEST_COUNT)]
    assert [test.status for test in report.tests].count("failed") == 1
    (problem,) = report.problems
    assert "that XML does not allow" in problem


@pytest.mark.parametrize(
    "broken",
    [
        failing("a < b & c"),
        failing("<![CDATA[one ]]> two < three ]]>"),
        failing("&nbsp;"),
        '<testcase name="a "quoted" name"/>',
        '<testcase name="a < b"></testcase>',
        '<testcase name="not closed">',
        '<testcase name="test 4"><failure></testcase>',
        '<testcase name="twice" name="twice"/>',
        "<testcase name=bare/>",
        '<x:testcase name="of no namespace"/>',
    ],
)
def test_a_record_that_is_no_xml_costs_itself_only(broken: str) -> None:
    report = results_of(junit(broken).encode())
    assert [test.title for test in report.tests if test.title != "test 4"] == [
        f"test {number}" for number in range(TEST_COUNT) if number != 4
    ]
    (problem,) = report.problems
    assert problem.startswith("not valid XML: ")
    assert "left out 1 record that cannot be read" in problem
    assert {test.places for test in report.tests} == {("src/cart.test.ts", "cart")}


@pytest.mark.parametrize(
    ("encode", "told"),
    [
        (lambda text: text.encode(), 0),
        (lambda text: b"\xef\xbb\xbf" + text.encode(), 0),
        (lambda text: text.replace("?>", ' encoding="ISO-8859-1"?>').encode("latin-1"), 0),
        (lambda text: text.replace("?>", " encoding='windows-1252'?>").encode("cp1252"), 0),
        (lambda text: text.replace("?>", ' encoding="UTF-16"?>').encode("utf-16"), 0),
        (lambda text: text.replace("?>", ' encoding="utf-16"?>').encode(), 0),
        (lambda text: text.encode("utf-16-le"), 0),
        (lambda text: text.encode("utf-32"), 0),
        (lambda text: text.encode("latin-1"), 1),
        (lambda text: text.replace("?>", ' encoding="no-such-thing"?>').encode(), 0),
        (lambda text: text.replace("?>", ' encoding="hex"?>').encode(), 0),
        (lambda text: text.replace("?>", ' encoding="UTF-8"?>').encode("latin-1"), 1),
    ],
)
def test_a_report_is_read_in_every_encoding_declared_or_not(encode: Any, told: int) -> None:
    broken = '<testcase classname="src/cart.test.ts" name="gr\xfc\xdft"/>'
    report = results_of(encode(junit(broken)))
    titles = [test.title for test in report.tests]
    assert len(titles) == TEST_COUNT
    assert titles[4] == "gr\xfc\xdft" or (told and titles[4].startswith("gr"))
    assert len(report.problems) == told


def test_the_file_is_that_of_the_test_or_its_suite_or_is_told_by_names() -> None:
    text = """<testsuites><testsuite name="outer" file="src/a.test.ts">
    <testcase classname="a b" name="1"/><testcase classname="a b" name="2" file="src/b.test.ts"/></testsuite>
    <testsuite name="src/c.test.ts"><testcase classname="some words" name="3"/></testsuite>
    <testsuite name="pytest"><testcase classname="tests.cart.test_sum.TestSum" name="4"/></testsuite></testsuites>"""
    places = [test.places for test in results_of(text.encode()).tests]
    assert [names[0] for names in places] == [
        "src/a.test.ts",
        "src/b.test.ts",
        "some words",
        "tests.cart.test_sum.TestSum",
    ]
    assert "src/c.test.ts" in places[2]
    assert "tests/cart/test_sum.py" in places[3]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1.5", 1.5), ("1,5", 1.5), ("0,123", 0.123), ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1,234,567", 1234567),
        ("1e3", 1000), (".5", 0.5), ("NaN", None), ("Infinity", None), ("-inf", None), ("1e999", None), ("", None),
        ("12s", None), ("1_000", None), ("9" * 500, None), (float("nan"), None), (10**400, None),
        (True, None), (None, None),
    ],
)  # fmt: skip
def test_a_number_is_read_as_its_tool_meant_it_or_is_none(written: Any, number: float | None) -> None:
    assert read_number(written) == number


@pytest.mark.parametrize(
    ("written", "count"),
    [("2", 2), ("1.0", 1), ("1,000", 1000), ("-1", -1), ("4294967296", 1 << 32), ("x", None), ("1e300", None)],
)
def test_a_count_is_a_whole_number_however_it_is_written(written: Any, count: int | None) -> None:
    assert read_count(written) == count


def test_a_time_that_is_none_costs_the_time_only() -> None:
    times = ["NaN", "-3", "1,234.5", "soon", "1e400"]
    cases = "".join(f'<testcase name="{time}" time="{time}"/>' for time in times)
    found = results_of(f"<testsuite>{cases}</testsuite>".encode())
    assert [test.duration_ms for test in found.tests] == [None, None, 1_234_500.0, None, None]
    values = "NaN, -Infinity, 1e999, 5, null".split(", ")
    tests = ", ".join(f'{{"title": "{value}", "status": "passed", "duration": {value}}}' for value in values)
    text = f'{{"testResults": [{{"name": "a.test.ts", "assertionResults": [{tests}, 7, null]}}, 3]}}'
    assert [test.duration_ms for test in results_of(text.encode()).tests] == [None, None, None, 5.0, None]


COMMENT = {
    "lcov": "# made by a tool that says much\n" * 9000 + "SF:src/a.ts\nDA:1,1\nend_of_record\n",
    "cobertura": f'<?xml version="1.0"?><!--{"says much " * 30_000}-->\n<coverage><packages><package><classes>'
    '<class filename="src/a.ts"><lines><line number="1" hits="1"/></lines></class></classes></package></packages>'
    "</coverage>",
}


@pytest.mark.parametrize("kind", COMMENT)
def test_what_a_report_is_is_told_by_its_first_record_however_late_it_comes(kind: str) -> None:
    report = parse_coverage(COMMENT[kind].encode())
    assert (report.kind, report.problem, lines_of(report)) == (kind, None, {"src/a.ts": ([1], [1])})
    junit_late = f"<!--{'x' * 300_000}-->" + junit().partition("?>")[2]
    assert len(results_of(junit_late.encode()).tests) == TEST_COUNT


def test_functions_of_lcov_2_2_are_those_of_older_versions() -> None:
    lines = "DA:1,4\nDA:2,4\nDA:4,1\nDA:5,0\nend_of_record\n"
    old = parse_coverage(f"SF:a.ts\nFN:1,h1\nFN:4,h2\nFNDA:4,h1\nFNDA:0,h2\n{lines}".encode())
    new = parse_coverage(f"SF:a.ts\nFNL:0,1,3\nFNA:0,4,h1\nFNL:1,4,7\nFNA:1,0,h2\nFNA:1,0,also h2\n{lines}".encode())
    assert new == old
    assert (old.files["a.ts"].called, old.files["a.ts"].uncalled) == ({1}, {4})


def cobertura(*lines: str, sources: tuple[str, ...] = (), name: str = "src/a.ts") -> bytes:
    told = "".join(f"<source>{source}</source>" for source in sources)
    return (
        f'<coverage><sources>{told}</sources><packages><package name="p"><classes><class name="x" filename="{name}">'
        f"<lines>{''.join(lines)}</lines></class></classes></package></packages></coverage>"
    ).encode()


def test_counts_that_are_negative_or_no_numbers_are_told_and_not_dropped() -> None:
    written = [f'<line number="{number}" hits="{hits}"/>' for number, hits in enumerate(["2", "-1", "1.0", "many"], 1)]
    report = parse_coverage(cobertura(*written))
    assert lines_of(report) == {"src/a.ts": ([1, 2, 3], [1, 3])}
    assert report.problems == (
        "cobertura: 1 line that cannot be read",
        "cobertura: 1 count below zero, taken for none",
    )
    lcov = parse_coverage(b"SF:src/a.ts\nDA:1,2\nDA:2,-1\nDA:3,1.0\nDA:4,many\nend_of_record\n")
    assert lines_of(lcov) == lines_of(report)
    assert [problem.removeprefix("lcov") for problem in lcov.problems] == [
        problem.removeprefix("cobertura") for problem in report.problems
    ]


JACOCO = """<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report name="shop"><group name="g">
<package name="org/shop"><class name="org/shop/Cart" sourcefilename="Cart.java"><method name="add" line="3"/></class>
<sourcefile name="Cart.java"><line nr="3" mi="0" ci="2"/><line nr="4" mi="1" ci="0"/><line nr="5" mi="1" ci="1"/>
</sourcefile></package></group></report>"""
CLOVER = """<coverage generated="1"><project><package name="p"><file name="a.ts" path="/app/src/a.ts">
<class name="A"><metrics/></class>
<line num="3" count="2" type="method"/><line num="4" count="0" type="stmt"/><line num="5" count="1" type="cond"/>
<line num="9" count="0" type="method"/></file></package></project></coverage>"""


def test_jacoco_and_clover_are_read() -> None:
    jacoco, clover = parse_coverage(JACOCO.encode()), parse_coverage(CLOVER.encode())
    assert (jacoco.kind, lines_of(jacoco)) == ("jacoco", {"org/shop/Cart.java": ([3, 4, 5], [3, 5])})
    assert (clover.kind, lines_of(clover)) == ("clover", {"/app/src/a.ts": ([3, 4, 5, 9], [3, 5])})
    assert (clover.files["/app/src/a.ts"].called, clover.files["/app/src/a.ts"].uncalled) == ({3}, {9})
    assert jacoco.problems == clover.problems == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<CoverageSession/>", "OpenCover or AltCover: a format that is not read"),
        ('<TestRun id="1"/>', "a Visual Studio test result (TRX): a format that is not read"),
        ('<coverage><file path="a"><lineToCover covered="true"/></file></coverage>', "SonarQube's generic coverage"),
        ("mode: set\nshop/cart.go:3.2,5.3 1 1\n", "a coverage profile of Go: a format that is not read"),
        ('{"result": [{"scriptId": "1"}]}', "raw coverage of V8: a format that is not read"),
        ("[1, 2]", "not a report of a known kind"),
        ("\x00\x01\x02", "not a report of a known kind"),
    ],
)  # fmt: skip
def test_a_format_that_is_not_read_is_named(text: str, words: str) -> None:
    report = parse_coverage(text.encode())
    assert not any(lines.executable for lines in report.files.values())
    assert (report.problem or "").startswith(words)


def bomb(encoding: str) -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 100}">' for n in range(9))
    text = f"<!DOCTYPE t [<!-- ]> --> {entities}]><testsuites><testcase name='a'>&e8;</testcase></testsuites>"
    return text.encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "utf-8-sig"])
def test_entities_are_never_expanded(encoding: str) -> None:
    assert parse_results(bomb(encoding)) is None
    assert parse_coverage(bomb(encoding)).problem == "XML that defines entities is not read"
    said = results_of(junit(failing("<![CDATA[<!ENTITY a 'b'>]]>")).encode())
    assert (len(said.tests), said.problems) == (TEST_COUNT, ())


CODE = {
    "api/pkg/util.py": "def h1(data):\n    return 1\n",
    "lib/pkg/util.py": "def h2(data):\n    return 2\n",
    "lib/pkg/only.py": "def h3(data):\n    return 3\n",
    "lib/test_util.py": "def test_it():\n    assert 1\n",
    "play.json": sequence("play", "h1", "h2", "h3"),
}


def covered(home: Path) -> dict[str, int]:
    return {row["code_file_path"]: row["covered_line_count"] for row in rows(home, "file_coverage")}


def told(home: Path) -> dict[str, str]:
    return {row["input_path"]: row["problem"] for row in rows(home, "scan_problems") if row["input_kind"] == "report"}


ONE_LINE = '<line number="1" hits="1"/>'


@pytest.mark.parametrize(
    ("sources", "name", "files"),
    [
        (("/ci/w/lib",), "pkg/util.py", {"lib/pkg/util.py"}),
        (("/ci/w/api",), "pkg/util.py", {"api/pkg/util.py"}),
        (("/ci/w/api", "/ci/w/lib"), "pkg/util.py", {"api/pkg/util.py", "lib/pkg/util.py"}),
        (("/ci/w/api", "/ci/w/lib"), "pkg/only.py", {"lib/pkg/only.py"}),
        (("C:\\ci\\w\\lib\\",), "pkg\\util.py", {"lib/pkg/util.py"}),
        ((".",), "lib/pkg/util.py", {"lib/pkg/util.py"}),
        (("/nowhere",), "/ci/w/api/pkg/util.py", {"api/pkg/util.py"}),
        (("/nowhere",), "pkg/util.py", set()),
        ((), "pkg/util.py", set()),
        (("",), "other/gone.py", set()),
    ],
)
def test_a_file_is_found_below_the_source_that_holds_it(
    tmp_path: Path, sources: tuple[str, ...], name: str, files: set[str]
) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "coverage.xml").write_bytes(cobertura(ONE_LINE, sources=sources, name=name))
    scan_tree(write_tree(tmp_path / "code", CODE), tmp_path, coverage=[reports])
    assert set(covered(tmp_path)) == files
    assert bool(told(tmp_path)) == (len(files) != 1)


def test_a_report_that_lies_in_a_package_means_that_packages_files(tmp_path: Path) -> None:
    inside = {"lib/coverage/lcov.info": "SF:pkg/util.py\nDA:1,1\nend_of_record\n"}
    code = write_tree(tmp_path / "code", CODE | inside)
    scan_tree(code, tmp_path, coverage=[code / "lib/coverage/lcov.info"])
    assert covered(tmp_path) == {"lib/pkg/util.py": 1}


def test_what_a_report_has_not_in_common_with_the_code_is_told_with_the_reason(tmp_path: Path) -> None:
    elsewhere = [f"/build/agent7/work/shop/part{number}.py" for number in range(3)]
    records = "".join(f"SF:{path}\nDA:1,1\nend_of_record\n" for path in [*elsewhere, "pkg/util.py"])
    reports = write_tree(tmp_path / "reports", {"lcov.info": records, "TEST-x.xml": junit()})
    scan_tree(write_tree(tmp_path / "code", CODE), tmp_path, coverage=[reports])
    assert told(tmp_path) == {
        "reports/lcov.info": "all of its 4 files are not in the scanned code: no file here has the path of "
        "/build/agent7/work/shop/part0.py, /build/agent7/work/shop/part1.py and 1 more; all are below "
        "/build/agent7/work/shop, and no folder here ends like it; several files here end alike with pkg/util.py",
        "reports/TEST-x.xml": "its only test file is not in the scanned code: no file here has the path of "
        "src/cart.test.ts",
    }
    assert [row["test_file_path"] for row in rows(tmp_path, "test_results")] == [None] * TEST_COUNT


def test_of_a_folder_files_are_looked_at_by_content(tmp_path: Path) -> None:
    result = '<testsuite name="lib.test_util"><testcase classname="lib.test_util" name="test_it"/></testsuite>'
    late = f"<?xml version='1.0'?>\n<!--{'-' * 99_998} -->{result}".replace("--- -->", "  -->").replace(
        "<!---", "<!-- "
    )
    vitest = {
        "testResults": [{"name": "lib/test_util.py", "assertionResults": [{"title": "test_it", "status": "passed"}]}]
    }
    files = {
        "TEST-lib.xml": result, "report.xml": result, "deep/results.xml": result, "results.json": json.dumps(vitest),
        "pom.xml": "<project/>", "package.json": "{}", "data.json": '{"a": 1}', "notes.txt": result, "broken.xml": "<",
        "old-coverage.xml": "<project/>", "node_modules/x/report.xml": result, "late.xml": late.replace("-", " "),
        "run.trx": "<TestRun/>",
    }  # fmt: skip
    reports = write_tree(tmp_path / "reports", files)
    os.mkfifo(reports / "lcov.info")
    scan_tree(write_tree(tmp_path / "code", CODE), tmp_path, coverage=[reports])
    found = {row["report_file_path"]: row["test_file_path"] for row in rows(tmp_path, "test_results")}
    assert found == dict.fromkeys(
        ["reports/TEST-lib.xml", "reports/report.xml", "reports/deep/results.xml", "reports/results.json"],
        "lib/test_util.py",
    )
    assert set(told(tmp_path)) == {"reports/old-coverage.xml", "reports/run.trx", "reports/lcov.info"}
    assert "a pipe, not a regular file" in told(tmp_path)["reports/lcov.info"]


SOUND = [
    junit(failing("<![CDATA[words]]>")).encode(),
    cobertura(*[ONE_LINE] * 5),
    JACOCO.encode(),
    CLOVER.encode(),
    b"TN:\nSF:a.ts\nFNL:0,1,2\nFNA:0,1,h\nDA:1,1\nDA:2,0\nend_of_record\n",
    b'{"a.ts": {"path": "a.ts", "statementMap": {"0": {"start": {"line": 2}}}, "s": {"0": 3}, "fnMap": {}, "f": {}}}',
    b'{"files": {"a.py": {"executed_lines": [1, 3], "missing_lines": [2]}}}',
    b'{"testResults": [{"name": "a.ts", "assertionResults": [{"title": "t", "status": "passed", "duration": 3}]}]}',
]


def test_no_mutation_of_a_report_is_an_error_and_one_byte_costs_one_test() -> None:
    chance = random.Random(11)
    seconds = 200 * int(os.environ.get("SIGHTLINE_TEST_MUTATIONS", "1"))
    for _ in range(seconds):
        content = bytearray(chance.choice(SOUND))
        for _ in range(chance.choice([1, 1, 2, 5])):
            at = chance.randrange(len(content))
            content[at : at + chance.choice([0, 1, 1, 9])] = bytes(
                chance.choices(range(256), k=chance.choice([0, 1, 1, 4]))
            )
        parse_results(bytes(content))
        parse_coverage(bytes(content))
    sound = junit().encode()
    first, last = sound.index(b"<testcase"), sound.index(b"</testsuite>")
    for _ in range(seconds):
        content = bytearray(sound)
        content[chance.randrange(first, last)] = chance.randrange(256)
        assert len(results_of(bytes(content)).tests) >= TEST_COUNT - 2


def test_a_hundred_thousand_broken_records_take_no_longer_than_sound_ones() -> None:
    broken = '<testcase name="a & b"><![CDATA[' * 20_000
    report = results_of(f"<testsuites>{broken}".encode())
    assert report.tests == ()
    many = results_of(f"<testsuites>{'<testcase name=bare/>' * 20_000}</testsuites>".encode())
    assert "left out 20,000 records" in many.problems[0]
