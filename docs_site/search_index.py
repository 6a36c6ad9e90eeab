"""The search index after MkDocs: what pages of data leave in it is cut to what a search needs.

A page of data is found by its title and says what it is; its sections are the same on every page and would only fill
the index, which a page opened as a file loads whole. Hand-written pages are searched in full.
"""

import json
import re
from pathlib import Path
from typing import Any

from docs_site.stage import ISLAND_MARK

# Where pages of data live, and what a result says they are; None keeps them out, their session stands for them.
_KINDS: tuple[tuple[str, str | None], ...] = (
    ("catalogue/handlers/", "Handler"),
    ("catalogue/sequences/", "Sequence"),
    ("catalogue/topics/", "Topic"),
    ("catalogue/plugins/", "Plugin"),
    ("errors/", "Error"),
    ("state/", "Key of the state"),
    ("sessions/", "Session"),
    ("timeline/", None),
    ("lines/", None),
)


def clean_search_index(built: Path) -> None:
    """Rewrite the index of a built site, as JSON and as the script that pages opened as files load."""
    path = built / "search" / "search_index.json"
    if not path.is_file():
        return
    index = json.loads(path.read_text(encoding="utf-8"))
    index["docs"] = [kept for entry in index["docs"] if (kept := clean_entry(entry)) is not None]
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text, encoding="utf-8")
    path.with_suffix(".js").write_text(f"var __index = {text}", encoding="utf-8")


def clean_entry(entry: dict[str, Any]) -> dict[str, Any] | None:
    """Return an entry as it is to be kept, or None to leave it out."""
    location = str(entry["location"])
    for prefix, words in _KINDS:
        if location.startswith(prefix):
            return None if words is None or "#" in location else entry | {"text": words}
    return entry | {"text": re.sub(ISLAND_MARK, "", str(entry["text"]))}
