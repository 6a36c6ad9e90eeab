"""Which commits touched a handler: by lines carried backwards through diffs and renames, and who owns its file."""

import subprocess
from pathlib import Path

import pytest

from orchestration.code_scan.history import History, Span, read_history
from orchestration.code_scan.inputs import find_code_roots
from orchestration.code_scan.owners import read_owners
from tests.unit.code_scan.sources import write_tree

FIRST = "export function a() {\n  return 1;\n}\nexport function b() {\n  return 2;\n}\n"


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


def commit(root: Path, text: str, subject: str, path: str = "src/x.ts") -> None:
    write_tree(root, {path: text})
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", subject)


def history_of(*roots: Path, spans: tuple[Span, ...] = (), paths: tuple[str, ...] = ()) -> History:
    return read_history(find_code_roots(roots), spans, {span.path for span in spans} | set(paths))


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
    found = history_of(repository, spans=(Span(("P", "a"), "src/x.ts", 3, 5), Span(("P", "b"), "src/x.ts", 6, 8)))
    subjects = {commit.commit_hash: commit.subject for commit in found.commits}
    assert list(subjects.values()) == ["change a", "lines above", "change b", "first"]
    inside = {(touch.key[1], subjects[touch.commit_hash]) for touch in found.touches if touch.is_line_change}
    assert inside == {("a", "change a"), ("b", "change b"), ("a", "first"), ("b", "first")}
    assert found.problems == ()


def test_authors_are_counted_not_named(repository: Path) -> None:
    commits = history_of(repository, spans=(Span(("P", "a"), "src/x.ts", 3, 5),)).commits
    assert len({commit.author_key for commit in commits}) == 1
    assert "example" not in commits[0].author_key


def test_a_folder_below_the_top_of_a_repository_has_the_history_of_its_files(repository: Path) -> None:
    (repository / "other").mkdir()
    commit(repository, "1\n", "elsewhere", "other/y.ts")
    found = history_of(repository / "src", spans=(Span(("P", "a"), "x.ts", 3, 5),))
    assert [commit.subject for commit in found.commits] == ["change a", "lines above", "change b", "first"]
    assert found.file_commits == {"x.ts": 4}


def test_several_roots_in_one_repository_are_read_as_one(repository: Path) -> None:
    commit(repository, "1\n", "elsewhere", "other/y.ts")
    spans = (Span(("P", "a"), "src/x.ts", 3, 5), Span(("P", "y"), "other/y.ts", 1, 1))
    found = history_of(repository / "src", repository / "other", spans=spans)
    assert [commit.subject for commit in found.commits].count("elsewhere") == 1
    assert found.file_commits == {"src/x.ts": 4, "other/y.ts": 1}


def test_a_renamed_file_keeps_its_past(repository: Path) -> None:
    git(repository, "mv", "src/x.ts", "src/moved.ts")
    git(repository, "commit", "-q", "-m", "first move")
    (repository / "lib").mkdir()
    git(repository, "mv", "src/moved.ts", "lib/h.ts")
    # What takes the old name later has another past.
    commit(repository, "export const other = 1;\n", "second move and a new file", "src/x.ts")
    commit(repository, (repository / "lib/h.ts").read_text().replace("return 11", "return 12"), "a again", "lib/h.ts")
    commit(repository, "export const other = 2;\n", "of the other", "src/x.ts")
    spans = (Span(("P", "a"), "h.ts", 3, 5),)
    found = history_of(repository / "lib", spans=spans)
    subjects = {commit.commit_hash: commit.subject for commit in found.commits}
    assert list(subjects.values()) == [
        "a again", "second move and a new file", "first move", "change a", "lines above", "change b", "first",
    ]  # fmt: skip
    inside = [subjects[touch.commit_hash] for touch in found.touches if touch.is_line_change]
    assert inside == ["a again", "change a", "first"]
    whole = history_of(repository, spans=(Span(("P", "a"), "lib/h.ts", 3, 5),), paths=("src/x.ts",))
    assert whole.file_commits == {"lib/h.ts": 7, "src/x.ts": 2}


def test_without_a_repository_git_says_why_there_is_no_history(tmp_path: Path) -> None:
    write_tree(tmp_path, {"x.ts": FIRST})
    found = history_of(tmp_path, spans=(Span(("P", "a"), "x.ts", 1, 2),))
    assert (found.commits, found.touches, found.file_commits) == ((), (), {})
    (problem,) = found.problems
    assert (problem.kind, problem.path) == ("history", ".")
    assert problem.problem.startswith('no history: git says "not a git repository')


def test_the_last_rule_of_a_codeowners_file_counts(tmp_path: Path) -> None:
    write_tree(tmp_path, {".github/CODEOWNERS": "* @all  # everybody\n/src/cart/ @cart @shop\n*.md\n"})
    assert read_owners(tmp_path, ["src/cart/a.ts", "src/menu.ts", "README.md"])[0] == {
        "src/cart/a.ts": ("@cart", "@shop"),
        "src/menu.ts": ("@all",),
    }


def test_commits_are_counted_for_every_file(repository: Path) -> None:
    commit(repository, "1\n", "the other", "other file.ts")
    found = history_of(repository, paths=("other file.ts", "src/x.ts", "never committed.ts"))
    assert found.file_commits == {"other file.ts": 1, "src/x.ts": 4, "never committed.ts": 0}
