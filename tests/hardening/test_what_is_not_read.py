"""What a scan of code and declarations does not read is named with the reason, and what it reads past costs nothing."""

import json
import subprocess
from pathlib import Path

import polars as pl
import pytest

from orchestration.cli.app import run_command
from orchestration.code_scan.looking import look_at_code
from orchestration.code_scan.newer_syntax import parse_source
from orchestration.code_scan.options import ScanOptions, ScanReport
from orchestration.code_scan.reader import read_facts
from orchestration.code_scan.scan import scan_code
from orchestration.code_scan.unread_languages import words_of_unread
from tests.corpus import corpus_path
from tests.unit.log_ingest.log_lake import beat_log, write

OPTIONS = ScanOptions(worker_count=1)
FOREIGN = {
    "light.json": (
        '{"id": "light", "initial": "red", "states": {"red": {"on": {"T": "green"}}, "green": {}}}',
        "an XState machine",
    ),
    "nested.json": ('{"states": {"a": {"invoke": {"src": "x"}}}}', "an XState machine"),
    "pay.asl.json": (
        '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}',
        "an Amazon States Language machine",
    ),
    "flow.sw.json": ('{"specVersion": "0.8", "states": [{"name": "a"}]}', "a Serverless Workflow"),
    "n8n.json": ('{"nodes": [{"name": "a"}], "connections": {}}', "a graph of nodes and edges"),
    "api.json": ('{"openapi": "3.1.0", "paths": {}}', "an OpenAPI or AsyncAPI document"),
    "pay.bpmn": ('<definitions><process id="p"/></definitions>', "a BPMN diagram; write it as JSON"),
    "pay.scxml": ("<scxml/>", "an SCXML state chart; write it as JSON"),
    "pay.puml": ("@startuml\nA -> B\n@enduml", "a PlantUML diagram; write it as JSON"),
    "pay.yml": ("id: x\nmovements:\n  - id: m\n    beats: []\n", "a YAML file; write it as JSON"),
    "steps.toml": ("[[steps]]\nhandler = 'x'\nsteps = 1\n", "a TOML file; write it as JSON"),
    "pay.xml": ('<?xml version="1.0"?><process/>', "an XML file; write it as JSON"),
}
MISSHAPEN = {
    "text movements": ({"id": "s", "movements": "m"}, "$.movements is a text, not a list: declares no sequence"),
    "no id": ({"movements": []}, "$.id is missing: declares no sequence"),
    "id of another kind": ({"id": True, "movements": []}, "$.id is missing: declares no sequence"),
    "a movement that is a text": (
        {"id": "s", "movements": [{}, "m"]},
        "$.movements[1] is a text, not an object: declares no sequence",
    ),
    "beats that are a text": (
        {"id": "s", "movements": [{"beats": "h"}]},
        "$.movements[0].beats is a text, not a list: left out",
    ),
    "beats of texts": (
        {"id": "s", "movements": {"m": {"beats": ["h", {"handler": "h"}, "h"]}}},
        "$.movements.m.beats[0] is a text, not an object: left out, and 1 more",
    ),
    "handlers that are lists": (
        {"id": "s", "movements": [{"beats": [{"handler": "h"}, {"handler": ["h"]}, {"handler": ["k"]}, {}]}]},
        "$.movements[0].beats[1].handler is a list, not a name: left out, and 1 more",
    ),
    "a handler without a name": (
        {"id": "s", "movements": [{"beats": [{"handler": {"name": "h"}}, {"handler": {"args": []}}]}]},
        "$.movements[0].beats[1].handler is an object, not a name: left out",
    ),
    "a topic that is a number": (
        {"id": "s", "movements": {"m": {"beats": [{"event": None}, {"event": 7, "handler": "h"}]}}},
        "$.movements.m.beats[1].event is a number, not a name: left out",
    ),
}
# (language, source, functions that must be found, what is read past)
NEWER = (
    ("typescript", "export type * from './t';\nexport function go() {}\n", "export type * (line 1)"),
    ("typescript", "import defer * as t from './t';\nexport function go() {}\n", "import defer (line 1)"),
    (
        "typescript",
        "export { a } from './a.json' with { type: 'json' };\nfunction go() {}\n",
        "import attributes (line 1)",
    ),
    ("typescript", "class K { static accessor a = 1; go() {} }\n", "accessor fields (line 1)"),
    ("typescript", "function go() {\n  for (using a of b) {}\n}\n", "using (line 2)"),
    ("tsx", 'function go() { return <a href="x?a=1&title=2">x</a>; }\n', "& in attributes of JSX (line 1)"),
    ("javascript", "import source m from './m.wasm';\nfunction go() {}\n", "import source (line 1)"),
    (
        "python",
        "class D[T = list[int], **P = [int]]:\n    def go(self): pass\n",
        "defaults of type parameters (line 1)",
    ),
    ("python", "def go[T: (int, str) = int](d: T) -> T:\n    return d\n", "defaults of type parameters (line 1)"),
    ("c_sharp", "class A { void go() { a?.b = 3; } }\n", "assignment behind ?. (line 1)"),
    ("c_sharp", "class A { void operator +=(int x) {} void go() {} }\n", "compound assignment operators (line 1)"),
)


