"""Fixtures every test may use: where the corpus and a browser are, and a clean environment."""

import os
import shutil
from pathlib import Path

import pytest

from tests.corpus import corpus_path


@pytest.fixture(autouse=True)
def no_settings_from_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own SIGHTLINE_* variables out of the tests."""
    own = [name for name in os.environ if name.startswith("SIGHTLINE_") and not name.startswith("SIGHTLINE_CORPUS")]
    for name in own:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Return the corpus folder or skip."""
    path = corpus_path()
    if path is None:
        pytest.skip("the corpus of real logs is not here (set SIGHTLINE_CORPUS)")
    return path


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of an installed Chromium or skip."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("no Chromium is installed")
