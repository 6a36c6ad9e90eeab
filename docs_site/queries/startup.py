"""How sessions start: how long in which parts, and what is known of every plugin that is mounted.

Durations and counts are those of marts.fct_session_starts and marts.fct_plugin_mounts; here they are summed by plugin
and put in the order of time. How a start is told from the rest of a session belongs to the marts.
"""

from dataclasses import dataclass
from pathlib import Path

from orchestration.warehouse import Row, load_rows

_STARTS = """
select s.session_id, d.session_name, d.started_at, d.build, s.has_start, s.startup_ms, s.before_mounts_ms,
       s.mounting_ms, s.between_mounts_ms, s.after_mounts_ms, s.mount_count, s.mounted_count, s.failed_mount_count,
       s.registered_sequence_count, s.subscription_count, s.subscribed_topic_count
from marts.fct_session_starts s join marts.dim_sessions d using (session_id)
where s.has_start
order by d.started_at nulls first, d.session_name, s.session_id
"""
# What passes before a mount belongs to what is mounted next: its code is being loaded.
_PLUGINS = """
with mounts as (
    select *, max(case when attempted_at is not null then coalesce(ended_at, attempted_at) end) over (
        partition by session_id order by mount_number rows between unbounded preceding and 1 preceding
    ) as reached_at
    from marts.fct_plugin_mounts
),
sums as (
    select session_id, plugin_name,
           sum(date_diff('millisecond', reached_at, greatest(reached_at, attempted_at))) as wait_ms
    from mounts where is_starting and reached_at is not null and attempted_at is not null group by all
),
waits as (
    select plugin_name, quantile_cont(wait_ms, 0.5) as wait_p50_ms from sums group by plugin_name
)
select plugin_name, count(*) as mount_count, count(attempt_line_number) as attempt_count,
       count(*) filter (where is_success) as mounted_count,
       count(*) filter (where not is_success) as failed_count,
       count(*) filter (where is_success is null) as unknown_count,
       count(distinct session_id) as session_count,
       count(distinct session_id) filter (where not is_success) as failed_session_count,
       quantile_disc(mount_number, 0.5) filter (where plugin_mount_number = 1) as place,
       count(duration_ms) filter (where is_success) as timed_count,
       quantile_cont(duration_ms, 0.5) filter (where is_success) as p50_ms,
       max(duration_ms) filter (where is_success) as max_ms,
       arg_max(session_id, (duration_ms, session_id)) filter (where is_success) as slowest_session_id,
       arg_max(line_number, (duration_ms, session_id)) filter (where is_success) as slowest_line_number,
       max(failure_message) as failure_message,
       arg_max(session_id, (log_file_path, -line_number)) filter (where not is_success) as failed_session_id,
       arg_max(line_number, (log_file_path, -line_number)) filter (where not is_success) as failed_line_number,
       any_value(waits.wait_p50_ms) as wait_p50_ms
from mounts left join waits using (plugin_name)
where plugin_name is not null
group by plugin_name order by place, plugin_name
"""


@dataclass(frozen=True, slots=True)
class Startup:
    """The starts that logs show, oldest first, and the plugins in the order of their first mount."""

    sessions: tuple[Row, ...]
    plugins: tuple[Row, ...]

    @property
    def timed(self) -> tuple[Row, ...]:
        """Return the starts whose length is known."""
        return tuple(row for row in self.sessions if row["startup_ms"] is not None)


def load_startup(warehouse: Path) -> Startup:
    """Read how sessions start."""
    return Startup(tuple(load_rows(warehouse, _STARTS)), tuple(load_plugin_mounts(warehouse)))


def load_plugin_mounts(warehouse: Path) -> list[Row]:
    """Read what is known of the mounts of every plugin, in the order in which they are mounted."""
    return load_rows(warehouse, _PLUGINS)