def scan(tmp_path: Path, files: dict[str, str], sequences: list[Path] | None = None) -> ScanReport:
    (tmp_path / "code").mkdir(exist_ok=True)
    for name, text in files.items():
        write(tmp_path / "code" / name, text)
    return scan_code([tmp_path / "code"], sequences or [], [], tmp_path / "lake", OPTIONS)


def problems(report: ScanReport, *kinds: str) -> dict[str, str]:
    return {problem.path: problem.problem for problem in report.problems if problem.kind in kinds}


def rows(tmp_path: Path, table: str) -> list[dict[str, object]]:
    return pl.read_parquet(tmp_path / "lake" / "raw" / table / f"{table}.parquet").to_dicts()


def places(tmp_path: Path) -> dict[str, tuple[str, str | None, int | None]]:
    return {
        str(row["handler_name"]): (row["resolution"], row["code_file_path"], row["code_line_number"])  # type: ignore[misc]
        for row in rows(tmp_path, "handlers")
    }


def declared(*handlers: str) -> str:
    beats = [{"event": f"e:{name}", "handler": name} for name in handlers]
    return json.dumps({"id": "play", "pluginId": "P", "movements": [{"id": "m", "beats": beats}]})


def test_languages_that_are_not_read_are_counted(tmp_path: Path) -> None:
    names = ("a/A.java", "a/B.JAVA", "b/main.go", "C.vue", "d.svelte", "e.pyi", "f.ipynb", "App.cshtml")
    others = ("style.css", "README.md", "node_modules/x/X.java", "ignored/X.java", "Makefile", "a.json.java.txt")
    files = dict.fromkeys((*names, *others), "x") | {".gitignore": "ignored/\n", "a.ts": "export const a = 1;"}
    report = scan(tmp_path, files)
    assert {(kind.file_kind, kind.file_count, kind.example_path) for kind in report.unread} == {
        ("Java file", 2, "a/A.java"),
        ("Go file", 1, "b/main.go"),
        ("Vue file", 1, "C.vue"),
        ("Svelte file", 1, "d.svelte"),
        ("Python stub file", 1, "e.pyi"),
        ("Jupyter notebook file", 1, "f.ipynb"),
        ("Razor file", 1, "App.cshtml"),
    }
    assert (words_of_unread(report.unread) or "").startswith("2 Java files, 1 Go file, ")
    told = {
        row["input_path"]: row["problem"] for row in rows(tmp_path, "scan_problems") if row["input_kind"] == "language"
    }
    assert told["a/A.java"] == "2 Java files: language not read"
    assert report.file_count == 1


