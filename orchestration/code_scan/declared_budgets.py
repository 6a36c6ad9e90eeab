"""Budgets of durations that an application declares itself, in the JSON configuration beside its code.

Recognised by the words of their keys (budget_words.toml), not by file name. Budgets of `sightline.toml` are settings;
what any budget is compared with is dbt's work.
"""

import json
import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.code_scan.declared import is_declaring
from orchestration.code_scan.json_files import parse_json
from orchestration.code_scan.source_tree import SourceFile
from orchestration.given_files import read_given

_WORDS_FILE = Path(__file__).with_name("budget_words.toml")
# Capitals, digits of a percentile and separators part words: maxMs, p95Ms, warn_threshold-ms.
_WORD = re.compile(r"p\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# A text of JSON ends on its line, so that a quote in a comment costs that line only; a key has a colon behind it.
_TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*+)(?:"(\s*+:)?)?')
# What a further star costs to match grows with a power of the name's length.
_MOST_STARS = 2


@dataclass(frozen=True, slots=True)
class DeclaredBudget:
    """A limit as declared; `declaration_key` are the keys that lead to it, joined by dots."""

    subject_kind: str
    name_pattern: str
    statistic: str
    limit_ms: float
    severity: str
    declaration_file_path: str
    declaration_line_number: int | None
    declaration_key: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words budgets are told by; each maps to what it means."""

    limits: frozenset[str]
    others: frozenset[str]
    subjects: dict[str, str]
    units: dict[str, float]
    statistics: dict[str, str]
    severities: dict[str, str]

    def knows(self, word: str) -> bool:
        """Tell whether a word says something of a budget, so that it is no name."""
        return word in self.limits or any(
            word in meant for meant in (self.subjects, self.units, self.statistics, self.severities)
        )


def read_budgets(sources: Sequence[SourceFile]) -> list[DeclaredBudget]:
    """Return the budgets of all JSON files, in path order; never raises for what a file holds."""
    return [
        budget
        for source in sources
        if source.language == "json" and not source.problem and is_declaring(source.code_file_path)
        for budget in _read_file(source)
    ]


def find_budgets(content: bytes, path: str) -> list[DeclaredBudget]:
    """Return the budgets that a JSON text declares."""
    words = _vocabulary()
    # Most JSON files hold no such word at all: they are not parsed a second time.
    lowered = content.lower()
    if not any(word.encode() in lowered for word in words.limits):
        return []
    value, _ = parse_json(content, may_hold_comments=True)
    text = content.decode("utf-8", "replace")
    lines = _lines_of_keys(text)
    seen: Counter[str] = Counter()
    found = []
    for keys, leaf in _leaves(value):
        written = json.dumps(keys[-1], ensure_ascii=False)[1:-1]
        seen[written] += 1
        budget = _budget(keys, leaf, words)
        if budget:
            places = lines.get(written, [])
            line = places[seen[written] - 1] if seen[written] <= len(places) else None
            found.append(DeclaredBudget(*budget, path, line, _utf8(".".join(keys))))
    return found


def _read_file(source: SourceFile) -> list[DeclaredBudget]:
    try:
        return find_budgets(read_given(source.path, source.byte_count), source.code_file_path)
    except OSError:
        return []  # the scan lists it as a file that cannot be read


def _leaves(value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every key of nested tables in the order of the file; lists hold data, not settings."""
    pending: list[tuple[tuple[str, ...], Any]] = [((), value)]
    while pending:
        keys, item = pending.pop()
        if keys:
            yield keys, item
        if isinstance(item, dict):
            pending += [((*keys, str(key)), inner) for key, inner in reversed(item.items())]


def _lines_of_keys(text: str) -> dict[str, list[int]]:
    """Return for each key, as it is written, the lines on which it stands, in their order."""
    lines: defaultdict[str, list[int]] = defaultdict(list)
    line, counted = 1, 0
    for found in _TEXT.finditer(text):
        if found[2]:
            line += text.count("\n", counted, found.start())
            counted = found.start()
            lines[found[1]].append(line)
    return lines


def _budget(keys: tuple[str, ...], value: Any, words: Vocabulary) -> tuple[str, str, str, float, str] | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    parts = [_words_of(key) for key in keys]
    flat = [word for part in parts for word in part]
    subject = _last(flat, words.subjects)
    # The unit is the last word of the key, or of the table of names it stands in: sequenceBudgetsMs > Order.
    ends = [part[-1] for part in reversed(parts[-2:]) if part]
    limit = _milliseconds(value, next((words.units[end] for end in ends if end in words.units), None))
    if subject is None or limit is None or words.limits.isdisjoint(flat) or not words.others.isdisjoint(flat):
        return None
    # What comes after the subject and says nothing of a budget is a name: budgets > handlers > createNode > p95Ms.
    begin = max(place for place, part in enumerate(parts) if _last(part, words.subjects))
    names = [
        key for key, part in zip(keys[begin + 1 :], parts[begin + 1 :], strict=True) if not any(map(words.knows, part))
    ]
    if len(names) > 1 or any(name.count("*") > _MOST_STARS for name in names):
        return None
    statistic = _last(flat, words.statistics) or "max"
    severity = _last(flat, words.severities) or "warning"
    return subject, _utf8(names[0]) if names else "*", statistic, limit, severity


def _milliseconds(value: float, unit: float | None) -> float | None:
    if unit is None:
        return None
    try:
        limit = float(value) * unit
    except OverflowError:
        return None
    return limit if 0 < limit < math.inf else None


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _last(found: Sequence[str], meanings: Mapping[str, str]) -> str | None:
    return next((meanings[word] for word in reversed(found) if word in meanings), None)


def _words_of(key: str) -> list[str]:
    plain = [word.lower() for word in _WORD.findall(key)]
    single = [word[:-1] if len(word) > 3 and word.endswith("s") else word for word in plain]
    joined = " ".join(single).replace("start up", "startup")
    return joined.split()


@cache
def _vocabulary() -> Vocabulary:
    values = tomllib.loads(_WORDS_FILE.read_text(encoding="utf-8"))

    def meanings(name: str) -> dict[str, str]:
        return {word: meaning for meaning, words in values[name].items() for word in words}

    return Vocabulary(
        frozenset(values["limits"]),
        frozenset(values["not_a_budget"]),
        meanings("subjects"),
        dict(values["units"]),
        meanings("statistics"),
        meanings("severities"),
    )
