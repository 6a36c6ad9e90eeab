"""Where the shared corpus of real logs is, if it is here at all.

Tests that read it call `corpus_path()` and skip with a message when it returns None. Nothing of it is copied into
the repository.
"""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


def corpus_path() -> Path | None:
    """Return the corpus folder: `SIGHTLINE_CORPUS`, else `../shared/corpus` beside the repository; None if absent."""
    chosen = os.environ.get("SIGHTLINE_CORPUS")
    path = Path(chosen) if chosen else REPOSITORY.parent / "shared" / "corpus"
    return path if path.is_dir() else None
