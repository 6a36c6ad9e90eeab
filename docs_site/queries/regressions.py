"""Regressions and improvements with the sessions and durations on both sides of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.warehouse import Row, by_key, load_rows

# What changed by itself comes before what a change of a part explains; then by what a session gains or loses.
_CHANGES = """
select changes.*, causes.unit_name as cause_name, causes.unit_kind as cause_kind,
       good.session_name as last_good_session_name, bad.session_name as first_bad_session_name
from marts.fct_regressions as changes
left join marts.fct_regressions as causes on changes.cause_regression_id = causes.regression_id
left join marts.dim_sessions as good on changes.last_good_session_id = good.session_id
left join marts.dim_sessions as bad on changes.first_bad_session_id = bad.session_id
order by changes.lifecycle = 'resolved', changes.cause_regression_id is not null,
         abs(changes.change_per_session_ms) desc, changes.regression_id
"""
_SESSIONS = """
select * from reports.rpt_regression_sessions order by regression_id, started_at nulls first, session_name
"""
_BUCKETS = "select * from reports.rpt_regression_buckets order by regression_id, side, bucket"
_POWER = """
select * from reports.rpt_regression_power order by good_build, bad_build, unit_kind
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """What the regressions page draws; sessions and buckets by the change they belong to."""

    changes: Sequence[Row]
    sessions: Mapping[str, Sequence[Row]]
    buckets: Mapping[str, Sequence[Row]]
    power: Sequence[Row]

    def of(self, direction: str) -> list[Row]:
        """Return the changes of one direction, the most important first."""
        return [row for row in self.changes if row["direction"] == direction]


def load_changes(warehouse: Path) -> Changes:
    """Load the changes; without any, everything is empty but what could have been seen."""
    return Changes(
        load_rows(warehouse, _CHANGES),
        by_key(load_rows(warehouse, _SESSIONS), "regression_id"),
        by_key(load_rows(warehouse, _BUCKETS), "regression_id"),
        load_rows(warehouse, _POWER),
    )
