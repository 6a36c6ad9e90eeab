"""JSON from files nobody vouches for: read within limits, with the problem in words instead of an exception."""

import json
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

# Of files the user names; those found in the code have the limit of the scan.
_MOST_BYTES = 64 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class JsonFile:
    """A JSON file as read: `value` is None when there is a problem."""

    code_file_path: str
    value: Any
    problem: str | None
    byte_count: int
    line_count: int
    content_hash: str | None


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
        return json.loads(content.decode("utf-8-sig")), None
    except UnicodeDecodeError as error:
        return None, f"not UTF-8: byte {error.start:,}"
    except json.JSONDecodeError as error:
        return None, f"not valid JSON: {error.msg.lower()} in line {error.lineno}, column {error.colno}"
    except (ValueError, RecursionError) as error:
        return None, f"not valid JSON: {type(error).__name__}"
