"""What several integration tests need and is dear to make: made once for all workers of a test run."""

import fcntl
import os
from pathlib import Path

import pytest

from tests.integration.corpus_truth import build_home


@pytest.fixture(scope="session")
def corpus_home(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home over all logs and declarations of the corpus, without its code; to be read only.

    Workers of one test run share it: the first builds it while the others wait.
    """
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    home, is_built = shared / "corpus_home", shared / "corpus_home.built"
    with (shared / "corpus_home.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_built.exists():
            build_home(corpus, home)
            is_built.touch()
    return home
