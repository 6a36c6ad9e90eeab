"""Options that take several values, as a shell hands them over."""

import pytest

from orchestration.cli.arguments import spread_values


@pytest.mark.parametrize(
    ("typed", "parsed"),
    [
        ("run --logs a b c --code d", "run --logs a --logs b --logs c --code d"),
        ("run --logs a --logs b", "run --logs a --logs b"),
        ("run --logs=a b --home h", "run --logs=a --logs b --home h"),
        ("run --home h --code x y", "run --home h --code x --code y"),
        ("run --logs --code d", "run --logs --code d"),
        ("serve --port 1 extra", "serve --port 1 extra"),
    ],
)
def test_an_option_is_repeated_before_each_of_its_values(typed: str, parsed: str) -> None:
    assert spread_values(typed.split()) == parsed.split()
