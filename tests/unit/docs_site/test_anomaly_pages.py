"""The anomalies page: words for the first day, a page per detector, and what the judgement rests on."""

from pathlib import Path
from typing import Any

import pytest

from docs_site.engine.site_options import SiteOptions
from docs_site.pages import anomalies
from docs_site.pages.anomalies import learning_sentence
from docs_site.parts.anomaly_words import KINDS, TITLES, class_words, detector_page
from docs_site.queries.window import Window
from orchestration.analysis.anomalies.model import Kind
from tests.unit.docs_site.synthetic_warehouse import empty_home, write_home

DOCS = Path(__file__).parents[3] / "docs_site" / "docs"
WINDOW = Window(5, None, None, 0, 0, 0, 0, 0)


def _detector(kind: str, **changed: Any) -> dict[str, Any]:
    learnt = kind != "declared"
    return {
        "detector": "transition", "detector_kind": kind, "training_session_count": 30 if learnt else None,
        "stated_rate": 0.004 if learnt else None, "smallest_p_value": 1 / 31 if kind == "ranking" else None,
    } | changed  # fmt: skip


@pytest.mark.parametrize("detector", TITLES)
def test_every_detector_has_a_page_that_says_source_and_limits(detector: str) -> None:
    page = DOCS / Path(detector_page(detector) or "").with_suffix(".md")
    text = page.read_text(encoding="utf-8")
    assert all(
        f"## {heading}" in text for heading in ("How it works", "Source", "What it needs", "What it cannot tell")
    )


def test_kinds_of_detectors_have_words() -> None:
    assert set(KINDS) == set(Kind)


def test_a_class_of_a_gap_is_said_as_a_silence() -> None:
    assert class_words("gap_user_idle") == "a long silence: user idle"


def test_without_an_anomaly_the_page_says_so(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    (page,) = anomalies.build_pages(home.warehouse, home.lake, SiteOptions())
    assert "Nothing worth a warning in 0 sessions" in page.body
    assert page.assets == ()


def test_an_anomaly_leads_to_its_line_and_its_session(tmp_path: Path) -> None:
    home = write_home(tmp_path, ["one", "two"])
    (page,) = anomalies.build_pages(home.warehouse, home.lake, SiteOptions())
    assert "far more often than elsewhere" in page.body
    assert 'href="lines/' in page.body
    assert 'href="sessions/' in page.body
    assert 'href="reference/detectors/rate-storm.html"' in page.body


def test_the_first_day_is_said() -> None:
    words = learning_sentence([_detector("declared"), _detector("ranking", stated_rate=None)], WINDOW)
    assert "declared knowledge alone: 5 sessions are too few" in words


def test_what_more_sessions_would_allow_is_said() -> None:
    words = learning_sentence([_detector("ranking"), _detector("tail")], WINDOW)
    assert "1 detectors compare" not in words
    assert "nothing is rarer than 1 in 31" in words
    assert "from about 250 on they warn too" in words
    enough = _detector("ranking", training_session_count=400, smallest_p_value=1 / 401)
    assert learning_sentence([enough], WINDOW) == "Every session is judged by at least 400 others, never by itself."
