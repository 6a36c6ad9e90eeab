"""What a file in a folder of logs is, told by its first bytes: a log, or one of the kinds that are passed over.

Bytes and a name in, a kind in words out. The name decides only where bytes cannot (whether a text is source
code). A text that tells no times may still be a log: a dialect decides that, in discovery.py.
"""

import re
from collections.abc import Sequence
from pathlib import Path, PurePath

from orchestration.given_files import open_given
from orchestration.log_ingest.byte_stream import ByteStream
from orchestration.log_ingest.containers import ArchiveKind
from orchestration.log_ingest.documents import JSON_KIND, describe_document, holds_log_entries

# So much of a file is looked at, and of one whose name says that it is something else.
_LOOKED_AT_BYTE_COUNT = 1 << 16
_GLANCED_AT_BYTE_COUNT = 1 << 12
UNSURE = "text file without log lines"
EMPTY, SOURCE, BINARY = "empty file", "source file", "binary"

_JUDGED_LINE_COUNT = 100
_JUDGED_SOURCE_LINE_COUNT = 20
_JUDGED_CHARACTER_COUNT = 80
# Stack traces and blocks of text are longer than the lines that begin them.
_LOG_SHARE = 0.1
# Code and documents hold dates too; what is a log under such a name is one in most of its lines.
_LOG_SHARE_OF_NAMED_OTHERWISE = 0.5
_CONFIGURED_SHARE = 0.8
_BINARY_SHARE = 0.05

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image"),
    (0, b"\xff\xd8\xff", "image"),
    (0, b"GIF8", "image"),
    (0, b"II*\0", "image"),
    (0, b"MM\0*", "image"),
    (0, b"8BPS", "image"),
    (0, b"\0\0\1\0", "image"),
    (8, b"WEBP", "image"),
    (4, b"ftypheic", "image"),
    (4, b"ftypavif", "image"),
    (8, b"WAVE", "sound or film"),
    (8, b"AVI ", "sound or film"),
    (4, b"ftyp", "sound or film"),
    (0, b"ID3", "sound or film"),
    (0, b"OggS", "sound or film"),
    (0, b"fLaC", "sound or film"),
    (0, b"\x1a\x45\xdf\xa3", "sound or film"),
    (0, b"SQLite format 3\0", "database"),
    (8, b"DUCK", "database"),
    (0, b"PAR1", "database"),
    (0, b"ARROW1", "database"),
    (0, b"Obj\1", "database"),
    (0, b"\0\1\0\0Standard ", "database"),
    (0, b"LPKSHHRH", "binary log of another program"),
    (0, b"ElfFile\0", "binary log of another program"),
    (0, b"\xd4\xc3\xb2\xa1", "binary log of another program"),
    (0, b"\x0a\x0d\x0d\x0a", "binary log of another program"),
    (0, b"7z\xbc\xaf\x27\x1c", ArchiveKind.SEVERAL.value),
    (0, b"Rar!\x1a\x07", ArchiveKind.SEVERAL.value),
    (0, b"%PDF-", "office document"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office document"),
    (0, b"{\\rtf", "office document"),
    (0, b"OTTO", "font"),
    (0, b"wOFF", "font"),
    (0, b"wOF2", "font"),
    (0, b"\0\1\0\0\0", "font"),
    (0, b"\x7fELF", "program"),
    (0, b"MZ", "program"),
    (0, b"\xca\xfe\xba\xbe", "program"),
    (0, b"\xcf\xfa\xed\xfe", "program"),
    (0, b"\0asm", "program"),
)

_SOURCE_SUFFIXES = frozenset(
    ".ts .mts .cts .tsx .js .mjs .cjs .jsx .vue .svelte .py .pyi .ipynb .cs .fs .vb .java .kt .kts .scala .groovy .go "
    ".rs .c .h .cc .cpp .hpp .m .mm .swift .rb .php .pl .pm .lua .r .jl .dart .ex .exs .erl .hs .clj .sql .sh .bash "
    ".zsh .ps1 .bat .cmd .css .scss .less .jinja .tf .proto .graphql .map".split()
)
_DOCUMENT_SUFFIXES = frozenset(".md .rst .adoc .tex .html .htm .xhtml .svg".split())
_SETTING_SUFFIXES = frozenset(".yml .yaml .toml .ini .cfg .conf .properties .env".split())
_TABLE_SUFFIXES = frozenset({".csv", ".tsv"})
_NAMED_OTHERWISE = _SOURCE_SUFFIXES | _DOCUMENT_SUFFIXES | _SETTING_SUFFIXES

