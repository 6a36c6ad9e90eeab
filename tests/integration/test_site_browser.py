"""The site in a real browser, as files and served: hostile text stays text, nothing leaves the machine, things work."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from docs_site.engine.site_options import SiteOptions
from docs_site.html.escape import visible
from docs_site.html.links import handler_url, lines_url, sequence_url, session_url, timeline_url
from docs_site.publish import publish_site
from orchestration.cli.serving import open_server, url_of
from orchestration.domain.identifiers import stable_id
from tests.published_pages import note_refusals, wait_until
from tests.unit.docs_site.naughty_strings import NAUGHTY_STRINGS, WRAPPED
from tests.unit.docs_site.synthetic_warehouse import write_home

pytestmark = pytest.mark.browser

NAMES = (*NAUGHTY_STRINGS, *WRAPPED)
NAVIGATION = (
    "index.html",
    "performance.html",
    "flows.html",
    "coverage.html",
    "errors.html",
    "sessions.html",
    "timeline.html",
    "lines.html",
    "data-health.html",
    "catalogue/sequences.html",
    "catalogue/handlers.html",
    "catalogue/topics.html",
    "catalogue/plugins.html",
    "help/data-dictionary.html",
)
# What text that became markup would leave behind in the part of the page that is made of data.
ACTIVE_NODES = """() => [...document.querySelectorAll('.md-content *, .md-header *, .md-sidebar *, head *')]
.filter((node) =>
  (node.matches('script') && !node.src && node.type !== 'application/json' && node.closest('.md-content')) ||
  node.matches('.md-content :is(iframe, object, embed, img, form:not(.md-search__form), base, meta, link, textarea)') ||
  [...node.attributes].some((attribute) => attribute.name.startsWith('on')) ||
  /^\\s*(javascript|vbscript|data:(?!image\\/png))/i.test(node.getAttribute('href') || '')
).map((node) => node.outerHTML.slice(0, 200))"""


# Elements the pages are made of. A text that got out of its place would add another one, or an attribute on*.
HARMLESS = frozenset(
    """
    a article aside b body br button canvas caption circle code dd details dialog div dl dt em fieldset figcaption
    figure footer form g h1 h2 h3 head header hr html input kbd label legend li line link main meta nav noscript ol
    option output p path pre rect script section select small span strong summary svg table tbody td text textarea th
    thead time title tr ul use
    """.split()
)


class Elements(HTMLParser):
    """Collects what no page may have: unknown elements, handlers in attributes, scripts in addresses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrongs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that does not belong on a page."""
        if tag not in HARMLESS and tag != "img":
            self.wrongs.append(f"<{tag}>")
        for name, value in attrs:
            address = (value or "").strip().lower()
            leads = name in ("src", "href", "action", "formaction", "srcdoc", "xlink:href")
            acts = address.startswith(("javascript:", "vbscript:", "data:text"))
            # A document of ours may name another host for a click; nothing may load from one.
            loads = tag != "a" and address.startswith(("http:", "https:", "//"))
            if name.startswith("on") or (leads and (acts or loads)):
                self.wrongs.append(f"<{tag} {name}={value!r}>")


@dataclass
class Watch:
    """A page that notes everything it must not do."""

    page: Page
    base: str
    wrongs: list[str] = field(default_factory=list)

    def open(self, address: str) -> Page:
        """Open a page of the site, scroll through it so that every figure draws, and note what became active."""
        self.page.goto(f"{self.base}{address}")
        self.page.wait_for_load_state("load")
        self.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        self.page.wait_for_timeout(150)
        self.wrongs += [f"{address}: {node}" for node in self.page.evaluate(ACTIVE_NODES)]
        if self.page.evaluate("window.hasBeenPwned === true"):
            self.wrongs.append(f"{address}: a script of the log ran")
        return self.page


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site in which every name, message and path is hostile."""
    home = write_home(tmp_path_factory.mktemp("hostile"), NAMES, flows_per_session=3)
    return publish_site(home.warehouse, home.lake, home.quality, home.site, SiteOptions()).site


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Start Chromium once."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def served(hostile_site: Path) -> Iterator[str]:
    """Serve the hostile site as `sightline serve` does; give its address."""
    with open_server(hostile_site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield url_of(server)
        server.shutdown()


@pytest.fixture
def watch(browser: Browser, hostile_site: Path) -> Iterator[Watch]:
    """Give a watched page on the hostile site, opened as files; fail at the end if anything wrong was noted."""
    yield from _watched(browser, f"{hostile_site.as_uri()}/")


@pytest.fixture(params=["files", "served"])
def watch_both(request: pytest.FixtureRequest, browser: Browser, hostile_site: Path, served: str) -> Iterator[Watch]:
    """Give the same, opened as files and as it is served."""
    yield from _watched(browser, served if request.param == "served" else f"{hostile_site.as_uri()}/")


def _watched(browser: Browser, base: str) -> Iterator[Watch]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    watched = Watch(page, base)
    note_refusals(page, watched.wrongs.append)
    page.add_init_script("window.pwned = () => { window.hasBeenPwned = true; };")
    page.on("dialog", lambda dialog: (watched.wrongs.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: watched.wrongs.append(f"{page.url}: {error}"))
    page.on("request", lambda request: _note_request(watched, request.url))
    yield watched
    context.close()
    assert watched.wrongs == []


def _note_request(watched: Watch, address: str) -> None:
    if not address.startswith((watched.base, "file:", "data:image/", "blob:")):
        watched.wrongs.append(f"request: {address}")


@pytest.mark.parametrize("address", NAVIGATION)
def test_no_text_of_a_log_becomes_active_on(address: str, watch: Watch) -> None:
    page = watch.open(address)
    assert page.locator("h1").count() == 1


def test_no_text_of_a_log_becomes_active_on_the_pages_of_handlers_and_sequences(watch: Watch) -> None:
    # Every page is checked without a browser below; here a sample, because Chromium takes two seconds for each.
    for number in range(0, len(NAMES), 24):
        page = watch.open(handler_url(stable_id("handler", number, 1)))
        assert page.locator("h1").count() == 1
        page = watch.open(sequence_url(stable_id("sequence", number)))
        page.wait_for_selector(".sl-drawing svg")


def test_no_text_of_a_log_becomes_active_on_the_pages_of_a_session(watch_both: Watch) -> None:
    session = stable_id("session", 0)
    for address in (session_url(session), timeline_url(session), lines_url(session)):
        watch_both.open(address)


def test_no_page_holds_an_element_that_is_not_its_own(hostile_site: Path) -> None:
    wrongs = {}
    for path in sorted(hostile_site.rglob("*.html")):
        elements = Elements()
        elements.feed(path.read_text(encoding="utf-8"))
        if elements.wrongs:
            wrongs[path.relative_to(hostile_site).as_posix()] = elements.wrongs[:3]
    assert wrongs == {}


def test_a_hostile_name_is_shown_as_it_is(watch: Watch) -> None:
    name = "<img src=x onerror=pwned()>"
    number = NAMES.index(name)
    page = watch.open(handler_url(stable_id("handler", number, 1)))
    assert page.locator("h1").inner_text().startswith(name)
    assert name in page.locator(".sl-facts").inner_text()
    page = watch.open("catalogue/handlers.html")
    shown = page.locator("table.sl-data tbody tr td:first-child").all_inner_texts()
    plain = [text for text in NAMES if text.isascii() and text.isprintable() and "  " not in text and len(text) < 150]
    assert {visible(text).strip() for text in plain} - {""} <= {text.strip().lstrip("\u2060").strip() for text in shown}


def test_all_executions_of_a_handler_are_sorted_filtered_and_lead_to_their_line(watch: Watch) -> None:
    name = "<img src=x onerror=pwned()>"
    page = watch.open(handler_url(stable_id("handler", NAMES.index(name), 1)))
    table = page.locator(".sl-paged")
    table.scroll_into_view_if_needed()
    page.wait_for_selector(".sl-paged[data-state=ready]")
    # Three flows in each of three sessions, the newest first.
    rows = table.locator("tbody tr")
    assert rows.count() == 9
    assert name in rows.first.inner_text()
    starts = rows.locator("td:first-child").all_inner_texts()
    assert starts == sorted(starts, reverse=True)
    table.get_by_role("button", name="Duration").click()
    durations = [float(text) for text in rows.locator("td:nth-child(2)").all_inner_texts()]
    assert durations == sorted(durations, reverse=True)
    table.locator("input").fill("no such text")
    expect(rows).to_have_count(0)
    table.locator("input").fill("img ok")
    expect(rows).to_have_count(9)
    line = rows.first.locator("td:nth-child(6) a")
    assert (line.get_attribute("href") or "").endswith(f"#L{line.inner_text()}")
    # Tables that are whole on the page still sort beside it.
    tests = page.locator("table.sl-data:has(caption:text-is('Tests'))")
    tests.get_by_role("button", name="Reaches it").click()
    assert tests.locator("tbody tr td:nth-child(2)").all_inner_texts() == ["calls it", "its file imports it"]
    assert page.evaluate("window.hasBeenPwned === undefined")


def test_a_diagram_shows_hostile_names_as_they_are(watch_both: Watch) -> None:
    for name in ("<img src=x onerror=pwned()>", "{{ 7*7 }}", "A\"B'C`D"):
        page = watch_both.open(sequence_url(stable_id("sequence", NAMES.index(name))))
        page.wait_for_selector(".sl-drawing svg .node")
        drawn = page.locator(".sl-drawing svg .node").nth(2).text_content() or ""
        assert name.replace(" ", "") in drawn.replace(" ", "")


def test_search_works_and_its_results_are_text(watch_both: Watch) -> None:
    page = watch_both.open("index.html")
    page.locator(".md-search__input").click()
    for words in ("pwned", "script", "bottlenecks"):
        page.locator(".md-search__input").fill("")
        page.locator(".md-search__input").press_sequentially(words)
        page.wait_for_selector(".md-search-result__item")
        watch_both.wrongs += [f"search: {node}" for node in page.evaluate(ACTIVE_NODES)]
    assert page.evaluate("window.hasBeenPwned === undefined")


def test_figures_are_drawn_again_when_the_palette_changes(watch_both: Watch) -> None:
    page = watch_both.open("performance.html")
    page.wait_for_selector(".sl-drawn")
    colour = "() => getComputedStyle(document.querySelector('.sl-plot .ytick text')).fill"
    light = page.evaluate(colour)
    page.locator("label.md-header__button[for^='__palette']:visible").click()
    wait_until(page, f"(before) => ({colour})() !== before", arg=light)


def test_a_click_on_a_figure_leads_to_the_handler(watch_both: Watch) -> None:
    page = watch_both.open("index.html")
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_selector("#figure-time-share .sl-clickable .bars .point")
    page.locator("#figure-time-share .bars .point path").first.scroll_into_view_if_needed()
    box = page.locator("#figure-time-share .bars .point path").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/catalogue/handlers/*.html")


def test_a_table_sorts_by_keyboard_and_filters(watch: Watch) -> None:
    page = watch.open("catalogue/handlers.html")
    button = page.locator("table.sl-data th button", has_text="Executions")
    button.focus()
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    page.locator(".sl-filter input").fill("iframe srcdoc")
    rows = page.locator("table.sl-data tbody tr:visible")
    assert 0 < rows.count() < len(NAMES)
    assert page.locator(".sl-filter output").inner_text().startswith(f"{rows.count()} of")


@pytest.mark.parametrize("width", [360, 1600])
def test_no_page_scrolls_sideways_at(width: int, watch: Watch) -> None:
    watch.page.set_viewport_size({"width": width, "height": 900})
    pages = (*NAVIGATION, handler_url(stable_id("handler", 0, 1)), sequence_url(stable_id("sequence", 0)))
    for address in (*pages, session_url(stable_id("session", 0))):
        page = watch.open(address)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{address} is {wide} px too wide"
