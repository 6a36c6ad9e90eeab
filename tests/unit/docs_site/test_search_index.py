"""The search index: pages of data by title and kind, hand-written pages in full, nothing of the build's own marks."""

from docs_site.engine.search_index import clean_entry


def _entry(location: str) -> dict[str, str]:
    return {"location": location, "title": "createNode", "text": "<p>\ue0003\ue001</p><p>words</p>"}


def test_a_handler_is_found_once_by_its_name() -> None:
    assert clean_entry(_entry("catalogue/handlers/ab.html")) == _entry("catalogue/handlers/ab.html") | {
        "text": "Handler"
    }
    assert clean_entry(_entry("catalogue/handlers/ab.html#errors")) is None


def test_timelines_and_lines_are_found_through_their_session() -> None:
    assert clean_entry(_entry("timeline/ab.html")) is None
    assert clean_entry(_entry("lines/ab.html")) is None
    assert (clean_entry(_entry("sessions/ab.html")) or {})["text"] == "Session"


def test_other_pages_keep_their_words_without_marks() -> None:
    assert (clean_entry(_entry("help/numbers.html#durations")) or {})["text"] == "<p>words</p>"
