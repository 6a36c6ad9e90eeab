"""Git answers alike whatever settings and environment say, runs nothing a repository names, and is never silent."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.code_scan import repository as asking
from orchestration.code_scan.history import History, Span, read_history
from orchestration.code_scan.inputs import find_code_roots
from tests.unit.code_scan.sources import write_tree

BODY = "export function a() {\n  return 1;\n}\n"
SPANS = (Span(("P", "a"), "src/new name.ts", 1, 3), Span(("P", "q"), 'src/"quoted\\.ts', 1, 1))


def git(root: Path, *arguments: str, **environment: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always"]
    known = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | environment
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True, env=known)


def save(root: Path, files: dict[str, str], subject: str, **environment: str) -> None:
    write_tree(root, files)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", subject, **environment)


def history_of(root: Path, spans: tuple[Span, ...] = SPANS, more: tuple[str, ...] = ()) -> History:
    return read_history(find_code_roots([root]), spans, {span.path for span in spans} | set(more))


@pytest.fixture
def code(tmp_path: Path) -> Path:
    root = tmp_path / "code"
    root.mkdir()
    git(root, "init", "-q")
    save(
        root,
        {"src/old name.ts": BODY, 'src/"quoted\\.ts': "one\n", ".mailmap": "B <b@example.org> <a@example.org>"},
        "1",
    )
    save(root, {"src/old name.ts": BODY.replace("1", "2"), "big.ts": "x\n" * 40}, "2")
    git(root, "mv", "src/old name.ts", "src/new name.ts")
    save(root, {'src/"quoted\\.ts': "two\n"}, "3")
    save(root, {"src/new name.ts": BODY.replace("1", "3"), "big.ts": "x\n" * 9}, "4")
    return root


def subjects(found: History) -> list[str]:
    return [commit.subject for commit in found.commits]


SETTINGS = (
    "diff.noprefix=true", "diff.mnemonicPrefix=true", "diff.renames=copies", "diff.renames=false", "diff.relative=true",
    "diff.external=touch {ran}", "diff.wild.textconv=touch {ran}; cat", "diff.wild.command=touch {ran}",
    "diff.orderFile=/nowhere", "diff.context=9", "diff.interHunkContext=9", "diff.algorithm=patience",
    "diff.submodule=log", "diff.ignoreSubmodules=all", "diff.colorMoved=zebra", "log.showSignature=true",
    "log.showRoot=false", "log.mailmap=true", "log.follow=true", "log.date=relative", "log.diffMerges=off",
    "color.ui=always", "color.diff=always", "core.pager=touch {ran}", "pager.log=touch {ran}", "core.quotePath=true",
    "core.fsmonitor=touch {ran}", "core.hooksPath={hooks}", "gpg.program=touch {ran}", "format.pretty=oneline",
    "i18n.logOutputEncoding=UTF-16", "alias.log=!touch {ran}", "core.attributesFile={attributes}",
)  # fmt: skip


def test_every_setting_of_the_user_and_of_the_repository_leaves_the_history_as_it_is(
    code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = history_of(code)
    assert (subjects(plain), plain.problems) == (["4", "3", "2", "1"], ())
    assert plain.file_commits == {"src/new name.ts": 4, 'src/"quoted\\.ts': 2}
    assert sorted(touch.key[1] for touch in plain.touches if touch.is_line_change) == ["a", "a", "a", "q", "q"]
    ran, attributes = tmp_path / "ran", tmp_path / "attributes"
    attributes.write_text("*.ts -diff diff=wild binary\n")
    (code / ".git/info/attributes").write_text("*.ts -diff diff=wild\n")
    home = write_tree(tmp_path / "home", {".gitconfig": ""})
    monkeypatch.setenv("HOME", str(home))
    hooks = write_tree(tmp_path / "hooks", {"post-index-change": f"#!/bin/sh\ntouch {ran}\n"})
    (hooks / "post-index-change").chmod(0o755)
    for scope in ("--global", "--local"):
        for setting in SETTINGS:
            name, _, value = setting.format(ran=ran, hooks=hooks, attributes=attributes).partition("=")
            git(code, "config", scope, name, value)
        assert history_of(code) == plain, (scope, name)
    assert not ran.exists()


def test_the_environment_of_git_leaves_the_history_as_it_is(
    code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = history_of(code)
    ran = tmp_path / "ran"
    foreign = {
        "GIT_DIR": str(tmp_path / "nowhere"),
        "GIT_WORK_TREE": str(tmp_path),
        "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_OBJECT_DIRECTORY": str(tmp_path / "objects"),
        "GIT_CEILING_DIRECTORIES": str(code.parent),
        "GIT_EXTERNAL_DIFF": f"touch {ran}",
        "GIT_PAGER": f"touch {ran}",
        "GIT_DIFF_OPTS": "-u9",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "diff.noprefix",
        "GIT_CONFIG_VALUE_0": "true",
        "GIT_CONFIG_PARAMETERS": "'diff.renames=false'",
        "GIT_TRACE": str(ran),
        "GIT_GLOB_PATHSPECS": "1",
        "GIT_NAMESPACE": "other",
        "GIT_EXEC_PATH": str(tmp_path),
        "GIT_REPLACE_REF_BASE": "refs/other/",
        "LC_ALL": "de_DE.UTF-8",
        "LANGUAGE": "de",
    }
    for name, value in foreign.items():
        monkeypatch.setenv(name, value)
    below = history_of(code / "src", (Span(("P", "a"), "new name.ts", 1, 3),))
    assert (subjects(below), below.problems) == (["4", "3", "2", "1"], ())
    assert history_of(code) == plain
    assert not ran.exists()


def problem_of(found: History) -> str:
    (problem,) = found.problems
    assert problem.kind == "history"
    return problem.problem


def damage_objects(code: Path) -> None:
    old = subprocess.run(["git", "-C", str(code), "rev-parse", "HEAD~3"], capture_output=True, text=True, check=True)
    name = old.stdout.strip()
    path = code / ".git/objects" / name[:2] / name[2:]
    path.chmod(0o644)
    path.write_bytes(b"no zlib stream")


def forget_commits(code: Path) -> None:
    (code / ".git/HEAD").write_text("ref: refs/heads/none\n")


@pytest.mark.parametrize(
    ("harm", "known", "words"),
    [
        (damage_objects, ["4"], "git says "),
        (forget_commits, [], "git says \"your current branch 'none' does not have any commits yet\""),
        (lambda code: (code / ".git/HEAD").write_text("?"), [], 'no history: git says "'),
        (lambda code: (code / ".git/config").write_text("[core\n"), [], 'no history: git says "bad config line 1'),
        (lambda code: (code / ".git").rename(code / "git"), [], 'no history: git says "not a git repository'),
    ],
)
def test_what_git_refuses_is_told_in_its_words_and_what_it_printed_before_is_kept(
    code: Path, harm: Callable[[Path], None], known: list[str], words: str
) -> None:
    harm(code)
    found = history_of(code)
    assert subjects(found) == known
    assert any(problem.problem.startswith(words) for problem in found.problems), found.problems


def test_a_repository_of_another_user_is_read_only_when_the_user_says_so(
    code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    neutral = asking._neutral_environment
    monkeypatch.setattr(asking, "_neutral_environment", lambda: neutral() | {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    monkeypatch.setenv("HOME", str(write_tree(tmp_path / "home", {".gitconfig": ""})))
    asking._trusted_folders.cache_clear()
    words = problem_of(history_of(code))
    assert words.startswith(f"no history: git says \"detected dubious ownership in repository at '{code}'\"")
    assert "it recommends `git config --global --add safe.directory" in words
    git(code, "config", "--global", "--add", "safe.directory", str(code))
    asking._trusted_folders.cache_clear()
    assert subjects(history_of(code)) == ["4", "3", "2", "1"]
    asking._trusted_folders.cache_clear()


def test_a_shallow_clone_is_told_with_what_brings_the_rest(code: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth", "2", code.as_uri(), "clone")
    found = history_of(tmp_path / "clone")
    assert subjects(found) == ["4", "3"]
    assert problem_of(found).startswith("a shallow clone")


def test_a_submodule_has_its_own_history_and_one_that_is_missing_is_named(code: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q")
    git(outer, "submodule", "add", "-q", code.as_uri(), "parts/shop")
    git(outer, "submodule", "add", "-q", code.as_uri(), "parts/gone")
    save(outer, {"main.ts": "1\n"}, "outer")
    git(outer, "submodule", "deinit", "-q", "-f", "parts/gone")
    span = Span(("P", "a"), "parts/shop/src/new name.ts", 1, 3)
    found = history_of(outer, (span,), ("main.ts",))
    assert subjects(found) == ["4", "3", "2", "1"], found.problems
    assert found.file_commits == {"main.ts": 1, "parts/shop/src/new name.ts": 4}
    assert problem_of(found).startswith("submodule parts/gone is not checked out")


def test_a_machine_without_git_says_so(code: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert problem_of(history_of(code)) == "no history: git is not installed, or not on the PATH"
    assert asking.head_commit(code) == ""


def test_a_message_that_looks_like_a_commit_makes_none_and_a_wrong_clock_costs_its_commit_only(code: Path) -> None:
    forged = "\x1e" + "a" * 40 + "\x1f1\x1fx@example.org\x1fforged"
    save(code, {"src/new name.ts": BODY.replace("1", "5")}, f"honest {forged}\n\n{forged}\ndiff --git a/x b/x")
    save(code, {"src/new name.ts": BODY.replace("1", "6")}, "late", GIT_COMMITTER_DATE="@99999999999 +0000")
    found = history_of(code)
    assert subjects(found) == [f"honest {forged}", "4", "3", "2", "1"]
    assert problem_of(found).startswith("left out 1 of its commits")
    assert [touch.is_line_change for touch in found.touches if touch.key[1] == "a"] == [True, True, False, True, True]
