"""What `sightline check` says of code, declarations, reports and history: what a run would read of them, in counts.

How they are looked at is orchestration/code_scan/looking.py; here it becomes words.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.cli.summary import printable
from orchestration.defs.code.options import scan_options
from orchestration.domain.amounts import more
from orchestration.domain.languages import language_words
from orchestration.domain.passed_over import words_of_kind
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.code_scan.looking import CodeLook
    from orchestration.code_scan.options import ScanProblem

# More are on the page Data health.
LISTED_PROBLEMS = 10


def describe_code(settings: Settings) -> Iterator[str]:
    """Say what a run would read of code, declarations, reports and history, and what not; nothing of what is absent."""
    inputs = settings.inputs
    if not (inputs.code or inputs.sequences or inputs.coverage):
        return
    from orchestration.code_scan.looking import look_at_code

    code = [Path(root) for root in inputs.code]
    yield from describe_look(
        look_at_code(code, inputs.sequences, inputs.coverage, scan_options(settings)),
        has_code=bool(code),
        has_reports=bool(inputs.coverage),
    )


def describe_look(look: "CodeLook", *, has_code: bool, has_reports: bool) -> Iterator[str]:
    """Yield the lines about one look."""
    from orchestration.code_scan.unread_languages import words_of_unread

    if has_code:
        counts: Counter[str] = Counter()
        for language, count in look.file_counts.items():
            counts[language_words(language)] += count
        read = ", ".join(words_of_kind(count, f"{name} file") for name, count in counts.most_common())
        unread = words_of_unread(look.unread)
        yield f"  languages: {read or 'NO FILE OF A LANGUAGE WE READ'}{f'; {unread}' if unread else ''}"
        yield f"  git: {words_of_kind(look.dated_file_count, 'file')} with a history"
    yield f"  declarations: {words_of_kind(look.sequence_count, 'sequence') if look.sequence_count else 'NO SEQUENCE'}"
    if has_reports:
        yield f"  reports: {words_of_kind(look.report_count, 'report')} used"
    yield from _listed([problem for problem in look.problems if problem.kind != "language"])


def _listed(problems: "Sequence[ScanProblem]") -> Iterator[str]:
    for problem in problems[:LISTED_PROBLEMS]:
        yield f"    {printable(problem.path)}: {printable(problem.problem)}"
    if rest := more(len(problems), LISTED_PROBLEMS):
        yield f"    {rest} that are not read in full"
