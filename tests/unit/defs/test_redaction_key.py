"""The key of the marks that replace secrets."""

from pathlib import Path

import pytest

from orchestration.defs.home import Home
from orchestration.defs.logs.redaction_key import KEY_FILE_NAME, redaction_key
from orchestration.domain.errors import UsageError
from orchestration.settings import Settings


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    key = redaction_key(Settings(home=tmp_path), home)
    assert len(key) == 64
    assert redaction_key(Settings(home=tmp_path), home) == key
    assert (tmp_path / KEY_FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_a_chosen_key_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    assert redaction_key(Settings(home=tmp_path, redaction_key="chosen"), Home(tmp_path)) == b"chosen"
    assert list(tmp_path.iterdir()) == []


def test_a_key_file_cut_short_is_not_used(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE_NAME).write_text("abc", encoding="ascii")
    with pytest.raises(UsageError, match="cut short"):
        redaction_key(Settings(home=tmp_path), Home(tmp_path))
