"""Coverage in XML: the lines of files in the reports of Cobertura, JaCoCo and Clover.

Their roots are alike (`coverage`, `report`); the first record tells them apart.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree import ElementTree

from orchestration.code_scan.report_numbers import read_count, read_line
from orchestration.code_scan.xml_records import Record, XmlRecords, local_name

COVERAGE_ROOTS = frozenset({"coverage", "report"})
_KINDS = {"class": "cobertura", "sourcefile": "jacoco", "file": "clover"}
_TAGS = frozenset({*_KINDS, "source"})


@dataclass(slots=True)
class XmlCoverage:
    """What a report counts, by file and line; `sources` are the folders Cobertura's paths lie below."""

    kind: str = ""
    hits: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    calls: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    sources: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    broken_count: int = 0
    negative_count: int = 0

    def add(self, path: str, line: int | None, count: int | None, *, is_call: bool = False) -> None:
        """Take in a count; of several of a line the highest. What is no number is counted."""
        if line is None or count is None:
            self.broken_count += 1
            return
        self.negative_count += count < 0
        for counts in (self.hits[path], *([self.calls[path]] if is_call else ())):
            counts[line] = max(counts.get(line, 0), count)


def parse_xml_coverage(root: str, text: str) -> XmlCoverage | None:
    """Return the counts of a report that begins with its root; None when it is of another kind."""
    if root not in COVERAGE_ROOTS:
        return None
    found = XmlCoverage("cobertura" if root == "coverage" else "jacoco")
    readers = {"class": _read_class, "sourcefile": _read_source_file, "file": _read_file}
    is_known = False
    records = XmlRecords(text, _TAGS, frozenset({"package"}))
    for record in records:
        if record.tag == "source":
            found.sources += filter(None, [(record.element.text or "").strip()])
        # A `file` inside of a Cobertura or JaCoCo report is none of its records; nor is a `class` inside of JaCoCo's.
        elif not is_known or _KINDS[record.tag] == found.kind:
            is_known = _read_record(record, found, readers[record.tag]) or is_known
    found.problems = records.problems
    is_empty = root == "coverage" and "<lineToCover" not in text
    return found if is_known or is_empty or found.problems else None


def _read_record(record: Record, found: XmlCoverage, read: Callable[[Record, XmlCoverage], bool]) -> bool:
    kind, found.kind = found.kind, _KINDS[record.tag]
    is_read = read(record, found)
    found.kind = found.kind if is_read else kind
    return is_read


def _read_class(record: Record, found: XmlCoverage) -> bool:
    path = record.element.get("filename")
    if not path:
        return False
    found.hits.setdefault(path, {})
    for line in _lines(record.element):
        found.add(path, read_line(line.get("number")), read_count(line.get("hits")))
    return True


def _read_source_file(record: Record, found: XmlCoverage) -> bool:
    """Read a file of JaCoCo: a line ran when one of its instructions did."""
    name = record.element.get("name")
    if not name:
        return False
    folder = next((around.get("name", "") for tag, around in reversed(record.around) if tag == "package"), "")
    path = f"{folder}/{name}".lstrip("/")
    found.hits.setdefault(path, {})
    for line in _lines(record.element):
        found.add(path, read_line(line.get("nr")), read_count(line.get("ci")))
    return True


def _read_file(record: Record, found: XmlCoverage) -> bool:
    """Read a file of Clover: lines are statements, conditions and the beginnings of functions."""
    path = record.element.get("path") or record.element.get("name")
    lines = list(_lines(record.element))
    # SonarQube's generic coverage has files too, with lines of its own kind.
    if not path or any(local_name(child) == "lineToCover" for child in record.element):
        return False
    found.hits.setdefault(path, {})
    for line in lines:
        is_call = line.get("type") == "method"
        counted = line.get("count") or line.get("truecount")
        found.add(path, read_line(line.get("num")), read_count(counted), is_call=is_call)
    return True


def _lines(element: ElementTree.Element) -> list[ElementTree.Element]:
    return [line for line in element.iter() if local_name(line) == "line"]
