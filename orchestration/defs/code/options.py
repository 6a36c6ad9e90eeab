"""What a code scan is given, made from the settings."""

from orchestration.code_scan.options import ScanOptions
from orchestration.defs.home import Home
from orchestration.defs.logs.redaction_key import known_key
from orchestration.settings import Settings


def scan_options(settings: Settings) -> ScanOptions:
    """Return the options of the code scan."""
    return ScanOptions(
        max_file_bytes=settings.scan.max_file_bytes,
        exclude=settings.scan.exclude,
        reads_budgets=settings.budgets.declared,
        follow_links=settings.inputs.follow_links,
        redaction_key=known_key(settings, Home(settings.home)),
        redaction_groups=settings.redaction.groups,
    )
