"""Messages written so that a dialect's rules read them: the inverse of reading.

A rule's pattern, with values in the place of its named groups, is a message of that rule. What was written is read
again by the same pattern before it is used. Patterns are users' text: RE2 matches them, here they are taken apart.
"""

# The parsed form of a pattern has no public name in the standard library; `re.compile` itself is built on it.
import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import re2

from orchestration.log_ingest.dialect import Dialect, Rule

# Tried in this order where a set or `.` leaves the choice.
_CANDIDATES = "x0 aA1-_.:/\"'"
_FAILURES = frozenset({"beat_failed", "movement_failed", "flow_failed", "handler_failed"})


@dataclass(frozen=True, slots=True)
class Written:
    """A message and what its rule reads in it."""

    message_type: str
    message: str
    fields: Mapping[str, Any]


class Rules:
    """The rules of one dialect, for writing."""

    def __init__(self, dialect: Dialect) -> None:
        """Look rules up by message type and by signal."""
        self.dialect_name = dialect.name
        self._by_type = {rule.message_type: rule for rule in dialect.rules}
        self._rules = dialect.rules
        self._severities = {severity: word for word, severity in dialect.entry.severities}

    def of(self, message_type: str) -> Rule | None:
        """Return the rule of a message type."""
        return self._by_type.get(message_type)

    def can_say(self, signal: str) -> bool:
        """Tell whether the dialect has a rule for a signal."""
        return any(rule.signal == signal for rule in self._rules)

    def names(self, signal: str) -> frozenset[str]:
        """Return the fields that messages of a signal can carry."""
        return frozenset(
            name
            for rule in self._rules
            if rule.signal == signal
            for pattern in rule.patterns
            for name in _compiled(pattern).groupindex
        )

    def write(self, signal: str, fields: Mapping[str, Any]) -> Written | None:
        """Return a message of a signal with these fields as far as its rule has them; None when none can be written."""
        for rule in self._rules:
            if rule.signal != signal:
                continue
            for pattern in rule.patterns or ("",):
                message = _sample(pattern, fields) if pattern else (rule.starts_with or ("",))[0]
                if message and self._reads(rule, pattern, message, fields):
                    known = dict(rule.constants) | {k: v for k, v in fields.items() if _names(pattern, k)}
                    return Written(rule.message_type, message, known)
        return None

    def _reads(self, rule: Rule, pattern: str, message: str, fields: Mapping[str, Any]) -> bool:
        """Tell whether the message is read by this rule, by none before it, and with the values given."""
        first = next((one for one in self._rules if _fits(one, message)), None)
        if first is not rule:
            return False
        found = _compiled(pattern).search(message).groupdict() if pattern else {}
        return all(str(value) == found[name] for name, value in fields.items() if value is not None and name in found)

    def with_severity(self, head: str, signal: str) -> str:
        """Return what stands before a message with the word of its severity: a failure is an error."""
        wanted = self._severities.get("error") if signal in _FAILURES else None
        if not wanted:
            return head
        for word in self._severities.values():
            place = head.find(word)
            if place >= 0 and word != wanted:
                # Words are often set flush right: a longer one takes the place of blanks before it.
                room = len(head[:place]) - len(head[:place].rstrip(" ")) - 1
                kept = place - max(min(len(wanted) - len(word), room), 0)
                return head[:kept] + wanted + head[place + len(word) :]
        return head


def with_value(rule: Rule | None, message: str, name: str, value: Any) -> str | None:
    """Return a message with another value for a field its rule captured; None where the rule captured none there."""
    for pattern in rule.patterns if rule else ():
        compiled = _compiled(pattern)
        found = compiled.search(message)
        if not found:
            continue
        if name not in compiled.groupindex or found.group(name) is None:
            return None
        start, end = found.span(compiled.groupindex[name])
        return message[:start] + _formatted(value, message[start:end]) + message[end:]
    return None


def _formatted(value: Any, before: str) -> str:
    """Write a number with as many decimals as the one it replaces."""
    if not isinstance(value, float):
        return str(value)
    return f"{max(value, 0.0):.{len(before.partition('.')[2])}f}"


def _fits(rule: Rule, message: str) -> bool:
    if rule.starts_with and not message.startswith(rule.starts_with):
        return False
    return not rule.patterns or any(_compiled(pattern).search(message) for pattern in rule.patterns)


def _names(pattern: str, name: str) -> bool:
    return bool(pattern) and name in _compiled(pattern).groupindex


@cache
def _compiled(pattern: str) -> Any:
    return re2.compile(pattern)


def _sample(pattern: str, fields: Mapping[str, Any]) -> str | None:
    """Return the shortest plain text a pattern matches with these values; None for what Python cannot take apart."""
    try:
        tree = parser.parse(pattern)
        names = {number: name for name, number in tree.state.groupdict.items()}
        return _Sampler(names, fields).text(tree)
    except (ValueError, LookupError, parser.error):
        return None


class _Sampler:
    """Writes what a parsed pattern matches."""

    def __init__(self, names: Mapping[int, str], fields: Mapping[str, Any]) -> None:
        self._names = names
        self._fields = {name: value for name, value in fields.items() if value is not None}

    def text(self, nodes: Iterable[Any]) -> str:
        """Return a text for nodes one after another."""
        return "".join(self._node(code, argument) for code, argument in nodes)

    def _node(self, code: Any, argument: Any) -> str:
        if code is op.LITERAL:
            return str(chr(argument))
        if code in (op.IN, op.NOT_LITERAL, op.ANY):
            return _one_of(code, argument)
        if code is op.SUBPATTERN:
            name = self._names.get(argument[0])
            return str(self._fields[name]) if name in self._fields else self.text(argument[3])
        if code is op.BRANCH:
            return self.text(next((one for one in argument[1] if self._is_wanted(one)), argument[1][0]))
        if code in (op.MAX_REPEAT, op.MIN_REPEAT):
            low, _, nodes = argument
            return self.text(nodes) * max(int(low), int(self._is_wanted(nodes)))
        if code is op.AT:
            return ""
        raise ValueError(code)

    def _is_wanted(self, nodes: Iterable[Any]) -> bool:
        """Tell whether a group that has a value is somewhere below."""
        return any(
            self._names.get(number) in self._fields for node in nodes for number in _groups(node) if number is not None
        )


def _groups(node: Any) -> Iterable[int | None]:
    code, argument = node
    below: Sequence[Any] = ()
    if code is op.SUBPATTERN:
        yield argument[0]
        below = argument[3]
    elif code in (op.MAX_REPEAT, op.MIN_REPEAT):
        below = argument[2]
    elif code is op.BRANCH:
        below = [one for branch in argument[1] for one in branch]
    for one in below:
        yield from _groups(one)


def _one_of(code: Any, argument: Any) -> str:
    node = parser.SubPattern(parser.State(), [(code, argument)])
    for one in (*_literals(code, argument), *_CANDIDATES):
        if _matches(node, one):
            return str(one)
    raise ValueError(argument)


def _literals(code: Any, argument: Any) -> Iterable[str]:
    if code is op.IN and argument[0][0] is not op.NEGATE:
        yield from (chr(value) for kind, value in argument if kind is op.LITERAL)
        yield from (chr(value[0]) for kind, value in argument if kind is op.RANGE)


def _matches(node: Any, one: str) -> bool:
    import re._compiler as compiler  # type: ignore[import-not-found]

    return compiler.compile(node).fullmatch(one) is not None
