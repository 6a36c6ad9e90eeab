"""Where every page of the site lives: one function per kind of page, stable from run to run.

All addresses are relative to the site's root, with `/`, and end in `.html` (`use_directory_urls: false`), so that the
site works opened as files. `relative_link` turns one into an address as seen from another page. How a page is written
belongs to docs_site/pages.
"""

import posixpath
from functools import lru_cache
from urllib.parse import quote

from orchestration.domain.identifiers import stable_id

INDEX = "index.html"
PERFORMANCE = "performance.html"
FLOWS = "flows.html"
TIMELINE = "timeline.html"
COVERAGE = "coverage.html"
ERRORS = "errors.html"
ANOMALIES = "anomalies.html"
REGRESSIONS = "regressions.html"
DEPENDENCIES = "dependencies.html"
ALL_CONNECTIONS = "dependencies/all.html"
STATE = "state.html"
INSIGHTS = "insights.html"
SESSIONS = "sessions.html"
SEQUENCES = "catalogue/sequences.html"
HANDLERS = "catalogue/handlers.html"
TOPICS = "catalogue/topics.html"
PLUGINS = "catalogue/plugins.html"
TESTS = "catalogue/tests.html"
DRIFT = "catalogue/drift.html"
BEHAVIOUR = "catalogue/behaviour.html"
DATA_HEALTH = "data-health.html"
READING_HELP = "help/how-to-read.html"
NUMBERS_HELP = "help/numbers.html"
DICTIONARY = "help/data-dictionary.html"
GLOSSARY = "help/glossary.html"
CHECKS_HELP = "reference/checks.html"
FLOW_CHECKS_HELP = "reference/flow-checks.html"


def handler_url(handler_id: str) -> str:
    """Return the page of a handler."""
    return f"catalogue/handlers/{_segment(handler_id)}.html"


def sequence_url(sequence_id: str) -> str:
    """Return the page of a declared sequence."""
    return f"catalogue/sequences/{_segment(sequence_id)}.html"


def generated_tests_url(sequence_id: str, candidate_id: str | None = None) -> str:
    """Return the page of a sequence's generated tests, at one candidate if given."""
    fragment = "" if candidate_id is None else f"#t-{_segment(candidate_id)}"
    return f"catalogue/tests/{_segment(sequence_id)}.html{fragment}"


def session_url(session_id: str) -> str:
    """Return the page of a session: its flows, deviations and errors."""
    return f"sessions/{_segment(session_id)}.html"


def state_key_url(state_key_id: str) -> str:
    """Return the page of a key of the state."""
    return f"state/{_segment(state_key_id)}.html"


def topic_url(topic_id: str) -> str:
    """Return the page of a topic."""
    return f"catalogue/topics/{_segment(topic_id)}.html"


def plugin_url(plugin_name: str) -> str:
    """Return the page of a plugin; plugins have no id but their name."""
    return f"catalogue/plugins/{stable_id('plugin', plugin_name)}.html"


def timeline_url(session_id: str, flow_id: str | None = None, line_number: int | None = None) -> str:
    """Return the timeline of a session, opened at one flow or at what begins on a line of the log, if given."""
    fragment = "" if flow_id is None else f"#flow={_segment(flow_id)}"
    fragment = f"#line={int(line_number)}" if line_number is not None else fragment
    return f"timeline/{_segment(session_id)}.html{fragment}"


def comparison_url(session_id: str, flow_id: str, other_session_id: str, other_flow_id: str) -> str:
    """Return the timeline of a session, opened at one flow beside a flow of the same sequence of any session."""
    other = f"&session={_segment(other_session_id)}&with={_segment(other_flow_id)}"
    return timeline_url(session_id, flow_id) + other


def lines_url(session_id: str, line_number: int | None = None) -> str:
    """Return the log lines of a session, opened at one line (from 1) if given."""
    fragment = "" if line_number is None else f"#L{int(line_number)}"
    return f"lines/{_segment(session_id)}.html{fragment}"


def error_group_url(error_group_id: str) -> str:
    """Return the page of an error group."""
    return f"errors/{_segment(error_group_id)}.html"


def recommendation_url(recommendation_id: str) -> str:
    """Return the place of a recommendation on the page of insights."""
    return f"{INSIGHTS}#r-{_segment(recommendation_id)}"


def relative_link(from_page: str, target: str) -> str:
    """Return `target` as seen from `from_page`; both are relative to the site's root.

    >>> relative_link("catalogue/handlers/ab.html", "lines/cd.html#L7")
    '../../lines/cd.html#L7'
    """
    path, hash_sign, fragment = target.partition("#")
    return _relative_path(from_page, path) + hash_sign + fragment


# A page links the same pages over and over, each time at another line.
@lru_cache(maxsize=1 << 14)
def _relative_path(from_page: str, path: str) -> str:
    return posixpath.relpath(path, posixpath.dirname(from_page) or ".")


def _segment(identifier: str) -> str:
    # Ids are hexadecimal hashes; quoting keeps an address safe even if one day they are not.
    return quote(identifier, safe="")
