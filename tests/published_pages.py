"""A site of some pages only, for tests of what they do in a browser, and what a browser says of any."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page as Tab

from docs_site.engine.assembly import assemble_site
from docs_site.engine.memory import Memory
from docs_site.engine.stage import stage_page
from docs_site.html.page import Page


def publish_pages(pages: Iterable[Page], site: Path) -> Path:
    """Build the pages, which must have an `index.html` among them, and return the site."""
    whole = list(pages)
    files = [file for page in whole for file in page.files]
    assemble_site([stage_page(page) for page in whole], files, site, "Test", Memory(site.with_name("memory")))
    return site


def note_refusals(tab: Tab, note: Callable[[str], None]) -> None:
    """Note whatever the policy of a page keeps from running or loading: of what we publish, nothing may be."""
    tab.on("console", lambda said: note(said.text) if "Content Security Policy" in said.text else None)


def wait_until(tab: Tab, expression: str, arg: Any = None, seconds: float = 30) -> None:
    """Wait until an expression is true in a page; Playwright's own waiting evaluates texts, which policies forbid."""
    deadline = time.monotonic() + seconds
    while not tab.evaluate(expression, arg):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not true after {seconds} s: {expression}")
        tab.wait_for_timeout(50)
