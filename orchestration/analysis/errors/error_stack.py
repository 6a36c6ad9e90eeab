"""Stack traces as frames, in the forms browsers, Node, Python and .NET print them.

Two kinds of stack stand behind a record: the error's own ("at fn (file:1:2)"), and that of the call that logged it
("fn @ file:1", which DevTools adds to warnings and errors). Only the first says where it was thrown. Which frame is the
application's belongs to error_code_places.py.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

MOST_FRAMES = 60


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; `is_thrown` tells the error's own stack from that of the logging call. Numbers are from 1."""

    function_name: str | None
    file_name: str
    line_number: int | None
    column_number: int | None
    is_thrown: bool


_PLACE = r"(?P<file>[^\s()][^()]*?):(?P<line>\d+)(?::(?P<column>\d+))?"
_FORMS: tuple[tuple[re.Pattern[str], bool], ...] = (
    # V8: `at async Object.charge (src/pay.ts:3:9)`, `at src/pay.ts:3:9`, `at new Cart (cart.js:1:2)`
    (re.compile(rf"^\s*at (?:async )?(?:new )?(?P<function>[^()]+?)(?: \[as [^\]]+\])? \({_PLACE}\)$"), True),
    (re.compile(rf"^\s*at (?:async )?{_PLACE}$"), True),
    # .NET: `at Shop.Cart.Add(Int32 id) in /src/Cart.cs:line 12`
    (re.compile(r"^\s*at (?P<function>[\w.<>`+\[\]]+)\(.*\) in (?P<file>.+):line (?P<line>\d+)$"), True),
    # DevTools: `executeBeat @ BeatExecutor.ts:155`
    (re.compile(r"^\s*(?P<function>\S[^@]*?) @ (?P<file>\S.*?):(?P<line>\d+)(?::(?P<column>\d+))?$"), False),
    # Firefox and Safari: `charge@https://shop.example/app.js:3:9`
    (re.compile(r"^(?P<function>[^\s@()]*)@(?P<file>\S+?):(?P<line>\d+):(?P<column>\d+)$"), True),
)
_PYTHON = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<function>\S+)$')
_ANONYMOUS = {"(anonymous)", "<anonymous>", "anonymous", "<lambda>", "<module>", "?", ""}
_LIBRARY = re.compile(
    r"(?:^|/)node_modules/|^node:|^internal/|/site-packages/|/lib/python\d|<anonymous>|^native\b|^chrome-extension:"
    r"|\.vite/deps/|webpack/(?:bootstrap|runtime)|\.(?:development|production)(?:\.min)?\.js$"
    r"|(?:^|/)(?:react|react-dom|scheduler|vue|zone|jquery|lodash|rxjs|angular|polyfills?)[.\-][\w.\-]*js$"
    r"|(?:^|/)vendor[.\-/]"
)


@lru_cache(maxsize=8192)
def parse_stack(detail: str) -> tuple[Frame, ...]:
    """Return the frames, innermost first, thrown before logged; lines that are no frame are passed over."""
    thrown: list[Frame] = []
    logged: list[Frame] = []
    python: list[Frame] = []
    for line in detail.splitlines():
        if match := _PYTHON.match(line):
            python.append(_frame(match, True))
        elif (frame := _parse_line(line)) is not None:
            (thrown if frame.is_thrown else logged).append(frame)
    # Python prints the innermost frame last.
    return (*python[::-1], *thrown, *logged)[:MOST_FRAMES]


def is_library(file_name: str) -> bool:
    """Tell whether a file is the runtime's or a package's by its path or name alone."""
    return _LIBRARY.search(file_name.replace("\\", "/")) is not None


def short_function(name: str | None) -> str | None:
    """Return a function's own name: `Object.checkVoucher` is `checkVoucher`; None for a nameless one."""
    if name is None:
        return None
    last = re.split(r"[.#/]", name.strip())[-1]
    return None if last in _ANONYMOUS or name.strip() in _ANONYMOUS else last


def _parse_line(line: str) -> Frame | None:
    for pattern, is_thrown in _FORMS:
        if match := pattern.match(line):
            return _frame(match, is_thrown)
    return None


def _frame(match: re.Match[str], is_thrown: bool) -> Frame:
    found = match.groupdict()
    column = found.get("column")
    return Frame(
        found.get("function"),
        found["file"].split("?")[0],
        int(found["line"]),
        int(column) if column else None,
        is_thrown,
    )
