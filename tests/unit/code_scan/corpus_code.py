"""Where a checkout of the corpus application's source is, if there is one: it is not part of the corpus."""

import os
from pathlib import Path

from tests.corpus import REPOSITORY


def corpus_code_path() -> Path | None:
    """Return `SIGHTLINE_CORPUS_CODE`, else a checkout beside the repository; None when there is neither."""
    chosen = os.environ.get("SIGHTLINE_CORPUS_CODE")
    path = Path(chosen) if chosen else REPOSITORY.parent / "renderx-plugins-demo"
    return path if (path / "packages").is_dir() else None
