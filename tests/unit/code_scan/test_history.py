"""Which commits touched a handler: by lines carried backwards through the diffs, and who owns its file."""

import subprocess
from pathlib import Path

import pytest

from orchestration.code_scan.history import Span, count_file_commits, read_history
from orchestration.code_scan.owners import read_owners
from tests.unit.code_scan.sources import write_tree

FIRST = "export function a() {\n  return 1;\n}\nexport function b() {\n  return 2;\n}\n"


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


def commit(root: Path, text: str, subject: str) -> None:
    write_tree(root, {"src/x.ts": text})
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", subject)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "code"
    root.mkdir()
    git(root, "init", "-q")
    commit(root, FIRST, "first")
    commit(root, FIRST.replace("return 2", "return 22"), "change b")
    commit(root, "// one\n// two\n" + FIRST.replace("return 2", "return 22"), "lines above")
    commit(
        root, "// one\n// two\n" + FIRST.replace("return 1", "return 11").replace("return 2", "return 22"), "change a"
    )
    return root


def test_a_change_of_a_function_is_told_from_a_change_beside_it(repository: Path) -> None:
    spans = [Span(("P", "a"), "src/x.ts", 3, 5), Span(("P", "b"), "src/x.ts", 6, 8)]
    commits, touches = read_history(repository, spans)
    subjects = {commit.commit_hash: commit.subject for commit in commits}
    assert list(subjects.values()) == ["change a", "lines above", "change b", "first"]
    inside = {(touch.key[1], subjects[touch.commit_hash]) for touch in touches if touch.is_line_change}
    assert inside == {("a", "change a"), ("b", "change b"), ("a", "first"), ("b", "first")}


def test_authors_are_counted_not_named(repository: Path) -> None:
    commits, _ = read_history(repository, [Span(("P", "a"), "src/x.ts", 3, 5)])
    assert len({commit.author_key for commit in commits}) == 1
    assert "example" not in commits[0].author_key


def test_paths_below_the_repository_are_meant_relative_to_the_root(repository: Path) -> None:
    commits, _ = read_history(repository / "src", [Span(("P", "a"), "x.ts", 3, 5)])
    assert {path for commit in commits for path in commit.paths} == {"x.ts"}


def test_without_a_repository_there_is_no_history_and_no_error(tmp_path: Path) -> None:
    assert read_history(tmp_path, [Span(("P", "a"), "x.ts", 1, 2)]) == ([], [])


def test_the_last_rule_of_a_codeowners_file_counts(tmp_path: Path) -> None:
    write_tree(tmp_path, {".github/CODEOWNERS": "* @all  # everybody\n/src/cart/ @cart @shop\n*.md\n"})
    assert read_owners(tmp_path, ["src/cart/a.ts", "src/menu.ts", "README.md"])[0] == {
        "src/cart/a.ts": ("@cart", "@shop"),
        "src/menu.ts": ("@all",),
    }


def test_commits_are_counted_for_every_file(repository: Path, tmp_path: Path) -> None:
    (repository / "other file.ts").write_text("1\n", encoding="utf-8")
    commit(repository, FIRST, "the other")
    counts = count_file_commits(repository)
    assert counts["other file.ts"] == 1
    assert counts["src/x.ts"] > 3
    assert count_file_commits(repository / "src")["x.ts"] == counts["src/x.ts"]
    assert count_file_commits(tmp_path / "nowhere") == {}
