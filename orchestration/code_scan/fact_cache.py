"""Facts known from before, by the content of a file: what is not changed is not parsed again.

One Parquet file beside the lake, written whole or not at all. It may be deleted at any time.
"""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.code_scan.facts import FACTS_VERSION
from orchestration.lake import write_parquet

_SCHEMA = pa.schema([("key", pa.string()), ("facts", pa.large_string()), ("problem", pa.string())])

_REDACTION = b"redaction"


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """The facts of a content as JSON, or the reason it has none."""

    facts: str | None
    problem: str | None


def cache_path(lake: Path) -> Path:
    """Return where the cache of a lake lives: beside it, since it is no table."""
    return lake.parent / "cache" / "scan" / f"facts-{FACTS_VERSION}.parquet"


def cache_key(language: str, content_hash: str) -> str:
    """Return the key of a content read as a language."""
    return f"{language}:{content_hash}"


def load_cache(path: Path, redaction: str) -> dict[str, KnownFacts]:
    """Return what is known by the same rules of redaction; a cache that cannot be read is an empty one."""
    try:
        # Not read_table(): it imports pandas, which takes longer than everything else a second scan does.
        with pq.ParquetFile(path) as file:
            if (file.schema_arrow.metadata or {}).get(_REDACTION) != redaction.encode():
                return {}
            columns = file.read(columns=_SCHEMA.names).to_pydict()
    except (OSError, pa.ArrowInvalid):
        return {}
    rows = zip(columns["key"], columns["facts"], columns["problem"], strict=True)
    return {key: KnownFacts(facts, problem) for key, facts, problem in rows}


def save_cache(path: Path, known: dict[str, KnownFacts], redaction: str) -> None:
    """Write what this scan knows; facts of contents that are gone are forgotten."""
    keys = sorted(known)
    rows: dict[str, list[str | None]] = {
        "key": [*keys],
        "facts": [known[key].facts for key in keys],
        "problem": [known[key].problem for key in keys],
    }
    write_parquet(pa.table(rows, schema=_SCHEMA.with_metadata({_REDACTION: redaction})), path)
