"""What decides how logs are judged; accuracy figures measured with anything else are out of date.

Apart from proving.py, because the site asks for it in every run, which has no need of the rest.
"""

from collections.abc import Sequence
from pathlib import Path

from orchestration.defs.dbt.project import models_fingerprint
from orchestration.defs.fingerprint import fingerprint_of_values
from orchestration.log_ingest.dialect_file import load_dialects


def accuracy_basis(dialect_folders: Sequence[Path]) -> str:
    """Return the fingerprint of models, analysis and dialects."""
    dialects = [f"{dialect.name} {dialect.digest}" for dialect in load_dialects(dialect_folders)]
    return fingerprint_of_values(models_fingerprint(), *dialects)
