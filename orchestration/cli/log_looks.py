"""What `sightline check` says of logs: what is passed over, and of each log what a run would make of its lines.

How a log is looked at is orchestration/log_ingest/looking.py; here it becomes words. What is not understood comes
first, because a long list is read from its top.
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestration.cli.inputs import dialect_folders, nothing_is_read
from orchestration.cli.summary import printable
from orchestration.defs.home import Home
from orchestration.domain.passed_over import words_of_kind, words_of_passed_over
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.log_ingest.discovery import Discovery
    from orchestration.log_ingest.looking import Look

# More are a list nobody reads; those with something to tell come first.
LISTED_LOGS = 20
_SHOWN_CHARACTERS = 160


def describe_logs(found: "Discovery", settings: Settings) -> Iterator[str]:
    """Say what the logs are, and what of them is not understood; raise SightlineError when nothing would be read."""
    from orchestration.log_ingest.looking import look_at_logs
    from orchestration.log_ingest.options import IngestOptions

    if words := words_of_passed_over(found.passed_over):
        yield f"  {words}"
        yield from (f"    {kind.file_kind}: for example {printable(kind.example_path)}" for kind in found.passed_over)
    options = IngestOptions(dialect_folders=dialect_folders(settings))
    looks = list(look_at_logs(found.logs, options, Home(settings.home).lake))
    for words, count in Counter(look.words for look in looks).most_common():
        yield f"  {words}: {words_of_kind(count, 'log')}"
    if any(look.is_part for look in looks):
        yield "  (of large logs, and of many, the beginning is looked at)"
    ranked = sorted(looks, key=_ranking)
    for look in ranked[:LISTED_LOGS]:
        yield f"  {describe_look(look)}"
        yield from (f"    line {number:,}: {_shown(text)}" for number, text in look.not_understood)
    if len(ranked) > LISTED_LOGS:
        yield f"  and {words_of_kind(len(ranked) - LISTED_LOGS, 'log')} more, {_rest(ranked[LISTED_LOGS:])}"
    if not any(look.is_read for look in looks):
        raise nothing_is_read(looks)
    if not any(look.is_understood for look in looks):
        yield "NO LOG IS UNDERSTOOD: a run would find no flow"


def describe_look(look: "Look") -> str:
    """Say what one log is: format, share of it, lines, stamps."""
    said = f"{printable(look.log_file_path)}: {look.words}"
    if look.what or look.passed_over or not look.line_count:
        return said
    flaw = f"; {look.flaw}" if look.flaw else ""
    share = f" in {look.match_pct:.1f}% of sampled lines" if look.is_read else ""
    lines = f"{look.rejected_line_count:,} of {words_of_kind(look.line_count, 'line')} not understood"
    stamps = f"stamps in {look.stamped_record_count:,} of {words_of_kind(look.record_count, 'record')}"
    return f"{said}{share}; {lines}; {stamps}{'; its beginning' if look.is_part else ''}{flaw}"


def _ranking(look: "Look") -> tuple[bool, bool, int, str]:
    return look.is_understood, not look.rejected_line_count, -look.rejected_line_count, look.log_file_path


def _rest(looks: "list[Look]") -> str:
    wanting = sum(not look.is_understood or look.rejected_line_count > 0 for look in looks)
    return f"{wanting:,} of them with lines not understood" if wanting else "every line of them understood"


def _shown(text: str) -> str:
    shown = printable(text[:_SHOWN_CHARACTERS])
    return f"{shown}..." if len(text) > _SHOWN_CHARACTERS else shown
