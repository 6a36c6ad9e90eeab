"""The window a page speaks of: which sessions, from when to when. Every page shows it, with its n."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from docs_site.html.number_format import format_count, format_days, plural
from orchestration.warehouse import load_rows

_SQL = """
select count(*) as session_count, min(started_at) as first_at, max(coalesce(ended_at, started_at)) as last_at,
       count(*) filter (where not coalesce(has_clock, false)) as clockless_count,
       coalesce(sum(line_count), 0) as line_count,
       coalesce(sum(rejected_line_count), 0) as rejected_line_count,
       coalesce(sum(flow_count), 0) as flow_count,
       count(distinct build) as build_count
from marts.dim_sessions
"""


@dataclass(frozen=True, slots=True)
class Window:
    """The sessions the warehouse holds."""

    session_count: int
    first_at: datetime | None
    last_at: datetime | None
    clockless_count: int
    line_count: int
    rejected_line_count: int
    flow_count: int
    build_count: int

    @property
    def sentence(self) -> str:
        """Say the window in one line."""
        days = format_days(self.first_at, self.last_at)
        parts = [plural(self.session_count, "session"), days, plural(self.flow_count, "flow")]
        if self.build_count > 1:
            parts.append(plural(self.build_count, "build"))
        if self.clockless_count and self.first_at is not None:
            parts.append(f"{format_count(self.clockless_count)} without a clock")
        return " \u00b7 ".join(parts)


def load_window(warehouse: Path) -> Window:
    """Read the window."""
    return Window(**load_rows(warehouse, _SQL)[0])
