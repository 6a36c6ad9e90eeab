"""A recorded session as rows that can be moved, removed, copied and delayed: its own text, and what was read in it.

A row is a record with the lines that belong to it, or a line no record holds. What a row means is its signal, so the
same code serves every dialect that names the signals. Which rows form flows, beats and calls is in session_flows.py,
how a message is written anew in rule_texts.py.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from orchestration.faults.rule_texts import Rules, with_value

_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)(?:([.,])(\d{1,9}))?")
# A stamp of data, a date of birth say, is not one of the log's clock: only what is near the row's own time moves.
_NEAR = timedelta(days=2)
# Of the rows that have a time so many must say it in a form that can be written anew.
_LEAST_STAMPED_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `flow` is the flow that wrote it, `message_at` the place of the message in its first line, or -1.

    `is_made` marks what a fault wrote or changed, not what merely came later because of it.
    """

    text: str
    signal: str | None = None
    message_type: str = ""
    message: str = ""
    message_at: int = -1
    fields: Mapping[str, Any] = field(default_factory=dict)
    moment: datetime | None = None
    flow: str | None = None
    is_made: bool = False

    def value(self, name: str) -> Any:
        """Return a field the rule captured, or None."""
        return self.fields.get(name)

    def made(self) -> "Row":
        """Return the row as part of a fault."""
        return replace(self, is_made=True)


@dataclass(frozen=True, slots=True)
class SessionRows:
    """A session as rows, and the rules that read them; `is_owned` once its rows know their flows."""

    rows: tuple[Row, ...]
    rules: Rules
    is_sequential: bool
    is_ended: bool = True
    is_owned: bool = False

    @classmethod
    def of(cls, text: str, records: Iterable[Mapping[str, Any]], rules: Rules, correlation: str) -> "SessionRows":
        """Join the text of a log with the records (rows of the raw table `log_records`) that were read in it."""
        lines = text.removesuffix("\n").split("\n")
        rows: list[Row] = []
        done = 0
        for record in sorted(records, key=lambda one: one["line_number"]):
            start = record["line_number"] - 1
            end = min(start + record["line_count"], len(lines))
            rows += [Row(line) for line in lines[done:start]]
            if start < end:
                rows.append(_row(lines[start:end], record))
            done = max(done, end)
        rows += [Row(line) for line in lines[done:]]
        return cls(tuple(rows), rules, correlation == "sequential", text.endswith("\n"))

    def text(self) -> str:
        """Return the session as it would be saved."""
        return "\n".join(row.text for row in self.rows) + ("\n" if self.is_ended else "")

    def with_rows(self, rows: Iterable[Row]) -> "SessionRows":
        """Return the session with other rows."""
        return replace(self, rows=tuple(rows))

    def later(self, row: Row, milliseconds: float) -> Row:
        """Return the row as if it had been written later: its stamps and the application's own clock."""
        if not milliseconds:
            return row
        moved = row
        if row.moment is not None:
            moved = _moved(row, row.moment, timedelta(milliseconds=round(milliseconds)))
        clock = row.value("clock_ms")
        return moved if clock is None else self.with_field(moved, "clock_ms", clock + milliseconds)

    def with_field(self, row: Row, name: str, value: Any) -> Row:
        """Return the row saying another value where its rule captured one; unchanged where that place is not found."""
        message = with_value(self.rules.of(row.message_type), row.message, name, value)
        if message is None or row.message_at < 0:
            return row
        return replace(_saying(row, message), fields={**row.fields, name: value})

    def saying(self, row: Row, signal: str, fields: Mapping[str, Any]) -> Row | None:
        """Return a row at the place and time of `row` that says something else; None where no rule can be written."""
        written = self.rules.write(signal, fields)
        if written is None or row.message_at < 0:
            return None
        first = row.text.split("\n", 1)[0]
        head = self.rules.with_severity(first[: row.message_at], signal)
        text = head + written.message + ("\r" if first.endswith("\r") else "")
        return replace(
            row,
            text=text,
            signal=signal,
            message_type=written.message_type,
            message=written.message,
            message_at=len(head),
            fields=written.fields,
            is_made=True,
        )

    def milliseconds(self, first: int, last: int) -> float:
        """Return how long it took from one row to another, by the clock where both say it, else by the stamps."""
        moments = [row.moment for row in self.rows[first : last + 1] if row.moment is not None]
        return (moments[-1] - moments[0]).total_seconds() * 1000 if moments else 0.0

    @property
    def has_clock(self) -> bool:
        """Tell whether the session has times, in a form in which they can be written anew."""
        timed = [row for row in self.rows if row.moment is not None]
        stamped = sum(_STAMP.search(row.text.split("\n", 1)[0]) is not None for row in timed)
        return bool(timed) and stamped >= _LEAST_STAMPED_SHARE * len(timed)

    def is_in_order(self) -> bool:
        """Tell whether no row is stamped earlier than the one before it."""
        moments = [row.moment for row in self.rows if row.moment is not None]
        return all(one <= other for one, other in pairwise(moments))

    def in_order(self) -> "SessionRows":
        """Return the rows by time; rows without a stamp stay behind the one they followed."""
        placed: list[tuple[datetime, Row]] = []
        moment = next((row.moment for row in self.rows if row.moment is not None), None)
        for row in self.rows:
            moment = row.moment or moment
            if moment is None:
                return self
            placed.append((moment, row))
        return self.with_rows(row for _, row in sorted(placed, key=lambda one: one[0]))

    def made_lines(self) -> tuple[int, int]:
        """Return the first and last line that a fault wrote or changed; the last line where it only took away."""
        starts, line = [1], 1
        for row in self.rows:
            line += row.text.count("\n") + 1
            starts.append(line)
        made = [index for index, row in enumerate(self.rows) if row.is_made]
        if not made:
            return line - 1, line - 1
        return starts[made[0]], starts[made[-1] + 1] - 1


