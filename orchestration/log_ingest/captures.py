"""What a pattern captures in a column of texts, as a frame with a column for each named group.

The regex engine is Polars' (linear time, no look-around). Where a pattern runs, and what it means, is said elsewhere.
"""

import re
from functools import cache

import polars as pl

from orchestration.log_ingest.columns import arrow_of

# So many texts may be worth looking whether they repeat: a sample tells.
_MANY, _SAMPLE = 1024, 256
_TEXT = "text"


def captured(texts: pl.Series, pattern: str) -> pl.DataFrame:
    """Return the groups of a pattern, null where it does not match or a group has no part in the match."""
    return texts.alias(_TEXT).to_frame().select_seq(_capturing(pattern))


def captured_once(texts: pl.Series, pattern: str) -> pl.DataFrame:
    """Return the same, for texts that may repeat: to find the same text again costs a tenth of a match."""
    if len(texts) < _MANY or texts.gather_every(len(texts) // _SAMPLE).n_unique() > _SAMPLE * 2 // 3:
        return captured(texts, pattern)
    encoded = arrow_of(texts).dictionary_encode()
    return captured(pl.Series(pl.from_arrow(encoded.dictionary)), pattern)[pl.Series(pl.from_arrow(encoded.indices))]


def without_names(pattern: str) -> str:
    """Return the pattern with groups that have no names, so that it can stand beside others that name the same."""
    return re.sub(r"\(\?P?<\w+>", "(?:", pattern)


@cache
def _capturing(pattern: str) -> pl.Expr:
    # To build the expression compiles the pattern, to learn its groups: as dear as to match a hundred texts.
    return pl.col(_TEXT).str.extract_groups(pattern).struct.unnest()
