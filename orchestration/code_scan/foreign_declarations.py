"""Files given as declarations that declare no sequence: what they are instead, in words.

Told by what they hold, a file that is no JSON also by its name. What a declaration looks like is declarations.py.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any, Literal

from orchestration.code_scan.declarations import read_declarations, read_index, shape_problems
from orchestration.code_scan.declared import DeclarationFile
from orchestration.code_scan.json_files import JsonFile
from orchestration.code_scan.manifests import read_plugins, read_routes
from orchestration.code_scan.options import ScanProblem
from orchestration.domain.passed_over import count_passed_over, words_of_kind

# Files that people declare sequences in, or would; each by its name.
_KIND_OF_SUFFIX = {
    ".json": "JSON file",
    ".json5": "JSON5 file",
    ".jsonc": "JSON file with comments",
    ".yaml": "YAML file",
    ".yml": "YAML file",
    ".toml": "TOML file",
    ".xml": "XML file",
    ".bpmn": "BPMN diagram",
    ".bpmn20": "BPMN diagram",
    ".dmn": "DMN diagram",
    ".scxml": "SCXML state chart",
    ".puml": "PlantUML diagram",
    ".plantuml": "PlantUML diagram",
    ".mmd": "Mermaid diagram",
    ".dot": "Graphviz graph",
}
# Of a file of any kind: the words by which it declares something after all.
_DECLARING_WORDS = re.compile(
    rb"\b(?:movements|beats|steps|states|StartAt|transitions|workflow|sequence|process|stateMachine)\b[\"']?\s*[:>={]"
    rb"|<(?:\w+:)?(?:process|scxml|definitions|stateMachine|workflow)\b"
)
_SHAPES: tuple[tuple[str, Callable[[Mapping[str, Any]], bool]], ...] = (
    ("an Amazon States Language machine", lambda value: "StartAt" in value and "States" in value),
    ("an XState machine", lambda value: isinstance(value.get("states"), dict) and _is_state_chart(value)),
    ("a Serverless Workflow", lambda value: "specVersion" in value and "states" in value),
    ("a Serverless Workflow", lambda value: "document" in value and "do" in value),
    ("a graph of nodes and edges", lambda value: "nodes" in value and bool({"connections", "edges"} & value.keys())),
    ("an OpenAPI or AsyncAPI document", lambda value: bool({"openapi", "swagger", "asyncapi"} & value.keys())),
    ("a JSON schema", lambda value: "$schema" in value and "properties" in value),
)


def kind_of_declaration(file_name: str) -> str | None:
    """Return what a file is by its name, when people may declare sequences in such; None for all others."""
    return _KIND_OF_SUFFIX.get(PurePath(file_name.lower()).suffix)


def is_json_name(file_name: str) -> bool:
    """Tell whether a file is to be read as JSON: all are that are not known to be something else."""
    return kind_of_declaration(file_name) in (None, "JSON file", "JSON file with comments")


def unread_declaration(path: str, content: bytes) -> JsonFile:
    """Return a file of another format, unread: with a problem when it declares something all the same."""
    kind = kind_of_declaration(path) or "file"
    says = _DECLARING_WORDS.search(content) is not None or not kind.endswith("file")
    article = "an" if kind.startswith(("XML", "SCXML")) else "a"
    read = JsonFile(path, None, None, len(content), content.count(b"\n") + 1, None)
    return _foreign(read, f"{article} {kind}; write it as JSON") if says else read


def _foreign(file: JsonFile, what: str) -> JsonFile:
    return replace(file, problem=f"declares no sequence we can read: {what}", is_foreign=True)


def problems_of(files: Iterable[DeclarationFile]) -> Iterator[ScanProblem]:
    """Yield what is wrong with declaration files, one problem a file."""
    for file in (entry.file for entry in files):
        if file.problem:
            kind: Literal["foreign declaration", "source file"] = (
                "foreign declaration" if file.is_foreign else "source file"
            )
            yield ScanProblem(file.code_file_path, file.problem, kind)


def explain(files: Sequence[DeclarationFile]) -> tuple[list[DeclarationFile], list[ScanProblem]]:
    """Return the files, those given in vain with their problem, and what is to be told besides.

    A given file of a known other format, or with movements of another shape, has a problem of its own; all other files
    that declare nothing are counted by kind.
    """
    explained, others, problems = [], [], []
    for entry in files:
        value = entry.file.value
        if not entry.is_given or entry.file.problem:
            explained.append(entry)
            continue
        path = entry.file.code_file_path
        left_out = shape_problems(value)
        problems += [ScanProblem(path, problem, "declaration") for problem in left_out]
        reason = None if _declares(value) else _foreign_shape(value)
        if reason:
            entry = replace(entry, file=_foreign(entry.file, reason))
        elif not _declares(value) and not left_out:
            others.append((kind_of_declaration(path) or "JSON file", path))
        if is_json_name(path):
            explained.append(entry)
    return explained, [*problems, *_counted(others)]


def _counted(others: Sequence[tuple[str, str]]) -> Iterator[ScanProblem]:
    for kind in count_passed_over(others):
        verb = "declares" if kind.file_count == 1 else "declare"
        words = f"{words_of_kind(kind.file_count, kind.file_kind)} given as declarations {verb} no sequence"
        yield ScanProblem(kind.example_path, words, "declaration")


def _declares(value: Any) -> bool:
    return bool(read_declarations(value, True) or read_index(value) or read_routes(value) or read_plugins(value))


def _foreign_shape(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    return next((name for name, is_so in _SHAPES if is_so(value)), None)


def _is_state_chart(value: Mapping[str, Any]) -> bool:
    states = [state for state in value["states"].values() if isinstance(state, dict)]
    words = {"on", "invoke", "entry", "exit", "always", "after", "type", "onDone"}
    return "initial" in value or any(words & state.keys() for state in states)
