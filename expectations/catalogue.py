"""The catalogue of checks as Markdown: the generated part of docs_site/docs/reference/checks.md.

`python -m expectations.catalogue` writes it anew; a test fails while the document and the suites differ.
"""

from collections.abc import Iterator
from pathlib import Path

from expectations.suite import Check, Suite
from expectations.suites import SUITES
from orchestration.domain.severity import SEVERITY_WORDS

DOCUMENT = Path(__file__).resolve().parents[1] / "docs_site" / "docs" / "reference" / "checks.md"
BEGIN, END = "<!-- generated: checks -->\n", "<!-- /generated: checks -->\n"


def render_catalogue() -> str:
    """Return a section per suite with a table of its checks."""
    return "\n".join(line for suite in SUITES for line in _section(suite))


def replace_catalogue(text: str) -> str:
    """Return a document's text with its generated part as the suites are now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{render_catalogue()}\n{END}{after}"


def _section(suite: Suite) -> Iterator[str]:
    yield f"### {suite.name}"
    yield ""
    yield "| Check | About | Severity | Expected | Why |"
    yield "|---|---|---|---|---|"
    yield from (_row(check) for check in suite.checks)
    yield ""


def _row(check: Check) -> str:
    what, severity = f"{check.description} `{check.name}`", SEVERITY_WORDS[check.severity]
    cells = (what, check.subject, severity, check.expected_in_words(), check.why)
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


if __name__ == "__main__":
    DOCUMENT.write_text(replace_catalogue(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
