"""What a trace shows of a session's start: mounts of plugins, the time between them, and what was registered.

Silence between two mounts is no gap: the log tells that the next plugin is being loaded. Everything that runs after
the start is placed by trace_placement.py.
"""

from collections.abc import Callable, Iterable, Sequence

from orchestration.analysis.traces.trace_model import Mark, Row, SessionRows, Span, epoch_ms, facts_of

# Room on the axis for a mount whose end, or whose attempt, the log does not show.
_NOMINAL_MS = 1.0
_MOUNT_FACTS = ("mount_number", "failure_message", "is_already_mounted", "end_line_number")
_REGISTERED = {
    "sequence_registered": ("sequence", "sequence_name", "sequence_key"),
    "topic_subscribed": ("subscription", "topic"),
    "topic_unsubscribed": ("unsubscribed", "topic"),
    "package_reported": ("package", "build_name"),
    "build_reported": ("build", "build_name"),
}


def is_told(gap: Row) -> bool:
    """Tell whether the log says what went on in a gap of the start: plugins were being mounted."""
    return bool(gap.get("is_mounting"))


def mount_spans(rows: SessionRows, origin: float) -> Iterable[Span]:
    """Yield the mounts with a stamp, and the longer waits between them."""
    mounts = list(_mounts(rows.mounts, origin))
    yield from mounts
    for wait in _waits(rows.gaps, origin):
        # A silence within one mount is that mount.
        if not any(mount.started_ms <= wait.started_ms and wait.ended_ms <= mount.ended_ms for mount in mounts):
            yield wait


def _mounts(rows: Sequence[Row], origin: float) -> Iterable[Span]:
    for row in rows:
        attempted, ended = epoch_ms(row.get("attempted_at")), epoch_ms(row.get("ended_at"))
        at = attempted if attempted is not None else ended
        if at is None:
            continue
        yield Span(
            kind="mount",
            span_key=row["plugin_mount_id"],
            name=row.get("plugin_name") or "(plugin without a name)",
            started_ms=at - origin,
            drawn_ms=_NOMINAL_MS if attempted is None or ended is None else max(ended - attempted, 0.0),
            duration_ms=row.get("duration_ms"),
            status=_status(row),
            line_number=row["line_number"],
            facts=facts_of(row, _MOUNT_FACTS),
        )


def _waits(gaps: Sequence[Row], origin: float) -> Iterable[Span]:
    for row in filter(is_told, gaps):
        started, duration = epoch_ms(row.get("started_at")), row.get("duration_ms")
        if started is not None and duration is not None:
            yield Span(
                kind="mount",
                span_key=row["gap_id"],
                name=str(row.get("evidence") or "between mounts of plugins"),
                started_ms=started - origin,
                drawn_ms=duration,
                duration_ms=duration,
                status="between mounts",
                line_number=row["line_number"],
                facts=facts_of(row, ("next_line_number",)),
            )


def _status(row: Row) -> str:
    if row.get("is_success") is None:
        return "outcome unknown"
    if row["is_success"]:
        return "mounted"
    return "no success" if row.get("end_line_number") is None else "failed"


def registration_marks(signals: Sequence[Row], time_of: Callable[[int], float], origin: float) -> Iterable[Mark]:
    """Yield a mark per registration; `time_of` gives the time of a line without a stamp."""
    for row in signals:
        if (registered := _REGISTERED.get(row["signal"])) is None:
            continue
        word, *columns = registered
        name = next((row[column] for column in columns if row.get(column)), "(without a name)")
        stamped = epoch_ms(row.get("emitted_at"))
        at = time_of(row["line_number"]) if stamped is None else stamped - origin
        yield Mark("registration", f"{word}: {name}", at, row["line_number"], None, facts_of(row, ("plugin_name",)))