_TIME = re.compile(
    r"\b\d{4}[-/.]\d\d[-/.]\d\d[T_ ,:]+\d\d:?\d\d"
    r"|\b\d{1,2}[-/. ](?:\d\d|[A-Z][a-z]{2})[-/. ]\d{2,4}[:, ]+\d{1,2}:\d\d"
    r"|\b\d{1,2}:\d\d:\d\d\b"
    r"|^\W{0,2}[12]\d{9}(?:\d{3}|\.\d+)?\b"
    r"|\b(?:19|20)\d\d[01]\d[0-3]\d[T_ -]?[0-2]\d:?[0-5]\d:?[0-5]\d"
)
_LEVEL = re.compile(
    r"\b(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE|PANIC|ERR|INF|WRN|DBG|FTL)\b"
    r"|[\[<(](?:trace|debug|info|notice|warn|warning|error|fatal|critical)[\])>]"
    r"|\b(?:level|lvl|severity)=\"?\w"
)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_SETTING = re.compile(r"^\s*(?:[#;/]|\[[^\]]*\]\s*$|[\w.\"'/@${}<>*-]+\s*[=:](?:\s|$|\S)|- |---|[}\])],?$)")
_CONTROLS = re.compile("[\0-\b\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
# Not `[main] started` or `[2026-11-22] started`.
_JSON = re.compile(r'\s*(?:\{\s*(?:"|\}\s*$)|\[\s*(?:[\[{"]|-?\d[\d.eE+-]*\s*,|\]\s*$))')
_NOT_TEXT = re.compile(rb"[\0-\b\x0e-\x1a\x80-\xff]")
_MARKUP = re.compile(r"^\s*<(?:\?xml|!DOCTYPE|!--|[A-Za-z][\w:.-]*[\s>/])", re.IGNORECASE)


def looked_at_byte_count(name: str) -> int:
    """Return how much of the beginning of a file of this name is to be looked at."""
    is_otherwise = PurePath(name.lower()).suffix in _NAMED_OTHERWISE
    return _GLANCED_AT_BYTE_COUNT if is_otherwise else _LOOKED_AT_BYTE_COUNT


def describe_file(path: Path) -> str | None:
    """Say what a file given as a log is when it is none: `an image`; None when it may be one. Raises OSError."""
    with open_given(path) as file:
        kind = _kind_of_magic(next(ByteStream(file, _GLANCED_AT_BYTE_COUNT).raw_blocks(), b""))
    if kind is None:
        return describe_document(path)
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def kind_of(head: bytes, name: str, *, is_whole: bool) -> str | None:
    """Return what a file that begins with `head` is when it is no log; None for a log, UNSURE for a text without times.

    `head` is unpacked, and UTF-8 as far as it is text; `is_whole` when nothing follows it.
    """
    if not head:
        return EMPTY
    if kind := _kind_of_magic(head):
        return kind
    text = _COLOURS.sub("", head.decode("utf-8-sig", "replace"))
    lines = _judged_lines(text, is_whole=is_whole)
    suffix = PurePath(name.lower()).suffix
    if suffix in _SOURCE_SUFFIXES:
        first = lines[:_JUDGED_SOURCE_LINE_COUNT]
        is_log = _timed_count(first) > _LOG_SHARE_OF_NAMED_OTHERWISE * len(first)
        return None if is_log else _kind_of_text(text, first, suffix)
    if holds_log_entries(text, is_whole=is_whole):
        return None
    if kind := _kind_of_document(text, lines, suffix):
        return kind
    if suffix in _NAMED_OTHERWISE or text.startswith("#!"):
        is_log = _timed_count(lines) > _LOG_SHARE_OF_NAMED_OTHERWISE * len(lines)
    else:
        is_log = max(_timed_count(lines), _graded_count(lines)) >= max(1, _LOG_SHARE * len(lines))
    return None if is_log else _kind_of_text(text, lines, suffix)


def _kind_of_magic(head: bytes) -> str | None:
    """Return the kind of a file whose format begins with a mark of its own."""
    kind = next((kind for place, mark, kind in _MAGIC if head.startswith(mark, place)), None)
    # A text may begin with the letters of a mark.
    return kind if kind == "office document" or _NOT_TEXT.search(head) else None


def _kind_of_document(text: str, lines: Sequence[str], suffix: str) -> str | None:
    if _JSON.match(text):
        return JSON_KIND
    if _MARKUP.match(text):
        return "XML or HTML document"
    return "CSV table" if _is_table(lines) or (suffix in _TABLE_SUFFIXES and _has_cells(lines)) else None


def _kind_of_text(text: str, lines: Sequence[str], suffix: str) -> str:
    if "\0" in text or len(_CONTROLS.findall(text)) > _BINARY_SHARE * len(text):
        return BINARY
    if suffix in _SOURCE_SUFFIXES or text.startswith("#!"):
        return SOURCE
    if suffix in _DOCUMENT_SUFFIXES:
        return "document"
    if suffix in _SETTING_SUFFIXES or (
        lines and sum(bool(_SETTING.match(line)) for line in lines) >= _CONFIGURED_SHARE * len(lines)
    ):
        return "configuration file"
    return UNSURE


def _judged_lines(text: str, *, is_whole: bool) -> list[str]:
    """Return the beginnings of the first lines that are not blank; a line that is cut off only when it is alone."""
    lines = text.splitlines()
    if not is_whole and len(lines) > 1:
        lines = lines[:-1]
    # A file emptied while it is written begins with NULs where the earlier text was.
    shown = (line.lstrip("\0 \t")[:_JUDGED_CHARACTER_COUNT] for line in lines)
    return [line for line in shown if line][:_JUDGED_LINE_COUNT]


def _timed_count(lines: Sequence[str]) -> int:
    return sum(bool(_TIME.search(line)) for line in lines)


def _graded_count(lines: Sequence[str]) -> int:
    return sum(bool(_LEVEL.search(line)) for line in lines)


def _has_cells(lines: Sequence[str]) -> bool:
    return sum("," in line or ";" in line or "\t" in line for line in lines) >= _CONFIGURED_SHARE * len(lines)


def _is_table(lines: Sequence[str]) -> bool:
    """Tell whether all lines have the same number of cells, and are no messages of a program."""
    if len(lines) < 2 or any(_LEVEL.search(line) for line in lines):
        return False
    return any(
        {line.count(sign) for line in lines} == {lines[0].count(sign)} and lines[0].count(sign) >= 2 for sign in ",;\t"
    )
