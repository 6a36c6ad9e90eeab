"""Records of an XML report, such as tests or files: one that is broken costs itself, not those before and after it.

A sound report is read by the parser as a stream. From the first fault on the text is cut at its records and each is
parsed by itself. What a record says belongs to `test_results` and `xml_coverage`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from orchestration.code_scan.report_text import without_forbidden
from orchestration.domain.amounts import counted

_PIECE = 1 << 20
# An opening tag to its end; a sign in a value in quotes does not end it.
_TAG_REST = re.compile(r"(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+>")


@dataclass(frozen=True, slots=True)
class Record:
    """A record's element, and the attributes of the elements around it that were asked for, innermost last."""

    element: ElementTree.Element
    around: tuple[tuple[str, Mapping[str, str]], ...]

    @property
    def tag(self) -> str:
        """Return the record's tag without its namespace."""
        return local_name(self.element)


@dataclass(slots=True)
class XmlRecords:
    """The records of a text that begins with its root; `problems` is complete when all were taken."""

    text: str
    tags: frozenset[str]
    around: frozenset[str] = frozenset()
    problems: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Record]:
        text, replaced_count = without_forbidden(self.text)
        if replaced_count:
            self.problems.append(f"{counted(replaced_count, 'control character')} that XML does not allow: left out")
        read: set[int] = set()
        try:
            for number, record in _parse(text, self.tags, self.around):
                read.add(number)
                yield record
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            lost_count = 0
            for found in _cut(text, self.tags, self.around, read):
                if found is None:
                    lost_count += 1
                else:
                    yield found
            lost = f"; left out {counted(lost_count, 'record')} that cannot be read" if lost_count else ""
            self.problems.append(f"not valid XML: {error}{lost}")


def local_name(element: ElementTree.Element) -> str:
    """Return an element's tag without its namespace."""
    return element.tag.rpartition("}")[2]


def _parse(text: str, tags: frozenset[str], around: frozenset[str]) -> Iterator[tuple[int, Record]]:
    """Yield the records as they end, each with its number in the order in which they begin."""
    parser = ElementTree.XMLPullParser(("start", "end"))
    open_around: list[tuple[str, Mapping[str, str]]] = []
    begun: list[int] = []
    begun_count = 0
    for piece in (*(text[start : start + _PIECE] for start in range(0, len(text), _PIECE)), None):
        parser.close() if piece is None else parser.feed(piece)
        for action, element, tag in _events(parser):
            if tag in around and action == "start":
                open_around.append((tag, dict(element.attrib)))
            elif tag in around:
                open_around.pop()
            elif tag in tags and action == "start":
                begun.append(begun_count)
                begun_count += 1
            elif tag in tags:
                yield begun.pop(), Record(element, tuple(open_around))
            if action == "end" and (tag in tags or tag in around):
                element.clear()


def _events(
    parser: "ElementTree.XMLPullParser[ElementTree.Element]",
) -> Iterator[tuple[str, ElementTree.Element, str]]:
    for event in parser.read_events():
        action, element = event[0], event[-1]
        if isinstance(element, ElementTree.Element):
            yield action, element, local_name(element)


def _cut(text: str, tags: frozenset[str], around: frozenset[str], read: set[int]) -> Iterator[Record | None]:
    """Yield the records that were not read, each parsed by itself; None for one that cannot be."""
    open_around: list[tuple[str, Mapping[str, str]]] = []
    begun: tuple[str, int] | None = None
    record_count = 0
    for found in _marks(text, tags | around):
        tag, is_end = found[2], bool(found[1])
        if begun is not None and tag in tags and tag != begun[0]:
            continue
        if begun is not None:
            end = _end_of_tag(text, found.end()) if is_end and tag == begun[0] else found.start()
            if record_count not in read:
                yield _parse_alone(text[begun[1] : end], begun[0], tuple(open_around))
            begun = None
            record_count += 1
        if tag in tags:
            begun = None if is_end else (tag, found.start())
        elif not is_end:
            open_around += _opened(text, found.start(), tag)
        elif open_around:
            open_around.pop()
    if begun is not None and record_count not in read:
        yield _parse_alone(text[begun[1] :], begun[0], tuple(open_around))


def _marks(text: str, tags: Iterable[str]) -> Iterator[re.Match[str]]:
    """Yield where elements of the tags begin and end; what stands in comments and quoted text is none."""
    names = "|".join(map(re.escape, sorted(tags)))
    mark = re.compile(
        rf"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(/?)(?:[\w.-]{{1,40}}:)?({names})(?=[\s/>])", re.DOTALL
    )
    return (found for found in mark.finditer(text) if found[2])


def _end_of_tag(text: str, at: int) -> int:
    end = text.find(">", at)
    return len(text) if end < 0 else end + 1


def _parse_alone(text: str, tag: str, around: tuple[tuple[str, Mapping[str, str]], ...]) -> Record | None:
    opening = _TAG_REST.match(text, 1)
    if opening is not None and opening[0].endswith("/>"):
        text = text[: opening.end()]
    try:
        element = next((found for found in ElementTree.fromstring(f"<r>{text}</r>") if local_name(found) == tag), None)
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    return Record(element, around) if element is not None else None


def _opened(text: str, at: int, tag: str) -> list[tuple[str, Mapping[str, str]]]:
    """Return an element that begins around records with its attributes; none when it ends at once."""
    opening = _TAG_REST.match(text, at + 1)
    if opening is None:
        return [(tag, {})]
    if opening[0].endswith("/>"):
        return []
    record = _parse_alone(text[at : opening.end() - 1] + "/>", tag, ())
    return [(tag, dict(record.element.attrib) if record is not None else {})]
