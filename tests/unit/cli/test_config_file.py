"""The sightline.toml that `sightline init` writes."""

import re
import tomllib
from pathlib import Path

import pytest

from orchestration.cli.config_file import render_config, write_config
from orchestration.domain.errors import UsageError
from orchestration.settings import load_settings


def test_the_written_file_changes_nothing(tmp_path: Path) -> None:
    path = write_config(tmp_path, is_forced=False)
    written = load_settings(path).model_dump()
    path.write_text("", encoding="utf-8")
    assert written == load_settings(path).model_dump()


def test_every_key_in_it_is_valid_when_its_comment_sign_is_removed(tmp_path: Path) -> None:
    text = re.sub(r"^# (?=[\w\"*.-]+ = )", "", render_config(), flags=re.MULTILINE)
    path = tmp_path / "sightline.toml"
    path.write_text(text, encoding="utf-8")
    kinds = {"logs", "code", "sequences", "coverage", "accepted_deviations"}
    assert tomllib.loads(text)["inputs"].keys() == {*kinds, "follow_links"}
    assert load_settings(path).inputs.by_kind().keys() == kinds
    assert load_settings(path).inputs.logs == (str(tmp_path / "logs"),)


def test_an_existing_file_is_kept_unless_forced(tmp_path: Path) -> None:
    mine = tmp_path / "sightline.toml"
    mine.write_text("# mine", encoding="utf-8")
    with pytest.raises(UsageError, match="--force"):
        write_config(tmp_path, is_forced=False)
    assert mine.read_text(encoding="utf-8") == "# mine"
    write_config(tmp_path, is_forced=True)
    assert "[inputs]" in mine.read_text(encoding="utf-8")
