"""Every function of the code with what makes it a hot spot, as its report says: nothing is computed here."""

from pathlib import Path

from orchestration.warehouse import Row, load_rows

# Functions nothing is known to run stand last, the most complex of them first.
_SQL = """
select h.*, d.handler_id
from reports.rpt_hot_spots h
left join (
    select code_file_path, code_line_number, min(handler_id) as handler_id
    from marts.dim_handlers where code_line_number is not null group by all
) d using (code_file_path, code_line_number)
order by h.hot_spot_score desc nulls last, h.complexity desc, h.line_count desc, h.code_file_path, h.code_line_number,
         h.code_symbol_id
"""


def load_hot_spots(warehouse: Path) -> list[Row]:
    """Read all functions, the hottest first; `handler_id` is that of the handler a function is."""
    return load_rows(warehouse, _SQL)
