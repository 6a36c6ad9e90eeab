"""In which order the warehouse is built: slices of dbt's models, and the measured tables between them.

Read from the manifest and from what each measured table reads, never listed: a model is built in the first slice in
which all measured tables it reads, itself or through others, are there.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.defs.measured.tables import MEASURED_TABLES

# What dbt builds, other than tests.
BUILT = frozenset({"model", "seed"})


@dataclass(frozen=True, slots=True)
class Slice:
    """Models that dbt builds in one go, and the measured tables that can be computed after it, all by name."""

    models: tuple[str, ...]
    measured: tuple[str, ...]


def slices_of(manifest: Mapping[str, Any], chosen: Collection[str] | None = None) -> list[Slice]:
    """Return the slices of all tables, or of the chosen ones, in the order they are to be built."""
    reads = reads_of(manifest)
    measured = {table.name for table in MEASURED_TABLES}
    levels: dict[str, int] = {}

    def level(name: str) -> int:
        if name not in levels:
            levels[name] = max((level(read) + (read in measured) for read in reads[name] if read in reads), default=0)
        return levels[name]

    wanted = [name for name in reads if chosen is None or name in chosen]
    # A measured table that is computed of measured ones alone needs no slice of its own, only its turn.
    count = max(map(level, wanted), default=-1) + 1
    return [
        Slice(
            tuple(name for name in wanted if name not in measured and level(name) == number),
            tuple(name for name in wanted if name in measured and level(name) == number),
        )
        for number in range(count)
    ]


def reads_of(manifest: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return what each model, seed and measured table reads, by name; raw tables are read and are none of them."""
    names = {unique_id: node["name"] for unique_id, node in manifest["nodes"].items()}
    names |= {unique_id: source["name"] for unique_id, source in manifest["sources"].items() if is_measured(source)}
    return {
        node["name"]: tuple(names[read] for read in node["depends_on"].get("nodes", ()) if read in names)
        for node in manifest["nodes"].values()
        if node["resource_type"] in BUILT
    } | {table.name: table.reads for table in MEASURED_TABLES}


def is_measured(source: Mapping[str, Any]) -> bool:
    """Tell whether a dbt source is a measured table."""
    return bool(source["source_name"] == "measured")


def below(manifest: Mapping[str, Any], names: Collection[str]) -> set[str]:
    """Return some tables and all that are made of them."""
    readers: dict[str, set[str]] = {}
    for reader, reads in reads_of(manifest).items():
        for read in reads:
            readers.setdefault(read, set()).add(reader)
    return _reached(names, readers)


def above(manifest: Mapping[str, Any], names: Collection[str]) -> set[str]:
    """Return some tables and all they are made of."""
    return _reached(names, reads_of(manifest))


def _reached(names: Collection[str], nexts: Mapping[str, Collection[str]]) -> set[str]:
    found, waiting = set(names), list(names)
    while waiting:
        new = set(nexts.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found
