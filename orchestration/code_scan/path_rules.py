"""Rules over paths as .gitignore and CODEOWNERS write them, matched without backtracking.

What a pattern means is pathspec's knowledge; RE2 runs it, all rules in one pass over a path. Whose rules they are, and
what follows from a match, is source_tree.py and owners.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import re2
from pathspec import GitIgnoreSpec
from pathspec.patterns.gitwildmatch import GitWildMatchPattern

from orchestration.given_files import MEBIBYTE, read_given

# The largest known hold a tenth of this.
_MOST_BYTES = 4 * MEBIBYTE
_MOST_RULES = 20_000
_MOST_CHARACTERS = 2_000
# RE2 gives up in silence when the states of one set outgrow its memory.
_RULES_PER_SET = 256
_SET_BYTES = 64 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class PathRule:
    """A pattern of a file of rules: its line, and what stands beside it there."""

    line_number: int
    pattern: str
    beside: tuple[str, ...] = ()


class PathRules:
    """Rules in their order; `problems` names those that cannot be understood, which match nothing."""

    def __init__(self, rules: Iterable[PathRule]) -> None:
        """Compile the rules."""
        self.problems: list[str] = []
        self._rules: list[tuple[PathRule, GitWildMatchPattern]] = []
        regexes = []
        for number, rule in enumerate(rules):
            if number == _MOST_RULES:
                self.problems.append(f"line {rule.line_number}: more than {_MOST_RULES:,} rules; those behind are left")
                break
            for pattern, regex in self._compiled(rule):
                self._rules.append((rule, pattern))
                regexes.append(regex)
        self._sets = [_set_of(regexes[at : at + _RULES_PER_SET]) for at in range(0, len(regexes), _RULES_PER_SET)]

    def decide(self, path: str) -> bool | None:
        """Tell as git does whether the rules name a path (True), except it (False) or say nothing of it."""
        found = [pattern for _, pattern in self._matching(path)]
        return GitIgnoreSpec(found).check_file(path).include if found else None

    def last_matching(self, path: str) -> PathRule | None:
        """Return the last rule that names a path."""
        return next((rule for rule, pattern in reversed(self._matching(path)) if pattern.include), None)

    def _matching(self, path: str) -> list[tuple[PathRule, GitWildMatchPattern]]:
        return [
            self._rules[index]
            for number, patterns in enumerate(self._sets)
            for index in sorted(number * _RULES_PER_SET + place for place in patterns.Match(path) or ())
        ]

    def _compiled(self, rule: PathRule) -> Iterator[tuple[GitWildMatchPattern, str]]:
        try:
            if len(rule.pattern) > _MOST_CHARACTERS:
                raise ValueError("too long")
            regex, include = GitWildMatchPattern.pattern_to_regex(rule.pattern)
            if include is not None and regex is not None:
                yield GitWildMatchPattern(re2.compile(regex, _options()), include), regex
        except (ValueError, re2.error):
            self.problems.append(f"line {rule.line_number}: not a pattern: {rule.pattern[:80]}")


def read_lines(path: Path) -> list[str]:
    """Return the lines of a file of rules; raise OSError when it cannot be read."""
    return read_given(path, _MOST_BYTES).decode("utf-8", "replace").splitlines()


def rules_of_lines(lines: Iterable[str]) -> PathRules:
    """Return the rules of lines that are a pattern each."""
    return PathRules(PathRule(number, line) for number, line in enumerate(lines, 1))


def _set_of(regexes: Sequence[str]) -> re2.Set:
    made = re2.Set.SearchSet(_options())
    for regex in regexes:
        made.Add(regex)
    made.Compile()
    return made


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _SET_BYTES
    return options
