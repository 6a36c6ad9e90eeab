"""Alignments from rows to rows: what the dbt models int_variants__aligned and int_sequences__measured call.

Rows come as dicts (one per beat of a variant, one per declared beat) and leave as Arrow tables with a fixed schema, so
that nothing observed is a table with no rows and not an error. The method is in alignment.py and conformance.py.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa

from orchestration.analysis.alignment_model import AlignedVariant, DeclaredSequence, ObservedBeat
from orchestration.analysis.alignment_moves import align_variant
from orchestration.analysis.alignment_sequences import BeatRow, build_sequences, label_of, topics_declared_twice
from orchestration.analysis.conformance import WeighedVariant, measure_sequence

Row = Mapping[str, Any]

_TEXT, _COUNT, _SHARE = pa.string(), pa.int64(), pa.float64()

MOVE_COLUMNS: Mapping[str, pa.DataType] = {
    "variant_id": _TEXT,
    "sequence_id": _TEXT,
    "move_number": _COUNT,
    "move_kind": _TEXT,
    "deviation_class": _TEXT,
    "topic": _TEXT,
    "beat_position": _COUNT,
    "beat_number": _COUNT,
    "execution_number": _COUNT,
    "move_cost": _COUNT,
    "alignment_cost": _COUNT,
    "worst_cost": _COUNT,
    "unfinished_cost": _COUNT,
    "retry_count": _COUNT,
    "fitness": _SHARE,
}

MEASURE_COLUMNS: Mapping[str, pa.DataType] = {
    "sequence_id": _TEXT,
    "ended_flow_count": _COUNT,
    "fitting_flow_count": _COUNT,
    "unseen_beat_count": _COUNT,
    "mean_fitness": _SHARE,
    "log_fitness": _SHARE,
    "precision": _SHARE,
    "generalisation": _SHARE,
}


def read_sequences(declared: Iterable[Row]) -> dict[str, DeclaredSequence]:
    """Return the sequences of rows of dim_beats by their id."""
    return build_sequences(
        BeatRow(
            row["sequence_id"],
            int(row["beat_position"]),
            row["topic"],
            row["movement_number"],
            row["beat_number"],
            row["timing"],
        )
        for row in declared
    )


def align_rows(observed: Iterable[Row], declared: Iterable[Row]) -> pa.Table:
    """Return a row per move of every variant.

    `observed` holds a row per beat execution of a variant, in any order, and one row without an execution number for
    a variant without beats. Variants of sequences that are not declared have nothing to be aligned with.
    """
    sequences = read_sequences(declared)
    rows = [row for aligned in align_variants(observed, sequences) for row in move_rows(aligned)]
    return pa.Table.from_pylist(rows, pa.schema(MOVE_COLUMNS))


def align_variants(observed: Iterable[Row], sequences: Mapping[str, DeclaredSequence]) -> Iterator[AlignedVariant]:
    """Yield every variant of a declared sequence aligned with it, in the order of their ids."""
    known = [row for row in observed if row["sequence_id"] in sequences]
    known.sort(key=lambda row: (row["variant_id"], row["execution_number"] or 0))
    repeated = {sequence_id: topics_declared_twice(sequence) for sequence_id, sequence in sequences.items()}
    for variant_id, group in groupby(known, key=lambda row: row["variant_id"]):
        rows = list(group)
        sequence_id = rows[0]["sequence_id"]
        beats = [_observed(row, repeated[sequence_id]) for row in rows if row["execution_number"] is not None]
        yield align_variant(variant_id, sequences[sequence_id], beats)


def move_rows(aligned: AlignedVariant) -> Iterator[dict[str, Any]]:
    """Yield the rows of one aligned variant, in the order of its moves."""
    shared = {
        "variant_id": aligned.variant_id,
        "sequence_id": aligned.sequence_id,
        "alignment_cost": aligned.cost,
        "worst_cost": aligned.worst_cost,
        "unfinished_cost": aligned.unfinished_cost,
        "retry_count": aligned.retry_count,
        "fitness": aligned.fitness,
    }
    for number, move in enumerate(aligned.moves, 1):
        yield {
            **shared,
            "move_number": number,
            "move_kind": move.kind,
            "deviation_class": move.deviation_class,
            "topic": move.topic,
            "beat_position": move.beat.position if move.beat else None,
            "beat_number": move.beat.beat_number if move.beat else None,
            "execution_number": move.execution_number,
            "move_cost": 0 if move.kind == "synchronous" else 1,
        }


def measure_rows(moves: Iterable[Row], ended_flow_counts: Mapping[str, int], declared: Iterable[Row]) -> pa.Table:
    """Return a row of measures per declared sequence. `moves` as align_rows made them; counts are by variant."""
    sequences = read_sequences(declared)
    weighed: dict[str, list[WeighedVariant]] = {sequence_id: [] for sequence_id in sequences}
    ordered = sorted(moves, key=lambda row: (row["variant_id"], row["move_number"]))
    for variant_id, group in groupby(ordered, key=lambda row: row["variant_id"]):
        rows = list(group)
        weighed[rows[0]["sequence_id"]].append(_weigh(rows, ended_flow_counts.get(variant_id, 0)))
    measures = [measure_sequence(sequences[sequence_id], weighed[sequence_id]) for sequence_id in sorted(sequences)]
    columns = {name: [getattr(measure, name) for measure in measures] for name in MEASURE_COLUMNS}
    return pa.Table.from_pydict(columns, pa.schema(MEASURE_COLUMNS))


def _observed(row: Row, repeated: frozenset[str]) -> ObservedBeat:
    topic = row["topic"] or "?"
    label = label_of(topic, row["movement_number"], topic in repeated)
    return ObservedBeat(label, topic, int(row["execution_number"]), bool(row["is_retry"]))


def _weigh(rows: Sequence[Row], ended_flow_count: int) -> WeighedVariant:
    return WeighedVariant(
        ended_flow_count,
        rows[0]["alignment_cost"],
        rows[0]["worst_cost"],
        model_path=tuple(row["beat_position"] for row in rows if row["move_kind"] != "log_only"),
        seen_path=tuple(row["beat_position"] for row in rows if row["move_kind"] == "synchronous"),
    )
