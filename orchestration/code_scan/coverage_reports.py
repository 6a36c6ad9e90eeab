"""Test coverage reports: from lcov, Istanbul, Cobertura and coverage.py to lines of files.

Recognised by content. A report that is broken gives what can be read of it and a problem in words; it never raises.
Which file of the tree a path in a report means is decided in `path_match`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from orchestration.code_scan.json_files import parse_json

# An XML report may not define entities: expanding them is a known way to fill a memory.
_FORBIDDEN_XML = (b"<!ENTITY", b"<!entity")


@dataclass(frozen=True, slots=True)
class CoveredLines:
    """Lines of a file by number: those a report calls executable, and those that ran.

    `called` and `uncalled` are lines on which a function begins that ran, or never did, where the report counts calls.
    """

    executable: frozenset[int]
    covered: frozenset[int]
    called: frozenset[int] = frozenset()
    uncalled: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """A report as read; `kind` is None when the file is no coverage report at all."""

    kind: str | None
    files: Mapping[str, CoveredLines]
    problem: str | None


def parse_coverage(content: bytes) -> CoverageReport:
    """Return the lines a report knows, by the path it gives."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        return _parse_json_report(content)
    if head.startswith(b"<"):
        return _parse_xml_report(content)
    if b"SF:" in head or b"TN:" in head:
        return _parse_lcov(content.decode("utf-8", "replace"))
    return CoverageReport(None, {}, "not a coverage report of a known kind (lcov, Istanbul, Cobertura, coverage.py)")


Counts = Mapping[str, Mapping[int, int]]


def _freeze(hits: Counts, calls: Counts | None = None) -> dict[str, CoveredLines]:
    frozen = {}
    for path, lines in hits.items():
        counted = (calls or {}).get(path, {})
        called = _ran(counted)
        frozen[path] = CoveredLines(frozenset(lines), _ran(lines), called, frozenset(counted) - called)
    return frozen


def _ran(counts: Mapping[int, int]) -> frozenset[int]:
    return frozenset(line for line, count in counts.items() if count > 0)


def _parse_lcov(text: str) -> CoverageReport:
    hits: dict[str, dict[int, int]] = defaultdict(dict)
    calls: dict[str, dict[int, int]] = defaultdict(dict)
    begins: dict[str, int] = {}
    path, broken = "", 0
    for row in text.splitlines():
        if row.startswith("SF:"):
            path, begins = row[3:].strip(), {}
            hits.setdefault(path, {})
        elif row.startswith(("FN:", "FNDA:")):
            _add_call(row, begins, calls[path])
        elif row.startswith("DA:"):
            number, _, rest = row[3:].partition(",")
            count = rest.partition(",")[0].strip()
            if path and number.strip().isdigit() and count.removeprefix("-").isdigit():
                line = int(number)
                hits[path][line] = max(hits[path].get(line, 0), int(count))
            else:
                broken += 1
        elif row.startswith("end_of_record"):
            path = ""
    problem = f"lcov: {broken:,} lines that cannot be read" if broken else None
    if path:
        problem = "lcov: ends in the middle of a record"
    return CoverageReport("lcov", _freeze(hits, calls), problem or (None if hits else "lcov: names no file"))


def _add_call(row: str, begins: dict[str, int], calls: dict[int, int]) -> None:
    """Take in where a function begins (`FN:line,name`, newer: `FN:line,end,name`) or how often it ran."""
    kind, _, rest = row.partition(":")
    number, _, name = rest.partition(",")
    if kind == "FN" and number.isdigit():
        begins[name.rpartition(",")[2] if name.partition(",")[0].isdigit() else name] = int(number)
    elif kind == "FNDA" and number.isdigit() and name in begins:
        calls[begins[name]] = max(calls.get(begins[name], 0), int(number))


def _parse_json_report(content: bytes) -> CoverageReport:
    value, problem = parse_json(content)
    if problem:
        return CoverageReport("json", {}, problem)
    entries = value.get("files") if isinstance(value.get("files"), dict) else None
    if entries is not None and any(isinstance(entry, dict) and "executed_lines" in entry for entry in entries.values()):
        return _report("coverage.py", {path: dict(_coverage_py_lines(entry)) for path, entry in entries.items()})
    found = {
        str(entry["path"]) if isinstance(entry.get("path"), str) else path: entry
        for path, entry in value.items()
        if isinstance(entry, dict) and isinstance(entry.get("statementMap"), dict) and isinstance(entry.get("s"), dict)
    }
    if found:
        lines = {path: dict(_istanbul_lines(entry, "statementMap", "s")) for path, entry in found.items()}
        calls = {path: dict(_istanbul_lines(entry, "fnMap", "f")) for path, entry in found.items()}
        return CoverageReport("istanbul", _freeze(lines, calls), None)
    return CoverageReport(None, {}, "JSON, but not a coverage report of a known kind (Istanbul, coverage.py)")


def _report(kind: str, hits: Mapping[str, Mapping[int, int]]) -> CoverageReport:
    return CoverageReport(kind, _freeze(hits), None)


def _istanbul_lines(entry: Mapping[str, Any], map_key: str, count_key: str) -> Iterator[tuple[int, int]]:
    """Yield the first line of each statement or function with its count; of several on a line the highest last."""
    spans, counts = entry.get(map_key), entry.get(count_key)
    if not isinstance(spans, dict) or not isinstance(counts, dict):
        return
    found = []
    for key, span in spans.items():
        place = span.get("decl", span) if isinstance(span, dict) else None
        start = place.get("start") if isinstance(place, dict) else None
        line, count = start.get("line") if isinstance(start, dict) else None, counts.get(key)
        if isinstance(line, int) and isinstance(count, int):
            found.append((line, count))
    yield from sorted(found)


def _coverage_py_lines(entry: Any) -> Iterator[tuple[int, int]]:
    if not isinstance(entry, dict):
        return
    for key, count in (("missing_lines", 0), ("executed_lines", 1)):
        for line in entry.get(key) or ():
            if isinstance(line, int):
                yield line, count


def _parse_xml_report(content: bytes) -> CoverageReport:
    if any(word in content for word in _FORBIDDEN_XML):
        return CoverageReport("xml", {}, "XML that defines entities is not read")
    hits: dict[str, dict[int, int]] = defaultdict(dict)
    path, kind, problem = "", None, None
    try:
        for action, element in ElementTree.iterparse(BytesIO(content), events=("start", "end")):
            tag = element.tag.rpartition("}")[2]
            kind = kind or tag
            if action == "start" and tag == "class":
                path = element.get("filename", "")
            elif action == "end" and tag == "line" and path:
                number, count = element.get("number", ""), element.get("hits", "")
                if number.isdigit() and count.isdigit():
                    hits[path][int(number)] = max(hits[path].get(int(number), 0), int(count))
            if action == "end":
                element.clear()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        problem = f"not valid XML: {error}"
    if kind == "coverage":
        return CoverageReport("cobertura", _freeze(hits), problem or (None if hits else "cobertura: names no line"))
    return CoverageReport(None, {}, problem or f"XML, but not a coverage report: its root is <{kind}>")
