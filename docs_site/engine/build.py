"""MkDocs: its configuration for one build, and its run.

MkDocs runs as a process of its own: it sets global state, and a crash in it must not take a pipeline along. What the
pages say belongs to docs_site/pages.
"""

import os
import sys
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

import yaml

from orchestration.child_processes import run_child
from orchestration.domain.errors import SightlineError

ROOM = Path(__file__).parents[1]


class SiteBuildError(SightlineError):
    """Raised when MkDocs does not build; holds what it said. The site published before stays."""


def configuration(site_name: str, sources: Set[str]) -> dict[str, Any]:
    """Return the room's own mkdocs.yml for a site of these Markdown files, without navigation to what is not there."""
    plain: dict[str, Any] = yaml.safe_load((ROOM / "mkdocs.yml").read_text(encoding="utf-8"))
    return plain | {"site_name": site_name, "nav": _existing(plain["nav"], sources)}


def navigated(nav: list[Any]) -> Iterator[str]:
    """Yield the Markdown files a navigation names."""
    for entry in nav:
        target = next(iter(entry.values()))
        yield from navigated(target) if isinstance(target, list) else (target,)


def write_configuration(work: Path, plain: dict[str, Any]) -> Path:
    """Write mkdocs.yml for building `work/docs` into `work/built`."""
    folders = {"docs_dir": str(work / "docs"), "site_dir": str(work / "built")}
    theme = plain["theme"] | {"custom_dir": str(ROOM / "theme")}
    path = work / "mkdocs.yml"
    text = yaml.safe_dump(plain | folders | {"theme": theme}, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")
    return path


def run_mkdocs(configuration: Path) -> None:
    """Build strictly; raise SiteBuildError with MkDocs' own words when it does not succeed."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(configuration)]
    # Material prints a notice about MkDocs 2 on every build; it is no message to our users.
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = run_child(command, env=environment)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).decode("utf-8", "replace")
        raise SiteBuildError(f"The site did not build: {said.strip()[-2000:]}")


def _existing(nav: list[Any], sources: Set[str]) -> list[Any]:
    # A page without its data or its author is left out instead of failing the whole site.
    kept: list[Any] = []
    for entry in nav:
        title, target = next(iter(entry.items()))
        if isinstance(target, list):
            children = _existing(target, sources)
            kept += [{title: children}] if children else []
        elif target in sources:
            kept.append(entry)
    return kept