@pytest.mark.parametrize("name", FOREIGN)
def test_a_declaration_of_another_kind_is_named_with_its_kind(tmp_path: Path, name: str) -> None:
    text, kind = FOREIGN[name]
    write(tmp_path / "declared" / name, text)
    write(tmp_path / "declared" / "mine.json", declared("go"))
    report = scan(tmp_path, {"a.ts": "export function go() {}"}, [tmp_path / "declared"])
    assert report.sequence_count == 1
    assert problems(report, "foreign declaration") == {name: f"declares no sequence we can read: {kind}"}
    # A file that is named itself is told in the same words.
    alone = scan(tmp_path, {}, [tmp_path / "declared" / name])
    assert problems(alone, "foreign declaration") == {name: f"declares no sequence we can read: {kind}"}


def test_other_files_among_declarations_are_counted_by_kind(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / "declared" / f"catalog-{number}.json", '{"components": []}')
    write(tmp_path / "declared" / "ci.yml", "on: push\n")
    write(tmp_path / "declared" / "README.md", "# Sequences\n")
    write(tmp_path / "declared" / "mine.json", declared("go"))
    report = scan(tmp_path, {"a.ts": "export function go() {}"}, [tmp_path / "declared"])
    assert problems(report, "declaration", "source file") == {
        "catalog-0.json": "3 JSON files given as declarations declare no sequence",
        "ci.yml": "1 YAML file given as declarations declares no sequence",
    }


def test_json_inside_the_code_need_not_declare_anything(tmp_path: Path) -> None:
    files = {"a.ts": "export function go() {}", "x.json": '{"states": {"a": {"on": {}}}}', "seq.json": declared("go")}
    assert problems(scan(tmp_path, files), "declaration", "source file", "foreign declaration") == {}


@pytest.mark.parametrize("value", MISSHAPEN.values(), ids=MISSHAPEN)
def test_a_declaration_of_another_shape_is_named_with_its_key(tmp_path: Path, value: tuple[object, str]) -> None:
    write(tmp_path / "declared" / "s.json", json.dumps(value[0]))
    report = scan(tmp_path, {}, [tmp_path / "declared"])
    assert problems(report, "declaration") == {"s.json": value[1]}


def test_numbers_for_ids_and_objects_for_lists_are_read(tmp_path: Path) -> None:
    sequence = {
        "id": 12,
        "pluginId": "P",
        "movements": {"open": {"beats": {"1": {"handler": "go"}, "2": {"handler": "on"}}}},
    }
    write(tmp_path / "declared" / "s.json", json.dumps(sequence))
    report = scan(tmp_path, {"a.ts": "export function go() {}\nexport function on() {}"}, [tmp_path / "declared"])
    assert (report.sequence_count, report.beat_count, report.unique_handler_count) == (1, 2, 2)
    assert problems(report, "declaration", "source file", "foreign declaration") == {}
    assert [row["sequence_key"] for row in rows(tmp_path, "sequences")] == ["12"]
    assert [(row["movement_name"], row["declaration_json_path"]) for row in rows(tmp_path, "beats")] == [
        ("open", "$.movements.open.beats.1"),
        ("open", "$.movements.open.beats.2"),
    ]


@pytest.mark.parametrize(("language", "source", "words"), NEWER)
def test_newer_syntax_is_read_past_and_said(language: str, source: str, words: str) -> None:
    facts = read_facts(source.encode(), language)
    assert "go" in {symbol.name for symbol in facts.symbols}
    assert facts.problem is None
    assert facts.read_past == f"syntax newer than the grammar, read past: {words}"
    parsed = parse_source(source.encode(), language)
    assert len(parsed.source) == len(source.encode())
    assert parsed.source.count(b"\n") == source.count("\n")


@pytest.mark.parametrize("language", ["typescript", "tsx", "javascript", "python", "c_sharp"])
def test_what_is_wrong_in_any_version_is_partly_read_with_its_line(language: str) -> None:
    begin = {"python": "def go(): pass\n", "c_sharp": "class A { void go() {} }\n"}.get(language, "function go() {}\n")
    facts = read_facts(f"{begin}\n)) wrong ((\n".encode(), language)
    assert "go" in {symbol.name for symbol in facts.symbols}
    assert facts.read_past is None
    assert (facts.problem or "").startswith("syntax errors, the first in line 3 ()) wrong (()")


