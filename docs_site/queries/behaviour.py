"""What changed from build to build: what appeared and vanished, and what got slower or faster."""

from pathlib import Path

from orchestration.warehouse import Row, load_rows

_BUILDS = "select * from reports.rpt_builds order by build_number desc"
# Sequences before what happens in them: a new sequence brings its handlers, topics and variants with it.
_CHANGES = """
select *, list_position(['sequence', 'handler', 'variant', 'topic', 'state_key', 'error'], subject_kind) as place
from marts.fct_behaviour_changes
order by build_number desc, false_discovery_rate, place, session_count desc, subject_name, behaviour_change_id
"""
_VARIANTS = """
select v.variant_id, s.sequence_id from marts.fct_flow_variants v
join (select sequence_name, min(sequence_id) as sequence_id from marts.dim_sequences group by 1) s using (sequence_name)
"""
# Only changes between builds; those over time are on the page Regressions.
_TIMES = """
select * from marts.fct_regressions where good_build is not null and bad_build is not null and good_build <> bad_build
order by cause_regression_id is not null, abs(change_per_session_ms) desc, regression_id
"""


def load_builds(warehouse: Path) -> list[Row]:
    """Read the builds, newest first."""
    return load_rows(warehouse, _BUILDS)


def load_behaviour_changes(warehouse: Path) -> list[Row]:
    """Read what only one of two neighbouring builds shows, surest first."""
    return load_rows(warehouse, _CHANGES)


def load_variant_sequences(warehouse: Path) -> dict[str, str]:
    """Read the sequence whose page shows each variant."""
    return {row["variant_id"]: row["sequence_id"] for row in load_rows(warehouse, _VARIANTS)}


def load_time_changes(warehouse: Path) -> list[Row]:
    """Read what got slower or faster between two builds."""
    return load_rows(warehouse, _TIMES)
