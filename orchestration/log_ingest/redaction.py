"""Replace secrets in lines by typed, keyed marks: `[redacted:<rule>:<8 hex digits>]`.

The same secret under the same key has the same mark, so that lines can still be joined, and the mark cannot be turned
back without the key. What is a secret is data (redaction_rules.toml). Lines are redacted before anything else
looks at them, so that no field can hold what its line does not.
"""

import hashlib
import hmac
import math
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import re2

RULES_FILE = Path(__file__).parent / "redaction_rules.toml"
# What was done to lines: a secret replaced (the rule's name), or an invalid sequence.
REPAIR_SCHEMA = {"line_number": pl.Int64, "repair": pl.String, "repair_count": pl.Int64}
INVALID_UTF8 = "invalid utf-8"
# The body of a key between its first and last line.
_KEY_BODY = r"^[\sA-Za-z0-9+/=:,\\.\"'-]*$"
_MAX_SPAN = 200


@dataclass(frozen=True, slots=True)
class RedactionRule:
    """One kind of secret."""

    name: str
    literals: tuple[str, ...]
    pattern: str
    min_entropy: float = 0.0
    min_length: int = 0
    lines: tuple[str, ...] = ()


@cache
def load_rules(path: Path = RULES_FILE) -> tuple[RedactionRule, ...]:
    """Return the rules of a file."""
    tables = tomllib.loads(path.read_text("utf-8"))["rules"]
    return tuple(
        RedactionRule(**{**table, "literals": tuple(table["literals"]), "lines": tuple(table.get("lines", ()))})
        for table in tables
    )


class Redactor:
    """Redacts texts by rules, with one key."""

    def __init__(self, rules: tuple[RedactionRule, ...], key: bytes) -> None:
        """Prepare the rules; `digest` changes when a rule or the key does."""
        self._rules = rules
        self._key = key
        self._any_literal = "|".join(_quoted(literal) for rule in rules for literal in rule.literals)
        self.digest = hmac.new(key, repr(rules).encode(), hashlib.sha256).hexdigest()[:16]

    def redact(self, lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the lines without secrets, and what was replaced: one row per line and rule."""
        text = lines["line_text"]
        suspects = np.flatnonzero(text.str.contains(self._any_literal).to_numpy())
        if not len(suspects):
            return lines, pl.DataFrame(schema=REPAIR_SCHEMA)
        hits: list[pl.DataFrame] = []
        numbers = lines["line_number"]
        for rule in self._rules:
            text, rows, counts = self._apply(rule, text, suspects)
            if len(rows):
                hits.append(_hits(rule, numbers, rows, counts))
        if not hits:
            return lines, pl.DataFrame(schema=REPAIR_SCHEMA)
        return lines.with_columns(line_text=text), pl.concat(hits)

    def _apply(
        self, rule: RedactionRule, text: pl.Series, suspects: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    ) -> tuple[pl.Series, "np.ndarray[tuple[int], np.dtype[np.int64]]", pl.Series]:
        texts = text.gather(suspects)
        matches = texts.str.contains(rule.pattern)
        nothing = np.empty(0, np.int64), pl.Series([], dtype=pl.Int64)
        if not matches.any():
            return text, *nothing
        found = texts.filter(matches).str.extract_all(rule.pattern)
        marks = self._marks(rule, found.explode().unique(maintain_order=True).to_list())
        if not marks:
            return text, *nothing
        rows = suspects[matches.to_numpy()]
        new = text.gather(rows).str.replace_many(list(marks), list(marks.values()), leftmost=True)
        counts = found.list.eval(pl.element().is_in(list(marks))).list.sum().cast(pl.Int64)
        text = text.scatter(rows, new)
        if rule.lines:
            text = self._without_bodies(rule, text, rows)
        return text, rows, counts

    def _marks(self, rule: RedactionRule, found: list[str]) -> dict[str, str]:
        """Return what each distinct match becomes; matches that the guards spare are left out."""
        pattern = re2.compile(rule.pattern)
        marks = {}
        for text in found:
            match = pattern.search(text)
            groups = {name: value for name, value in (match.groupdict() if match else {}).items() if value}
            secret = next(iter(groups.values()), text)
            if len(secret) >= rule.min_length and _entropy(secret) >= rule.min_entropy and "[redacted:" not in text:
                start = text.rindex(secret)
                marks[text] = text[:start] + self._mark(rule.name, secret) + text[start + len(secret) :]
        return marks

    def _mark(self, name: str, secret: str) -> str:
        return f"[redacted:{name}:{hmac.new(self._key, secret.encode(), hashlib.sha256).hexdigest()[:8]}]"

    def _without_bodies(
        self, rule: RedactionRule, text: pl.Series, rows: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    ) -> pl.Series:
        """Blot out the lines after each replaced first line, as long as they look like a key's body."""
        after = (rows[:, None] + np.arange(1, _MAX_SPAN)[None, :]).ravel()
        after = np.unique(after[after < len(text)])
        if not len(after):
            return text
        body = text.gather(after).str.contains(_KEY_BODY).to_numpy()
        # A line counts only when every line since the first line of the key does.
        is_body = np.zeros(len(text) + 1, dtype=bool)
        is_body[after] = body
        breaks = np.flatnonzero(~is_body)
        ends = breaks[np.searchsorted(breaks, rows + 1)]
        inside = np.zeros(len(text) + 1, dtype=np.int64)
        np.add.at(inside, rows + 1, 1)
        np.add.at(inside, ends, -1)
        blotted = np.flatnonzero(np.cumsum(inside)[:-1] > 0)
        return text.scatter(blotted, f"[redacted:{rule.name}]") if len(blotted) else text


def _hits(rule: RedactionRule, numbers: pl.Series, rows: "np.ndarray[tuple[int], np.dtype[np.int64]]", counts: pl.Series) -> pl.DataFrame:
    frame = pl.DataFrame(
        {"line_number": numbers.gather(rows), "repair": [rule.name] * len(rows), "repair_count": counts},
        schema=REPAIR_SCHEMA,
    )
    return frame.filter(pl.col("repair_count") > 0)


def _entropy(text: str) -> float:
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def _quoted(literal: str) -> str:
    return "".join(f"\\{character}" if not character.isalnum() and character != " " else character for character in literal)
