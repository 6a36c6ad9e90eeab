"""What a change of a handler, beat or sequence is called in words, with its n, its interval and its evidence."""

from collections.abc import Sequence

from docs_site.html import links
from docs_site.html.number_format import format_count, format_duration, format_number, format_pct, format_time, plural
from orchestration.warehouse import Row


def change_sentence(row: Row) -> str:
    """Say how much slower or faster, how sure, and what it consists of."""
    parts = [
        f"{effect(row)}; n {format_count(row['before_execution_count'])} in "
        f"{plural(row['before_session_count'], 'session')} before, {format_count(row['after_execution_count'])} in "
        f"{plural(row['after_session_count'], 'session')} after.",
        f"False discovery rate {rate(row['false_discovery_rate'])}; these sessions would have shown "
        f"{format_pct(row['smallest_visible_pct'])} %.",
    ]
    if row["unit_kind"] != "handler":
        parts.append(
            f"Of it, {_signed(row['handlers_change_ms'])} in handlers and {_signed(row['overhead_change_ms'])} around "
            "them (medians)."
        )
    if row["cause_name"]:
        parts.append(f"Explained by the change of the {row['cause_kind']} {row['cause_name']}.")
    parts.append(f"{_signed(row['change_per_session_ms'])} per session.")
    return " ".join(parts)


def effect(row: Row) -> str:
    """Say the effect with its interval: +49.9 ms (2.4 to 52.3 ms; 95 % interval +41.9 to +59.3 ms)."""
    return (
        f"{_signed(row['change_ms'])} ({format_number(row['before_ms'])} to {format_number(row['after_ms'])} ms; "
        f"95 % interval {_signed(row['change_ms_low'])} to {_signed(row['change_ms_high'])})"
    )


def since_sentence(row: Row) -> str:
    """Say since when: the builds on both sides, and the sessions."""
    builds = ""
    if row["comparison"] == "builds":
        builds = f"since build {row['bad_build']}, against {row['good_build']}; "
    elif row["bad_build"]:
        builds = f"in build {row['bad_build']}; "
    started = f" of {format_time(row['changed_at'])}" if row["changed_at"] else ""
    return (
        f"{row['lifecycle']}: {builds}first seen in session {row['first_bad_session_name']}{started}, "
        f"last good session {row['last_good_session_name']}"
    )


def suspects(row: Row) -> list[str]:
    """Return the suspect commits, one line each; where there are none, why."""
    if not row["suspect_commit_count"]:
        return []
    lines = str(row["suspect_commits"] or "").split("\n")
    more = row["suspect_commit_count"] - len(lines)
    return [*lines, f"and {plural(more, 'more commit')}"] if more > 0 else lines


def row_words(row: Row) -> str:
    """Say when in the few words of a headline."""
    if row["comparison"] == "builds":
        return f"from build {row['good_build']} to {row['bad_build']}"
    return f"since {format_time(row['changed_at'])}" if row["changed_at"] else "over time"


def evidence_links(row: Row, page: str) -> list[tuple[str, str]]:
    """Return where to go from a change, relative to a page."""
    return [(words, links.relative_link(page, address)) for words, address in unit_evidence(row)]


def unit_evidence(row: Row) -> list[tuple[str, str]]:
    """Return the evidence as words and site addresses: the unit's page, an execution before and one after."""
    found = []
    if row["unit_kind"] == "handler":
        found.append(("handler", links.handler_url(row["unit_id"])))
    elif row["unit_kind"] == "sequence":
        found.append(("sequence", links.sequence_url(row["unit_id"])))
    for side in ("before", "after"):
        session, line = row[f"{side}_example_session_id"], row[f"{side}_example_line_number"]
        if session and line:
            found.append((f"an execution {side}", links.lines_url(session, line)))
    return found


def power_sentence(power: Sequence[Row]) -> str:
    """Say what the newest comparison of builds could have shown, or why there is none."""
    if not power:
        return (
            "No two builds were compared: name builds in sightline.toml or in the log, and record at least three "
            "sessions of each. Changes over time are looked for in ten sessions or more."
        )
    handlers = [row for row in power if row["unit_kind"] == "handler"] or list(power)
    last = handlers[-1]
    return (
        f"With {plural(last['before_session_count'], 'session')} of {last['good_build']} and "
        f"{plural(last['after_session_count'], 'session')} of {last['bad_build']}, half of "
        f"{plural(last['tested_count'], 'handler')} would have shown a change of "
        f"{format_pct(last['smallest_visible_p50_pct'])} %, the steadiest one of "
        f"{format_pct(last['smallest_visible_min_pct'])} %."
    )


def rate(value: float | None) -> str:
    """Write a false discovery rate; very small ones are not written out."""
    if value is None:
        return "not known"
    return "under 0.0001" if value < 0.0001 else f"{value:.4f}"


def _signed(milliseconds: float | None) -> str:
    if milliseconds is None:
        return "not known"
    return ("\u2212" if milliseconds < 0 else "+") + format_duration(abs(milliseconds))
