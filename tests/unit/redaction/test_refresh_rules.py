"""The rules of gitleaks are taken as they are published, in the form of ours."""

import tomllib
from pathlib import Path

import hyperscan
import re2

from orchestration.redaction.refresh_rules import converted, read_source, written
from orchestration.redaction.rules import RULES_FILES, all_rules

SOURCE = b"""# This file has been auto-generated. Do not edit manually.
[[rules]]
id = "acme-key"
regex = '''(?i)[\\w.-]{0,50}?(?:acme)(?:[ \\t\\w.-]{0,20})[\\s'"]{0,3}(?:=|>|:{1,3}=|\\|\\||:|=>|\\?=|,)[\\x60'"\\s=]{0,5}([a-z0-9]{8})(?:[\\x60'"\\s;]|\\\\[nr]|$)'''
entropy = 2
keywords = ["acme"]

[[rules]]
id = "acme-token"
regex = '''\\b(acm_[a-z0-9]{8,20})(?:[\\x60'"\\s;]|\\\\[nr]|$)'''
keywords = ["acm_"]
"""  # noqa: E501


def test_rules_are_read_out_of_a_program_that_holds_them(tmp_path: Path) -> None:
    (tmp_path / "program").write_bytes(b"\x7fELF\0\0" + SOURCE + b"\0\0more")
    assert [rule["id"] for rule in read_source(tmp_path / "program")["rules"]] == ["acme-key", "acme-token"]


def test_a_rule_is_widened_to_the_quotes_of_logs(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_bytes(SOURCE)
    named, bare = (converted(rule) for rule in read_source(tmp_path / "rules.toml")["rules"])
    assert named["words"] == ["acme"]
    assert bare["anchor"] == r"\b(acm_[a-z0-9]{8})"
    for text in ('acme_key="a1b2c3d4"', r"acme_key=\"a1b2c3d4\"", "acme_key%3Da1b2c3d4&x", "acme_key=a1b2c3d4)"):
        assert re2.search(named["pattern"], text)[1] == "a1b2c3d4"
    assert re2.search(bare["pattern"], "sent acm_a1b2c3d4, done")[1] == "acm_a1b2c3d4"


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_bytes(SOURCE)
    rules = [converted(rule) for rule in read_source(tmp_path / "rules.toml")["rules"]]
    read = tomllib.loads(written("1.2.3", rules))
    assert read["version"] == "1.2.3"
    assert read["rules"] == rules


def test_every_rule_can_be_found_and_matched() -> None:
    assert len(all_rules()) > 230
    assert tomllib.loads(RULES_FILES[1].read_text("utf-8"))["version"]
    assert "MIT License" in (RULES_FILES[1].parent / "gitleaks_license.txt").read_text("utf-8")
    for rule in all_rules():
        assert rule.anchor or rule.words, rule.name
        re2.compile(rule.pattern.encode())
        for anchor in (rule.anchor,) if rule.anchor else rule.words:
            hyperscan.Database().compile(expressions=[anchor.encode()], flags=[0])
