"""Saved consoles as other programs write them: a test script, a desktop shell, a console saved without its anchors.

Rows of stacks are left out, as these writers leave them out; further lines of a text are kept.
"""

import re
from collections.abc import Callable

from tests.made.saved_console import entries_of, message_of

_STAMP = re.compile(r"^\S* (?: ?(\d{4}-\d\d-\d\dT[\d:.]{12}Z) )")
_STACK = re.compile(
    r"^(?: {4}at |.* @ |await in |Promise\.|<|\(anonymous\)|setTimeout|requestAnimationFrame|postMessage)"
)
_LEVELS = (("❌", "ERROR"), ("⚠️", "WARN"), ("🚫", "WARN"))
_SERILOG_LEVEL = {"LOG": "INF", "WARN": "WRN", "ERROR": "ERR"}

# When a row was written (as the last stamp said), its own stamp with a blank or nothing, and its text.
Form = Callable[[str, str, str], str]


def levelled(at: str, own: str, text: str) -> str:
    """Return `[stamp] LOG stamp message`."""
    return f"[{at}] {_level(text)} {own}{text}"


def stamped(at: str, own: str, text: str) -> str:
    """Return `[stamp] stamp message`."""
    return f"[{at}] {own}{text}"


def bracketed(at: str, own: str, text: str) -> str:
    """Return `[stamp] message`."""
    return f"[{at}] {text}"


def serilog(at: str, own: str, text: str) -> str:
    """Return `[stamp zone] [LVL] Context: message`."""
    return f"[{at[:10]} {at[11:23]} +00:00] [{_SERILOG_LEVEL[_level(text)]}] Shell.Engine.Host: {text}"


def stamped_serilog(at: str, own: str, text: str) -> str:
    """Return the same with the message's own stamp inside."""
    return serilog(at, own, own + text).replace("[INF]", f"[{_SERILOG_LEVEL[_level(text)]}]", 1)


def blank(at: str, own: str, text: str) -> str:
    """Return ` stamp message`."""
    return f" {own}{text}"


def blank_unstamped(at: str, own: str, text: str) -> str:
    """Return ` message`."""
    return f" {text}"


FORMS: dict[str, Form] = {
    form.__name__: form for form in (levelled, stamped, bracketed, serilog, stamped_serilog, blank, blank_unstamped)
}


def wrapped(text: str, form: Form) -> str:
    """Return a saved console in another form."""
    at, lines = "2026-11-22T15:00:00.000Z", []
    for entry in entries_of(text):
        first, *further = entry.split("\n")
        stamp = _STAMP.match(first)
        at = stamp[1] if stamp else at
        lines.append(form(at, f"{at} " if stamp else "", message_of(entry)))
        lines += [line for line in further if line.strip() and not _STACK.match(line)]
    return "".join(f"{line}\n" for line in lines)


def _level(text: str) -> str:
    return next((level for sign, level in _LEVELS if text.startswith(sign)), "LOG")
