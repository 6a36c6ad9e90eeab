"""Lift: what the units that failed have in common and those that passed lack.

A 2 x 2 table per error group and feature; the one-sided exact test of Fisher says how often chance alone puts the
feature on the failing side as often; Benjamini and Hochberg (1995) hold the share of false findings over all tables at
5 %. Units of one session are not independent, so that p-values are too small where sessions differ: the number of
sessions behind a finding stands beside it, and the session is a feature of its own.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from scipy.stats import false_discovery_control, hypergeom

MOST_FALSE_DISCOVERIES = 0.05

LIFT_COLUMNS: Mapping[str, pa.DataType] = {
    "error_group_id": pa.string(),
    "unit_kind": pa.string(),
    "feature_kind": pa.string(),
    "feature_value": pa.string(),
    "failing_count": pa.int64(),
    "failing_with_count": pa.int64(),
    "passing_count": pa.int64(),
    "passing_with_count": pa.int64(),
    "session_count": pa.int64(),
    "odds_ratio": pa.float64(),
    "p_value": pa.float64(),
    "q_value": pa.float64(),
}


def lift_rows(counted: pa.Table) -> pa.Table:
    """Return the features that tell failing from passing units, by group and p-value; q_value below 0.05 only.

    `counted` has the columns up to session_count. The odds ratio has half a unit added to each cell (Haldane, 1956),
    without which it is infinite where no passing unit has the feature.
    """
    columns = {name: counted.column(name) for name in list(LIFT_COLUMNS)[:9]}
    counts = {
        name: np.asarray(column.to_numpy(), dtype=np.int64) for name, column in columns.items() if "count" in name
    }
    p_values = one_sided_p(counts)
    q_values = false_discovery_control(p_values) if len(p_values) else p_values
    computed = {
        "odds_ratio": np.round(odds_ratio(counts), 4),
        "p_value": p_values,
        "q_value": q_values,
    }
    schema = pa.schema(LIFT_COLUMNS)
    table = pa.table([*columns.values(), *map(pa.array, computed.values())], names=schema.names).cast(schema)
    shown = table.filter(pa.array(q_values < MOST_FALSE_DISCOVERIES))
    order = ("error_group_id", "p_value", "feature_kind", "feature_value")
    return shown.sort_by([(name, "ascending") for name in order])


def one_sided_p(counts: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return P(as many failing units with the feature, or more | margins)."""
    population = counts["failing_count"] + counts["passing_count"]
    having = counts["failing_with_count"] + counts["passing_with_count"]
    return np.asarray(
        hypergeom.sf(counts["failing_with_count"] - 1, population, having, counts["failing_count"]), dtype=np.float64
    ).clip(0.0, 1.0)


def odds_ratio(counts: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the odds of failing with the feature over those without, half a unit added to each cell."""
    with_feature = (counts["failing_with_count"] + 0.5) / (counts["passing_with_count"] + 0.5)
    failing_without = counts["failing_count"] - counts["failing_with_count"] + 0.5
    passing_without = counts["passing_count"] - counts["passing_with_count"] + 0.5
    return np.asarray(with_feature / (failing_without / passing_without))
