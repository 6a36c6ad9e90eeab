"""Silent gaps by class, the longest of them, and how many sessions ran on a loaded machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docs_site.html.number_format import plural
from orchestration.warehouse import Row, load_rows

_CLASSES = """
select gap_class, count(*) as gap_count, count(distinct session_id) as session_count, sum(duration_ms) as total_ms,
       max(duration_ms) as max_ms, count(*) filter (where is_loaded_machine) as loaded_count,
       arg_max(session_id, (duration_ms, -line_number)) as session_id,
       arg_max(line_number, (duration_ms, -line_number)) as line_number
from marts.fct_silent_gaps group by gap_class order by total_ms desc, gap_class
"""
# Of each class the longest: in one list the idle user would fill it.
_LONGEST = """
select gaps.gap_class, gaps.duration_ms, gaps.evidence, gaps.session_id, gaps.line_number, gaps.next_line_number,
       sessions.session_name, handlers.handler_id, handlers.handler_name
from marts.fct_silent_gaps as gaps
left join marts.dim_sessions as sessions on gaps.session_id = sessions.session_id
left join marts.fct_handler_executions as handlers on gaps.handler_execution_id = handlers.handler_execution_id
qualify row_number() over (partition by gaps.gap_class order by gaps.duration_ms desc, gaps.gap_id) <= 5
order by gaps.duration_ms desc, gaps.gap_id
"""
_LOAD = """
select count(*) filter (where load_factor is not null) as known_count,
       count(*) filter (where is_loaded_machine) as loaded_count
from marts.dim_sessions
"""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What the performance page says about silence."""

    classes: Sequence[Row]
    longest: Sequence[Row]
    load_sentence: str


def load_gaps(warehouse: Path) -> Gaps:
    """Load the gaps; without any, the sequences are empty."""
    (load,) = load_rows(warehouse, _LOAD)
    return Gaps(load_rows(warehouse, _CLASSES), load_rows(warehouse, _LONGEST), load_sentence(load))


def load_sentence(load: Row) -> str:
    """Say how many sessions were recorded on a busy machine."""
    if not load["known_count"]:
        return "How busy the machine was is not known: no session has enough stamped records to tell."
    known = plural(load["known_count"], "session")
    return (
        f"{load['loaded_count']} of {known} that can be judged ran on a machine busy with something else: "
        "there, silence and slowness are not the application's alone."
    )
