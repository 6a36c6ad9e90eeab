"""JSON from files nobody vouches for: read within limits, with the problem in words instead of an exception."""

import json
import math
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.code_scan.path_aliases import is_alias_file
from orchestration.code_scan.workers import hash_content
from orchestration.given_files import MEBIBYTE, read_given

# What has no end ends with the file: else each such place would be looked at to the end, once per place.
_TEXT_OR_COMMENT = re.compile(rb'"(?:\\.|[^"\\])*+"?|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?', re.DOTALL)
_TEXT_OR_LAST_COMMA = re.compile(rb'"(?:\\.|[^"\\])*+"?|,(?=\s*+[}\]])', re.DOTALL)

_MOST_DIGITS = 18
_LONG_NUMBER = re.compile(r"\d{19}")

# Of files the user names; those found in the code have the limit of the scan.
_MOST_BYTES = 64 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class JsonFile:
    """A JSON file as read: `value` is None when there is a problem; `is_foreign` when it declares in another format."""

    code_file_path: str
    value: Any
    problem: str | None
    byte_count: int
    line_count: int
    content_hash: str | None
    is_foreign: bool = False


def read_json(path: Path, code_file_path: str) -> JsonFile:
    """Return the file's value or what is wrong with it; never raises for what the file holds."""
    try:
        content = read_given(path, _MOST_BYTES)
    except OSError as error:
        return JsonFile(code_file_path, None, f"cannot be read: {error.strerror}", 0, 0, None)
    is_commented = is_alias_file(code_file_path) or posixpath.basename(code_file_path).startswith("appsettings")
    value, problem = parse_json(content, may_hold_comments=is_commented)
    lines = content.count(b"\n") + (bool(content) and not content.endswith(b"\n"))
    return JsonFile(code_file_path, value, problem, len(content), lines, hash_content(content))


def _without_comments(content: bytes) -> bytes:
    """Blank out comments and trailing commas, which the configuration of TypeScript and of .NET may have."""
    for pattern in (_TEXT_OR_COMMENT, _TEXT_OR_LAST_COMMA):
        content = pattern.sub(lambda match: match[0] if match[0].startswith(b'"') else b"", content)
    return content


def parse_json(content: bytes, *, may_hold_comments: bool = False) -> tuple[Any, str | None]:
    """Return the value and None, or None and the problem in words."""
    if may_hold_comments:
        value, problem = parse_json(content)
        return (value, None) if problem is None else parse_json(_without_comments(content))
    try:
        return load_json(content.decode("utf-8-sig")), None
    except UnicodeDecodeError as error:
        return None, f"not UTF-8: byte {error.start:,}"
    except json.JSONDecodeError as error:
        return None, f"not valid JSON: {error.msg.lower()} in line {error.lineno}, column {error.colno}"
    except RecursionError:
        return None, "not valid JSON: nested beyond reason"
    except ValueError as error:
        return None, f"not valid JSON: {error}"


def load_json(text: str) -> Any:
    """Return the value of a JSON text as the standard has it; a number that nothing behind can hold is None.

    Raises ValueError, also for NaN and Infinity, and RecursionError.
    """
    # To hear of every number doubles the time: only where there is one that long.
    longest: Any = _whole if _LONG_NUMBER.search(text) else None
    return json.loads(text, parse_constant=_refuse, parse_float=_finite, parse_int=longest)


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _whole(text: str) -> int | None:
    return int(text) if len(text) <= _MOST_DIGITS else None