def test_newer_syntax_makes_no_check_fail_and_is_listed(tmp_path: Path) -> None:
    report = scan(
        tmp_path, {"a.ts": "export type * from './t';\nexport function go() {}\n", "t.ts": "export type T = 1;"}
    )
    assert problems(report, "syntax") == {"a.ts": "syntax newer than the grammar, read past: export type * (line 1)"}
    assert {row["code_file_path"]: row["scan_status"] for row in rows(tmp_path, "source_files")} == {
        "a.ts": "ok",
        "t.ts": "ok",
    }
    # Known from before, it is said again.
    again = scan(tmp_path, {})
    assert again.parsed_file_count == 0
    assert problems(again, "syntax") == problems(report, "syntax")


def test_of_a_function_with_several_declarations_the_one_with_a_body_is_the_place(tmp_path: Path) -> None:
    files = {
        "Part.Declared.cs": "public partial class P { public partial int Pay(object d); }\n",
        "Part.cs": "\npublic partial class P {\n  public partial int Pay(object d) { return 1; }\n}\n",
        "I.cs": "interface I { int Ship(object d); }\nclass S : I { public int Ship(object d) => 1; }\n",
        "a.ts": "class A {\n  get total() { return 1; }\n  set total(v) { this.v = v; }\n}\n",
        "a.py": (
            "from typing import overload\nclass B:\n    @property\n    def size(self): return 1\n    @size.setter\n"
            "    def size(self, v): self.v = v\n@overload\ndef parse(x: int) -> int: ...\n@overload\n"
            "def parse(x: str) -> str: ...\ndef parse(x): return x\n"
        ),
        "only.ts": "class C { set alone(v) { this.v = v; } }\n",
        "s.json": declared("Pay", "Ship", "total", "size", "parse", "alone"),
    }
    assert scan(tmp_path, files).ambiguous_handler_count == 0
    assert places(tmp_path) == {
        "Pay": ("unique", "Part.cs", 3),
        "Ship": ("unique", "I.cs", 2),
        "total": ("unique", "a.ts", 2),
        "size": ("unique", "a.py", 4),
        "parse": ("unique", "a.py", 11),
        "alone": ("unique", "only.ts", 1),
    }


def test_two_functions_with_bodies_stay_two(tmp_path: Path) -> None:
    files = {
        "A.cs": "class A { int Pay(int d) { return 1; } int Pay(string d) { return 2; } }\n",
        "s.json": declared("Pay"),
    }
    assert scan(tmp_path, files).ambiguous_handler_count == 1


def project(tmp_path: Path) -> tuple[list[Path], list[Path], list[Path]]:
    """Write a small project with something of everything; return its code, sequences and reports."""
    files = {
        "src/a.ts": "export function go() {}\n",
        "src/b.tsx": "export const B = () => <p/>;\n",
        "src/c.py": "def on(): pass\n",
        "src/min.js": "function a(){b()}" * 900,
        "src/bin.ts": "a\0b",
        "src/App.java": "class App {}",
        "src/notes.json": "{}",
        "src/lost.json": "{",
    }
    for name, text in files.items():
        write(tmp_path / "code" / name, text)
    write(tmp_path / "declared" / "s.json", declared("go", "on"))
    write(tmp_path / "declared" / "flow.bpmn", "<process/>")
    write(tmp_path / "declared" / "other.json", "[]")
    write(tmp_path / "reports" / "lcov.info", "SF:src/a.ts\nDA:1,1\nend_of_record\n")
    write(tmp_path / "reports" / "lost.info", "SF:/elsewhere/x.ts\nDA:1,1\nend_of_record\n")
    git = ("git", "-C", str(tmp_path / "code"), "-c", "user.name=n", "-c", "user.email=e@example.org")
    for words in (("init", "-q"), ("add", "src/a.ts", "src/c.py"), ("commit", "-qm", "first")):
        subprocess.run([*git, *words], check=True)
    return [tmp_path / "code"], [tmp_path / "declared"], [tmp_path / "reports"]