def _row(lines: Sequence[str], record: Mapping[str, Any]) -> Row:
    message = record["message"] or ""
    return Row(
        text="\n".join(lines),
        signal=record["signal"],
        message_type=record["message_type"],
        message=message,
        # Where a secret was replaced the message is not what the log says: such a row is left as it is.
        message_at=lines[0].rfind(message) if message else -1,
        fields={name: value for name, value in record.items() if value is not None},
        moment=record["emitted_at"],
    )


def _saying(row: Row, message: str) -> Row:
    first, *rest = row.text.split("\n", 1)
    end = row.message_at + len(row.message)
    changed = first[: row.message_at] + message + first[end:]
    return replace(row, text="\n".join([changed, *rest]), message=message)


def _moved(row: Row, moment: datetime, delta: timedelta) -> Row:
    """Return a row with all stamps near its own time shifted, in its first line and so in its message."""

    def shift(text: str) -> str:
        return _STAMP.sub(lambda found: _shifted(found, moment, delta), text)

    first, *rest = row.text.split("\n", 1)
    first = shift(first)
    message, place = row.message, row.message_at
    if place >= 0:
        # Many messages say no time themselves, and a stamp keeps its length.
        message = shift(message) if _STAMP.search(message) else message
        place = place if first.startswith(message, place) else first.rfind(message)
    text = "\n".join([first, *rest])
    return replace(row, text=text, message=message, message_at=place, moment=moment + delta)


def _shifted(found: re.Match[str], near: datetime, delta: timedelta) -> str:
    day, between, time, point, digits = found.groups()
    try:
        said = datetime.fromisoformat(f"{day}T{time}")
    except ValueError:
        return found[0]
    if abs(said - near.replace(tzinfo=None)) > _NEAR:
        return found[0]
    exact = said + timedelta(seconds=float(f"0.{digits}") if digits else 0.0) + delta
    text = f"{exact:%Y-%m-%d}{between}{exact:%H:%M:%S}"
    return f"{text}{point}{f'{exact.microsecond:06d}'.ljust(len(digits), '0')[: len(digits)]}" if digits else text
