"""Patterns that users and scanned files write match as in Python, and in time linear in the text, whoever made them."""

import random
import time
from fnmatch import fnmatchcase
from pathlib import Path

import duckdb
import jinja2
import polars as pl
import pytest

from tests.dbt.project_files import PROJECT

SIGNS = (
    "a",
    "b",
    "c",
    "*",
    "?",
    "[",
    "]",
    "!",
    "-",
    "^",
    "\\",
    ".",
    "|",
    "/",
    "\n",
    "\N{LATIN SMALL LETTER E WITH ACUTE}",
)
HOSTILE = {
    "stars": "*a" * 60 + "*b",
    "stars at both ends": "*" + "a*" * 60,
    "runs of stars": "**a" * 60 + "b",
    "question marks": "*?" * 60 + "b",
    "brackets": "*[!b]" * 60 + "b",
}


def matched(pairs: pl.DataFrame, macro: str = "matches_pattern") -> list[bool]:
    """Return what the warehouse's macro says of texts and patterns."""
    source = Path(PROJECT, "macros", "engine.sql").read_text(encoding="utf-8")
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    condition = environment.from_string(source + "{{ " + macro + "('text', 'pattern') }}").render().strip()
    with duckdb.connect() as connection:
        connection.register("pairs", pairs)
        rows = connection.execute(f"select {condition} from pairs order by place").fetchall()
    return [is_match for (is_match,) in rows]


def pairs_of(rows: list[tuple[str | None, str]]) -> pl.DataFrame:
    return pl.DataFrame(
        [(place, *row) for place, row in enumerate(rows)], schema=["place", "text", "pattern"], orient="row"
    )


def test_a_pattern_matches_as_in_python() -> None:
    chance = random.Random(11)
    rows: list[tuple[str | None, str]] = [
        ("".join(chance.choices(SIGNS, k=chance.randint(0, 6))), "".join(chance.choices(SIGNS, k=chance.randint(0, 7))))
        for _ in range(20_000)
    ]
    # Many random texts are made from the pattern, else almost none would match.
    rows += [(pattern.replace("*", "ab").replace("?", "c"), pattern) for _, pattern in rows]
    wanted = [fnmatchcase(text or "", pattern) for text, pattern in rows]
    found = matched(pairs_of(rows))
    assert 5_000 < sum(wanted) < 25_000
    different = [
        (row, want) for row, want, is_match in zip(rows, wanted, found, strict=True) if want != is_match
    ]  # A range that runs backwards is nothing here; Python leaves it out of its brackets.
    assert [pair for pair in different if "-" not in pair[0][1]] == []
    assert len(different) < 50


def test_a_text_that_is_missing_matches_nothing() -> None:
    rows: list[tuple[str | None, str]] = [(None, pattern) for pattern in ("*", "a", "*a*", "?", "*a*b*")]
    assert matched(pairs_of(rows)) == [False] * 5


def test_a_pattern_of_paths_holds_for_the_whole_path_or_the_name() -> None:
    rows: list[tuple[str | None, str]] = [
        *(("logs/day one/a.log", pattern) for pattern in ("a.log", "a.*", "logs/*", "*/day*/*.log", "[ab].log")),
        *(("logs/day one/a.log", pattern) for pattern in ("logs", "day*", "b.log", "*.lo")),
    ]
    assert matched(pairs_of(rows), "matches_glob") == [True] * 5 + [False] * 4


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pattern_ends_in_time(name: str) -> None:
    count = 10_000 if name == "stars" else 500
    rows: list[tuple[str | None, str]] = [("a" * (20 + number % 100) + "c", HOSTILE[name]) for number in range(count)]
    begun = time.process_time()
    assert matched(pairs_of(rows)) == [name == "stars at both ends" and len(text or "") > 60 for text, _ in rows]
    assert time.process_time() - begun < 30
