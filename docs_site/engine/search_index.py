"""The search index after MkDocs: what pages of data leave in it is cut to what a search needs.

A page of data is found by its title and says what it is; its sections are the same on every page and would only fill
the index, which a page opened as a file loads whole. Hand-written pages are searched in full.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from docs_site.engine.stage import ISLAND_MARK
from docs_site.html.page import DataFile

Entry = dict[str, Any]

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


def read_search_index(built: Path) -> tuple[dict[str, Any], dict[str, list[Entry]]]:
    """Return the configuration of the index MkDocs made, and by page the entries that are kept of it."""
    index = json.loads((built / "search" / "search_index.json").read_text(encoding="utf-8"))
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in index["docs"]:
        if (kept := clean_entry(entry)) is not None:
            entries[str(entry["location"]).partition("#")[0]].append(kept)
    return index["config"], entries


def search_files(config: dict[str, Any], entries: Mapping[str, Sequence[Entry]]) -> list[DataFile]:
    """Return the index of all pages, as JSON and as the script that pages opened as files load.

    Pages stand in the order of their addresses, so that the index is the same however many were built anew.
    """
    docs = [entry for page in sorted(entries) for entry in entries[page]]
    text = json.dumps({"config": config, "docs": docs}, ensure_ascii=False, separators=(",", ":"))
    script = f"var __index = {text}"
    return [
        DataFile("search/search_index.json", text.encode("utf-8", "surrogatepass")),
        DataFile("search/search_index.js", script.encode("utf-8", "surrogatepass")),
    ]


def clean_entry(entry: Entry) -> Entry | None:
    """Return an entry as it is to be kept, or None to leave it out."""
    location = str(entry["location"])
    for prefix, words in _KINDS:
        if location.startswith(prefix):
            return None if words is None or "#" in location else entry | {"text": words}
    return entry | {"text": re.sub(ISLAND_MARK, "", str(entry["text"]))}
