"""The git repository a folder of code lies in: where it begins, what is known of it, and how git is asked.

Git answers alike whatever the user's settings, the repository's settings and the environment say, and runs no program
that a repository names. What it refuses is told in its own words. Reading a history is `history`'s work.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.child_processes import run_child

_MAX_SECONDS = 120
# Settings that make git run programs, sign, colour, page or order; `log` and its like take the rest as options.
_NEUTRAL = (
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.attributesFile=/dev/null", "core.quotePath=false",
    "diff.orderFile=/dev/null", "diff.noprefix=false", "diff.mnemonicPrefix=false",
    "diff.ignoreSubmodules=none", "log.showSignature=false", "log.showRoot=true", "log.mailmap=false",
    "log.follow=false", "i18n.logOutputEncoding=UTF-8", "color.ui=false", "protocol.allow=never",
)  # fmt: skip
# How changes are shown, as options: these win over every setting and over .gitattributes.
DIFF_OPTIONS = (
    "--no-color", "--no-ext-diff", "--no-textconv", "--text", "--src-prefix=a/", "--dst-prefix=b/",
    "--diff-algorithm=myers", "--no-indent-heuristic", "--inter-hunk-context=0", "--submodule=short", "-l1000",
)  # fmt: skip
_TOP_FILES = ("package.json", "tsconfig.json", "jsconfig.json")
# Without a repository nobody says where a project ends: a stray file far above is no part of it.
_MOST_STEPS = 5
_DUBIOUS = "dubious ownership"
_HEAD_LINE = re.compile(r"^(?:fatal|error|warning): ")


@dataclass(frozen=True, slots=True)
class Answer:
    """What git printed, and why it printed no more, in its own words; `problem` is None when it did what was asked."""

    text: str
    problem: str | None

    @property
    def line(self) -> str:
        """Return the only line of the answer."""
        return self.text.strip()


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository: its top folder, and what limits its history, in words."""

    top: Path
    limits: tuple[str, ...]

    def ask(self, *arguments: str, lines: Iterable[str] = ()) -> Answer:
        """Ask git about the whole repository; `lines` is what a command with `--stdin` reads.

        Paths go that way too: ten thousand are more than a command line holds.
        """
        return ask_git(self.top, arguments, "".join(f"{line}\n" for line in lines if "\n" not in line))


def folders_above(folder: Path) -> list[Path]:
    """Return the folders above one that belong to its project, the nearest first; none when it is the top itself.

    The top holds `.git`; of a copy without one it is the nearest folder with a `package.json` or `tsconfig.json`.
    """
    chain = [folder, *folder.parents]
    is_top = [_holds(above, (".git",)) for above in chain]
    if not any(is_top):
        is_top = [_holds(above, _TOP_FILES) for above in chain[:_MOST_STEPS]]
    return chain[1 : is_top.index(True) + 1] if any(is_top) else []


def _holds(folder: Path, names: Iterable[str]) -> bool:
    return any(os.path.lexists(folder / name) for name in names)


def open_repository(folder: Path) -> tuple[Repository | None, str | None]:
    """Return the repository a folder lies in, or None with the reason in git's words."""
    asked = ask_git(folder, ["rev-parse", "--is-shallow-repository", "--show-toplevel"])
    shallow, _, top = asked.text.partition("\n")
    if asked.problem or not top.strip():
        return None, f"no history: {asked.problem or 'git names no working tree'}"
    place = Path(top.rstrip("\n"))
    limits = (*_unread_submodules(place), *([_SHALLOW] if shallow.strip() == "true" else []))
    return Repository(place, limits), None


_SHALLOW = (
    "a shallow clone: git knows only the newest commits, so changes and owners of lines before them are missing; "
    "`git fetch --unshallow` brings the rest"
)


def _unread_submodules(top: Path) -> list[str]:
    """Return a line for each submodule whose files are not there."""
    if not (top / ".gitmodules").is_file():
        return []
    named = ask_git(top, ["config", "--file", ".gitmodules", "-z", "--get-regexp", r"^submodule\..*\.path$"]).text
    paths = sorted(entry.partition("\n")[2] for entry in named.split("\0"))
    return [
        f"submodule {path} is not checked out: its code is not read; `git submodule update --init` brings it"
        for path in paths
        if path and not os.path.lexists(top / path / ".git")
    ]


def head_commit(root: Path) -> str:
    """Return the hash of the commit checked out at `root`; empty without git, a repository or a commit."""
    asked = ask_git(root, ["rev-parse", "--verify", "HEAD"])
    return "" if asked.problem else asked.line


def ask_git(folder: Path, arguments: Iterable[str], given: str = "") -> Answer:
    """Run one git command in a folder. Never raises: a failure is a problem in words."""
    command = [part for setting in _NEUTRAL for part in ("-c", setting)] + list(arguments)
    asked = _run(folder, command, given)
    if asked.problem and _DUBIOUS in asked.problem:
        # The user's settings are not read, but whom the user trusts is for the user to say.
        trusted = [part for place in _trusted_folders() for part in ("-c", f"safe.directory={place}")]
        return _run(folder, [*trusted, *command], given) if trusted else asked
    return asked


def _run(folder: Path, arguments: list[str], given: str, environment: Mapping[str, str] | None = None) -> Answer:
    try:
        done = run_child(
            ["git", "-C", str(folder), *arguments],
            timeout=_MAX_SECONDS,
            given=given.encode("utf-8", "surrogateescape"),
            env=_neutral_environment() if environment is None else environment,
        )
    except FileNotFoundError:
        return Answer("", "git is not installed, or not on the PATH")
    except subprocess.TimeoutExpired:
        return Answer("", f"git took longer than {_MAX_SECONDS} seconds")
    except OSError as error:
        return Answer("", f"git cannot be run: {error.strerror}")
    text = done.stdout.decode("utf-8", "backslashreplace")
    return Answer(text, None if done.returncode == 0 else _words(done.stderr.decode("utf-8", "replace")))


def _words(complaint: str) -> str:
    """Return what git complains of in one line: its first sentence, and the command it recommends."""
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    if not lines:
        return "git failed and said nothing"
    first = next((line for line in lines if line.startswith(("fatal: ", "error: "))), lines[0])
    advice = next((line for line in lines if line.startswith("git ")), None)
    said = f'git says "{_HEAD_LINE.sub("", first)[:300]}"'
    return f"{said}; it recommends `{advice[:200]}`" if advice else said


def _neutral_environment() -> dict[str, str]:
    """Return an environment in which git knows no user, asks nobody, fetches nothing and takes paths literally."""
    quiet = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "none",
        "LC_ALL": "C",
    }
    return _own_environment() | quiet


def _own_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_") and name != "LANGUAGE"}


@cache
def _trusted_folders() -> tuple[str, ...]:
    """Return the folders of other users that this user, or the machine, lets git read."""
    found: list[str] = []
    for scope in ("--system", "--global"):
        asked = _run(
            Path("/"), ["config", scope, "--includes", "-z", "--get-all", "safe.directory"], "", _own_environment()
        )
        found += asked.text.split("\0")[:-1]
    return tuple(found)
