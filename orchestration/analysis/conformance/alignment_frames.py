"""Alignments from rows to rows: computes variant_moves and sequence_measures.

Arrow tables come in and go out, column by column because a dict per row costs more than the alignment. Their schema is
fixed: nothing observed is a table with no rows and not an error. The method is in alignment.py and conformance.py.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa

from orchestration.analysis.conformance.alignment import align_variant
from orchestration.analysis.conformance.alignment_model import (
    AlignedVariant,
    BeatRow,
    DeclaredSequence,
    ObservedBeat,
    build_sequences,
    label_of,
    topics_declared_twice,
)
from orchestration.analysis.conformance.conformance import Path, WeighedVariant, measure_sequence

Shape = tuple[int, int, Path, Path]

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


_BEAT_COLUMNS = ("sequence_id", "beat_position", "topic", "movement_number", "beat_number", "timing")
_VARIANT_COLUMNS = (
    "variant_id",
    "execution_number",
    "sequence_id",
    "unfinished_flow_count",
    "topic",
    "movement_number",
    "is_retry",
)
_PATH_COLUMNS = (
    "variant_id",
    "move_number",
    "sequence_id",
    "alignment_cost",
    "worst_cost",
    "move_kind",
    "beat_position",
)


def read_sequences(declared: pa.Table) -> dict[str, DeclaredSequence]:
    """Return the sequences of rows of dim_beats by their id."""
    return build_sequences(BeatRow(*row) for row in _rows(declared, _BEAT_COLUMNS))


def align_rows(observed: pa.Table, declared: pa.Table) -> pa.Table:
    """Return a row per move of every variant.

    `observed` holds a row per beat execution of a variant, in any order, and one row without an execution number for
    a variant without beats. Variants of sequences that are not declared have nothing to be aligned with.
    """
    columns: dict[str, list[Any]] = {name: [] for name in MOVE_COLUMNS}
    for aligned in align_variants(observed, read_sequences(declared)):
        append_moves(columns, aligned)
    return pa.Table.from_pydict(columns, pa.schema(MOVE_COLUMNS))


def align_variants(observed: pa.Table, sequences: Mapping[str, DeclaredSequence]) -> Iterator[AlignedVariant]:
    """Yield every variant of a declared sequence aligned with it, in the order of their ids."""
    repeated = {sequence_id: topics_declared_twice(sequence) for sequence_id, sequence in sequences.items()}
    rows = sorted(_rows(observed, _VARIANT_COLUMNS), key=lambda row: (row[0], row[1] or 0))
    for variant_id, group in groupby(rows, key=itemgetter(0)):
        beats = list(group)
        _, _, sequence_id, unfinished_flow_count, *_ = beats[0]
        if sequence_id in sequences:
            seen = _observed_beats(beats, repeated[sequence_id])
            yield align_variant(variant_id, sequences[sequence_id], seen, unfinished_flow_count > 0)


def append_moves(columns: Mapping[str, list[Any]], aligned: AlignedVariant) -> None:
    """Append the rows of one aligned variant, in the order of its moves."""
    moves = aligned.moves
    beats = [move.beat for move in moves]
    appended: dict[str, list[Any]] = {
        "move_number": list(range(1, len(moves) + 1)),
        "move_kind": [move.kind for move in moves],
        "deviation_class": [move.deviation_class for move in moves],
        "topic": [move.topic for move in moves],
        "beat_position": [beat.position if beat else None for beat in beats],
        "beat_number": [beat.beat_number if beat else None for beat in beats],
        "execution_number": [move.execution_number for move in moves],
        "move_cost": [0 if move.kind == "synchronous" else 1 for move in moves],
    }
    shared = {
        "variant_id": aligned.variant_id,
        "sequence_id": aligned.sequence_id,
        "alignment_cost": aligned.cost,
        "worst_cost": aligned.worst_cost,
        "unfinished_cost": aligned.unfinished_cost,
        "retry_count": aligned.retry_count,
        "fitness": aligned.fitness,
    }
    for name, column in columns.items():
        column += appended[name] if name in appended else [shared[name]] * len(moves)


def measure_rows(moves: pa.Table, variants: pa.Table, declared: pa.Table) -> pa.Table:
    """Return a row of measures per declared sequence.

    `moves` as align_rows made them; `variants` gives the `ended_flow_count` of each `variant_id`.
    """
    sequences = read_sequences(declared)
    ended = dict(_rows(variants, ("variant_id", "ended_flow_count")))
    # Most variants differ in beats the model does not know, or are seen in many flows: what is alike is weighed once.
    weights: dict[str, Counter[Shape]] = {sequence_id: Counter() for sequence_id in sequences}
    rows = sorted(_rows(moves, _PATH_COLUMNS), key=itemgetter(0, 1))
    for variant_id, group in groupby(rows, key=itemgetter(0)):
        _, _, sequence_ids, costs, worst_costs, kinds, positions = zip(*group, strict=True)
        model = tuple(place for place, kind in zip(positions, kinds, strict=True) if kind != "log_only")
        seen = tuple(place for place, kind in zip(positions, kinds, strict=True) if kind == "synchronous")
        weights[sequence_ids[0]][costs[0], worst_costs[0], model, seen] += ended.get(variant_id, 0)
    measures = [
        measure_sequence(sequences[name], [WeighedVariant(count, *shape) for shape, count in weights[name].items()])
        for name in sorted(sequences)
    ]
    columns = {name: [getattr(measure, name) for measure in measures] for name in MEASURE_COLUMNS}
    return pa.Table.from_pydict(columns, pa.schema(MEASURE_COLUMNS))


def _observed_beats(rows: Sequence[tuple[Any, ...]], repeated: frozenset[str]) -> list[ObservedBeat]:
    return [
        ObservedBeat(label_of(topic or "?", movement, topic in repeated), topic or "?", number, is_retry)
        for _, number, _, _, topic, movement, is_retry in rows
        if number is not None
    ]


def _rows(table: pa.Table, names: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    return zip(*(table.column(name).to_pylist() for name in names), strict=True)
