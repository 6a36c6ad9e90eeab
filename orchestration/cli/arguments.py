"""The command line as people type it, made into what the parser takes.

`--logs a b c --code d` (a shell expands `--logs *.log` so) becomes `--logs a --logs b --logs c --code d`. What the
options are is said in app.py.
"""

from collections.abc import Iterator, Sequence

SPREAD_OPTIONS = frozenset({"--logs", "--code", "--sequences", "--coverage"})


def spread_values(arguments: Sequence[str]) -> list[str]:
    """Repeat an option that takes several values before each of its values."""
    return list(_spread(arguments))


def _spread(arguments: Sequence[str]) -> Iterator[str]:
    option = None
    is_first_value = False
    for argument in arguments:
        name = argument.partition("=")[0]
        if argument.startswith("-"):
            option = name if name in SPREAD_OPTIONS else None
            is_first_value = option is not None and "=" not in argument
            yield argument
        elif option and not is_first_value:
            yield from (option, argument)
        else:
            is_first_value = False
            yield argument
