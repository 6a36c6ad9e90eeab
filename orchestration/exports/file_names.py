"""Names of exported files: made of log text, and nothing of it that a shell or a file system would read as more."""

import re

_LONGEST_NAME = 80


def file_name(*parts: str) -> str:
    """Return a file name made of `parts`, which may be log text: plain characters only, never hidden, never long."""
    plain = [re.sub(r"[^A-Za-z0-9._]+", "-", part).strip("-.")[:_LONGEST_NAME] for part in parts]
    return "-".join(part for part in plain if part) or "export"
