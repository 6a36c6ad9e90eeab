"""Console logs written once more as other programs would: the forms a test script, a desktop shell and a raw save give.

An independent reading of the console's own format, by the standard library: nothing of log_ingest is used.
"""

import re
from collections.abc import Callable, Iterator

STAMP = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z"
# A row begins with its place or without one, and a blank; a failed request has two.
_ROW = re.compile(rf"^(?:[^ ]*[./)M][^ ]*:\d+)? (?! [^DGHOP])(?:({STAMP}) )? *(.*)$")
_STACK = re.compile(
    r"^(?: {4}at |.* @ |await in |Promise\.|<|\(anonymous\)|setTimeout|requestAnimationFrame|postMessage)"
)

# A row of the log: the time it was written (the last one said), its own stamp or none, its text.
Row = tuple[str, str | None, str]
_LEVELS = (("❌", "ERROR"), ("⚠️", "WARN"), ("🚫", "WARN"))
_SERILOG_LEVEL = {"LOG": "INF", "WARN": "WRN", "ERROR": "ERR"}


def rows_of(log: str) -> Iterator[Row]:
    """Yield the rows of a console's log; rows of stacks are left out, further lines of a text kept."""
    told: tuple[str, str | None, list[str]] | None = None
    at = "2026-11-22T15:00:00.000Z"
    for line in log.split("\n"):
        if row := _ROW.match(line):
            if told:
                yield told[0], told[1], "\n".join(told[2])
            at = row[1] or at
            told = at, row[1], [row[2]]
        elif told and line.strip() and not _STACK.match(line):
            told[2].append(line)
    if told:
        yield told[0], told[1], "\n".join(told[2])


def _level(text: str) -> str:
    return next((level for sign, level in _LEVELS if text.startswith(sign)), "LOG")


def _own(stamp: str | None, text: str) -> str:
    return f"{stamp} {text}" if stamp else text


def levelled(row: Row) -> str:
    """Return `[stamp] LOG stamp message`."""
    return f"[{row[0]}] {_level(row[2])} {_own(row[1], row[2])}"


def stamped(row: Row) -> str:
    """Return `[stamp] stamp message`."""
    return f"[{row[0]}] {_own(row[1], row[2])}"


def bracketed(row: Row) -> str:
    """Return `[stamp] message`."""
    return f"[{row[0]}] {row[2]}"


def serilog(row: Row) -> str:
    """Return `[stamp zone] [LVL] Context: message`."""
    return f"[{row[0][:10]} {row[0][11:23]} +00:00] [{_SERILOG_LEVEL[_level(row[2])]}] Shell.Engine.Host: {row[2]}"


def stamped_serilog(row: Row) -> str:
    """Return the same with the message's own stamp inside."""
    return serilog((row[0], row[1], _own(row[1], row[2])))


def blank(row: Row) -> str:
    """Return ` stamp message`."""
    return f" {_own(row[1], row[2])}"


def blank_unstamped(row: Row) -> str:
    """Return ` message`."""
    return f" {row[2]}"


def bare(row: Row) -> str:
    """Return the message alone."""
    return row[2]


FORMS: dict[str, Callable[[Row], str]] = {
    form.__name__: form
    for form in (levelled, stamped, bracketed, serilog, stamped_serilog, blank, blank_unstamped, bare)
}


def wrapped(log: str, form: str) -> str:
    """Return a console's log in another form."""
    return "".join(f"{FORMS[form](row)}\n" for row in rows_of(log))
