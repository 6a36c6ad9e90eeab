"""The whole site: every link leads somewhere, no page is heavy, each says its n, a failure harms nothing."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from docs_site.engine import build
from docs_site.engine.build import SiteBuildError
from docs_site.engine.site_options import SiteOptions, SiteProgress
from docs_site.publish import publish_site
from orchestration.domain.identifiers import stable_id
from tests.unit.docs_site.synthetic_warehouse import Home, empty_home, write_home

NAMES = ("Open the shop", "Take an order", "Bake", "Close")
MOST_BYTES = 6_000_000


class References(HTMLParser):
    """The addresses a page links to or loads, and the names it offers."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loads: set[str] = set()
        self.names: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element points at."""
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.names.add(values["id"])
        if tag == "a" and "href" in values:
            self.links.add(values["href"])
        if tag == "script" and "src" in values:
            self.loads.add(values["src"])
        if tag == "link" and "stylesheet" in values.get("rel", ""):
            self.loads.add(values["href"])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Publish the site of a small warehouse."""
    made = write_home(tmp_path_factory.mktemp("site"), NAMES)
    publish_site(made.warehouse, made.lake, made.quality, made.site, SiteOptions(project_name="Bakery"))
    return made


def _pages(site: Path) -> dict[str, References]:
    return {
        path.relative_to(site).as_posix(): References(path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
        if path.name != "404.html"
    }


def _target(page: str, address: str, site: Path) -> str:
    return (
        (site / page).parent.joinpath(unquote(urlsplit(address).path)).resolve().relative_to(site.resolve()).as_posix()
    )


def test_every_link_leads_to_a_page_and_a_place_on_it(home: Home) -> None:
    pages = _pages(home.site)
    broken = []
    for page, references in pages.items():
        for address in references.links:
            parts = urlsplit(address)
            if parts.scheme or not (parts.path or parts.fragment):
                continue
            target = _target(page, address, home.site) if parts.path else page
            named = parts.fragment in pages[target].names if target in pages else (home.site / target).is_file()
            # Fragments of lines, timelines and the graph are read by a script.
            is_read = target.startswith(("lines/", "timeline/", "dependencies.html")) and target in pages
            if not (named or is_read or (target in pages and not parts.fragment)):
                broken.append(f"{page} -> {address}")
    assert broken == []


def test_no_page_loads_more_than_six_megabytes_or_from_elsewhere(home: Home) -> None:
    for page, references in _pages(home.site).items():
        assert not [address for address in references.loads if urlsplit(address).scheme]
        # Opened as a file a page loads the search index as well.
        loaded = {page, "search/search_index.js", *(_target(page, address, home.site) for address in references.loads)}
        size = sum((home.site / path).stat().st_size for path in loaded)
        assert size < MOST_BYTES, f"{page} loads {size:,} bytes"


def test_plotly_and_mermaid_are_loaded_only_where_something_is_drawn(home: Home) -> None:
    for page, references in _pages(home.site).items():
        html = (home.site / page).read_text(encoding="utf-8")
        loads = " ".join(references.loads)
        assert ("plotly.min.js" in loads) == ('class="sl-plot"' in html), page
        assert ("mermaid.tiny.js" in loads) == ('class="sl-diagram' in html), page


def test_every_declared_thing_has_its_page(home: Home) -> None:
    for number, _ in enumerate(NAMES):
        assert (home.site / f"catalogue/sequences/{stable_id('sequence', number)}.html").is_file()
        assert (home.site / f"catalogue/handlers/{stable_id('handler', number, 1)}.html").is_file()


def test_pages_of_data_say_their_window(home: Home) -> None:
    for page in ("index", "performance", "flows", "coverage", "errors", "sessions", "data-health"):
        html = (home.site / f"{page}.html").read_text(encoding="utf-8")
        assert re.search(r'class="sl-window">3 sessions · 20 Nov 2026 · 96 flows', html), page


def test_the_same_data_is_not_built_again(home: Home) -> None:
    before = (home.site / "index.html").stat().st_mtime_ns
    heard: list[SiteProgress] = []
    options = SiteOptions(project_name="Bakery")
    report = publish_site(home.warehouse, home.lake, home.quality, home.site, options, heard.append)
    assert not report.is_rebuilt
    assert (home.site / "index.html").stat().st_mtime_ns == before
    assert [news.done for news in heard] == sorted(news.done for news in heard)
    assert report.page_count > len(NAMES) * 3


def test_a_failed_build_leaves_the_last_good_site(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (home.site / "index.html").read_bytes()

    def fail(configuration: Path) -> None:
        raise SiteBuildError(f"cannot build {configuration.name}")

    monkeypatch.setattr(build, "run_mkdocs", fail)
    with pytest.raises(SiteBuildError):
        publish_site(home.warehouse, home.lake, home.quality, home.site, SiteOptions(project_name="Other"))
    assert (home.site / "index.html").read_bytes() == before


def test_a_warehouse_without_a_row_gives_a_site_of_words(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    report = publish_site(home.warehouse, home.lake, home.quality, home.site, SiteOptions())
    assert report.findings == ()
    for page in ("index", "performance", "flows", "coverage", "errors", "sessions", "data-health"):
        html = (home.site / f"{page}.html").read_text(encoding="utf-8")
        assert 'class="sl-empty"' in html, page
        assert 'class="sl-plot"' not in html, page
