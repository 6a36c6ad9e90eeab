"""The key of the marks that replace secrets in logs.

Chosen by the user (`SIGHTLINE_REDACTION_KEY`), else made once and kept in the home folder, readable by its owner only:
the same secret has the same mark in every run on this home, and nobody without the key can guess a secret from it.
"""

import os
import secrets

from orchestration.defs.home import Home
from orchestration.domain.errors import UsageError
from orchestration.settings import Settings

KEY_FILE_NAME = "redaction.key"
KEY_BYTES = 32


def redaction_key(settings: Settings, home: Home) -> bytes:
    """Return the key, making the key file when there is none."""
    if settings.redaction_key is not None:
        return settings.redaction_key.get_secret_value().encode()
    path = home.path / KEY_FILE_NAME
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(home)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES))
    return _read(home)


def known_key(settings: Settings, home: Home) -> bytes:
    """Return the key without making one; nothing was marked yet where there is none."""
    is_made = (home.path / KEY_FILE_NAME).exists() or settings.redaction_key is not None
    return redaction_key(settings, home) if is_made else b""


def _read(home: Home) -> bytes:
    path = home.path / KEY_FILE_NAME
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise UsageError(f"{path}: the redaction key cannot be read ({error.strerror}); check its owner") from None
    if len(key) < KEY_BYTES:
        raise UsageError(f"{path}: the redaction key is cut short; remove the file, and all logs are ingested anew")
    return key