def test_a_look_counts_what_a_scan_then_reads(tmp_path: Path) -> None:
    code, sequences, reports = project(tmp_path)
    look = look_at_code(code, sequences, reports, OPTIONS)
    report = scan_code(code, sequences, reports, tmp_path / "lake", OPTIONS)
    sources = pl.DataFrame(rows(tmp_path, "source_files"))
    read = sources.filter((pl.col("scan_status") == "ok") & (pl.col("language") != "json"))
    assert look.file_counts == dict(read.group_by("language").len().rows()) == {"typescript": 1, "tsx": 1, "python": 1}
    assert look.sequence_count == report.sequence_count == 1
    assert look.unread == report.unread
    assert look.dated_file_count == len(read.filter(pl.col("commit_count") > 0)) == 2
    assert look.report_count == len({row["coverage_file_path"] for row in rows(tmp_path, "file_coverage")}) == 1
    told = {(problem.path, problem.problem) for problem in look.problems}
    assert told == {(p.path, p.problem) for p in report.problems if p.kind not in ("language", "owners", "syntax")}
    assert len(told) >= 6


def test_check_says_what_of_the_code_would_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(tmp_path)
    write(tmp_path / "logs" / "stdout", beat_log(5))
    given = [f"--{kind}={tmp_path / folder}" for kind, folder in (("code", "code"), ("sequences", "declared"))]
    assert run_command(["check", f"--logs={tmp_path / 'logs'}", f"--coverage={tmp_path / 'reports'}", *given]) == 0
    shown = capsys.readouterr().out
    assert "  languages: 2 TypeScript files, 1 Python file; 1 Java file: language not read\n" in shown
    assert "  git: 2 files with a history\n" in shown
    assert "  declarations: 1 sequence\n" in shown
    assert "  reports: 1 report used\n" in shown
    assert "    flow.bpmn: declares no sequence we can read: a BPMN diagram; write it as JSON\n" in shown
    assert "    src/bin.ts: binary: a NUL byte in line 1\n" in shown


# What the shared small inputs are to give: handlers found in one place, and the words that name what is not read.
SHARED = {
    "16-ts-export-star-as": (2, ("export type *",)),
    "18-ts-mts-cts-vue": (2, ("1 Vue file: language not read", "1 Svelte file: language not read")),
    "19-tsx-generics": (3, ("& in attributes of JSX",)),
    "20-ts-private-using": (3, ()),
    "20b-ts-import-attrs": (1, ("import defer",)),
    "21-py-695-696": (4, ("defaults of type parameters",)),
    "25-cs-file-scoped": (4, ()),
    "30-xstate": (0, ("m.json declares no sequence we can read: an XState machine",)),
    "31-asl": (0, ("s.asl.json declares no sequence we can read: an Amazon States Language machine",)),
    "32-bpmn": (0, ("p.bpmn declares no sequence we can read: a BPMN diagram",)),
    "33-yaml-seq": (0, ("s.yaml declares no sequence we can read: a YAML file",)),
    "35-seq-shapes": (2, ()),
}


@pytest.mark.parametrize("name", SHARED)
def test_the_shared_small_inputs_have_their_right_outcome(tmp_path: Path, name: str) -> None:
    corpus = corpus_path()
    place = corpus.parent / "cases" / name if corpus else None
    if place is None or not place.is_dir():
        pytest.skip("the shared small inputs are not here (set SIGHTLINE_CORPUS)")
    unique, words = SHARED[name]
    sequences = next(path for path in (place / "sequences", place / "code" / "seq") if path.is_dir())
    report = scan_code([place / "code"], [sequences], [], tmp_path / "lake", OPTIONS)
    told = [f"{problem.path} {problem.problem}" for problem in report.problems]
    assert report.unique_handler_count == unique
    assert report.ambiguous_handler_count == 0
    assert all(any(word in text for text in told) for word in words), told
    assert "partial" not in {row["scan_status"] for row in rows(tmp_path, "source_files")}
