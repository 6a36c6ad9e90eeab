"""What log ingest is given, made from the settings."""

from pathlib import Path

from orchestration.defs.logs.redaction_key import redaction_key
from orchestration.defs.platform import Platform
from orchestration.log_ingest.options import IngestOptions


def ingest_options(platform: Platform) -> IngestOptions:
    """Return the options of log ingest."""
    ingest = platform.settings.ingest
    return IngestOptions(
        workers=ingest.workers,
        settle_seconds=ingest.settle_seconds,
        redaction_key=redaction_key(platform.settings, platform.home),
        redaction_groups=platform.settings.redaction.groups,
        dialect_folders=tuple(Path(folder) for folder in ingest.dialect_folders),
        follow_links=platform.settings.inputs.follow_links,
    )
