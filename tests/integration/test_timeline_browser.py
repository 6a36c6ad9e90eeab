"""Timeline and lines in a real browser, opened as files: they draw, answer keys and links, and never act on text."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from playwright.sync_api import Browser, Page, sync_playwright

from docs_site.engine.site_options import SiteOptions
from docs_site.html.links import comparison_url
from docs_site.html.page import Page as SitePage
from docs_site.pages import lines, lines_load, timeline
from docs_site.pages.lines_payload import cut_lines
from tests.benchmarks.timeline_frames import build_large_trace, write_page
from tests.published_pages import note_refusals, publish_pages, wait_until
from tests.timeline_warehouse import CLOCKED, CLOCKLESS, write_sample

# Each would open a dialog, load something, or become an element if it were ever read as HTML, script or address.
NAUGHTY = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "</script><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{constructor.constructor('alert(1)')()}}",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "<!--html-->\n<b>island</b>\n<!--/html-->",
    "__proto__",
    "\u202etxt.exe\u202c",
    "\x1b[31mred\x00",
    "<details open ontoggle=alert(1)>",
)  # fmt: skip
SCHEMA = Path(__file__).parents[1] / "unit" / "exports" / "schemas" / "chrome_trace.json"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("timeline-site")
    sample = write_sample(folder, NAUGHTY)
    pages = [SitePage("index.html", "Start", "Start.")]
    with pytest.MonkeyPatch.context() as patch:
        # More than a dozen chunks, as a session of a quarter of a million lines has.
        patch.setattr(lines_load, "cut_lines", partial(cut_lines, most=6))
        for builder in (timeline.build_pages, lines.build_pages):
            pages += builder(sample.warehouse, sample.lake, SiteOptions())
    return publish_pages(pages, folder / "site")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        running = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield running
        running.close()


class Reader:
    """A tab that notes everything that should not happen."""

    def __init__(self, browser: Browser, site: Path, color_scheme: Any = "light") -> None:
        self.page: Page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=color_scheme)
        self.faults: list[str] = []
        self._site = site
        note_refusals(self.page, self.faults.append)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith(("file:", "data:", "blob:")):
            self.faults.append(f"request: {url}")

    def open(self, address: str, wait: str = '[data-state="ready"]') -> Page:
        self.page.goto(f"file://{self._site}/{address}")
        self.page.wait_for_selector(wait, timeout=10_000)
        return self.page


@pytest.fixture
def reader(browser: Browser, site: Path) -> Iterator[Reader]:
    opened = Reader(browser, site)
    yield opened
    opened.page.close()
    assert opened.faults == []


def _app(page: Page, expression: str) -> Any:
    return page.evaluate(
        f"(() => {{ const app = document.querySelector('.sl-timeline').app; return {expression}; }})()"
    )


def test_the_timeline_draws_and_shows_all_of_the_session(reader: Reader) -> None:
    page = reader.open(f"timeline/{CLOCKED}.html")
    wait_until(page, "document.querySelector('.sl-timeline').app.frameTimes.length > 0")
    kinds = _app(page, "app.model.lanes.map((lane) => lane.kind)")
    started = ["mount", "registration"]
    assert kinds == [*started, "flow", "movement", "beat", "handler", "state", "queue_wait", "topic", "gap", "error"]
    colors = page.evaluate("""(() => {
      const canvas = document.querySelector('.sl-tl-canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Set();
      for (let place = 0; place < data.length; place += 4) {
        seen.add(data[place] << 16 | data[place + 1] << 8 | data[place + 2]);
      }
      return seen.size;
    })()""")
    assert colors > 20


def test_a_link_to_a_flow_opens_it_with_its_details(reader: Reader) -> None:
    page = reader.open(f"timeline/{CLOCKED}.html#flow=f2")
    assert page.locator(".sl-tl-panel h3").inner_text() == "Paint"
    assert "incomplete" in page.locator(".sl-tl-panel").inner_text()
    shown = _app(page, "app.view")
    assert shown["from"] < 500 < shown["to"]
    assert shown["to"] - shown["from"] < 100
    assert page.locator(".sl-tl-panel a").first.get_attribute("href") == f"../lines/{CLOCKED}.html#L40"


def test_a_change_of_state_says_its_keys_on_hover_and_its_values_and_line_on_a_click(reader: Reader) -> None:
    page = reader.open(f"timeline/{CLOCKED}.html#t=0-40")
    place = _app(
        page,
        """(() => {
      const row = app.scene.rows.find((candidate) => candidate.lane.kind === "state");
      return { x: app.scene.x(app.model.toShown(20), app.view), y: row.y + row.height / 2 };
    })()""",
    )
    page.locator(".sl-tl-canvas").hover(position=place)
    tip = page.locator(".sl-tl-tip").inner_text()
    assert "+color ~size" in tip
    assert 'added color: {"red":255,"gr \u2026 (cut)' in tip
    assert "2 things share these pixels" in tip
    page.locator(".sl-tl-canvas").click(position=place)
    panel = page.locator(".sl-tl-panel")
    assert "updated size\nnot shown" in panel.inner_text()
    assert panel.locator("a").first.get_attribute("href") == f"../lines/{CLOCKED}.html#L17"


def test_a_handler_and_its_beat_list_what_they_changed_each_with_its_line(reader: Reader) -> None:
    page = reader.open(f"timeline/{CLOCKED}.html")
    for kind, index in (("handler", 1), ("beat", 0)):
        _app(page, f"app.select({{ lane: app.model.byKind.{kind}, index: {index} }}), 0")
        changes = page.locator(".sl-tl-changes li")
        assert [change.split("\n")[0] for change in changes.all_inner_texts()] == [
            "added color", "updated size", "removed draft"
        ]  # fmt: skip
        hrefs = [link.get_attribute("href") for link in changes.locator("a").all()]
        assert hrefs == [f"../lines/{CLOCKED}.html#L{line}" for line in (17, 17, 18)]
    _app(page, "app.select({ lane: app.model.byKind.handler, index: 0 }), 0")
    assert page.locator(".sl-tl-changes").count() == 0


def test_a_link_to_a_time_opens_that_time(reader: Reader) -> None:
    shown = _app(reader.open(f"timeline/{CLOCKED}.html#t=100-200"), "app.view")
    assert (round(shown["from"]), round(shown["to"])) == (100, 200)


def test_keys_zoom_move_and_step(reader: Reader) -> None:
    page = reader.open(f"timeline/{CLOCKED}.html")
    whole = _app(page, "app.view")
    page.locator(".sl-tl-canvas").focus()
    page.keyboard.press("w")
    closer = _app(page, "app.view")
    assert closer["to"] - closer["from"] < whole["to"] - whole["from"]
    page.keyboard.press("d")
    assert _app(page, "app.view.from") > closer["from"]
    page.keyboard.press("0")
    assert _app(page, "app.view") == pytest.approx(whole)
    page.keyboard.press("]")
    assert page.locator(".sl-tl-panel h3").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".sl-tl-panel h3").count() == 0


def test_the_wheel_zooms_around_the_pointer(reader: Reader) -> None:
    page = reader.open(f"timeline/{CLOCKED}.html")
    box = page.locator(".sl-tl-canvas").bounding_box()
    assert box
    x = box["x"] + box["width"] * 0.5
    page.mouse.move(x, box["y"] + 60)
    time = "app.scene.time(%f, app.view)" % (x - box["x"])
    before = _app(page, time)
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(100)
    assert _app(page, "app.view.to - app.view.from < (app.bounds.to - app.bounds.from) * 0.9")
    assert abs(_app(page, time) - before) < 2


def test_hovering_names_the_beat_its_duration_and_what_is_usual(reader: Reader) -> None:
    page = reader.open(f"timeline/{CLOCKED}.html#flow=f1")
    spot = _app(
        page,
        """(() => {
      const row = app.scene.rows.find((candidate) => candidate.lane.kind === 'beat');
      const box = app.canvas.getBoundingClientRect();
      return [box.left + app.scene.x(row.lane.start[0] + 20, app.view), box.top + row.y + 5];
    })()""",
    )
    page.mouse.move(*spot)
    tip = page.locator(".sl-tl-tip").inner_text()
    assert "Beat 1" in tip
    assert "50.0 ms" in tip
    assert "median of 3 executions" in tip
    assert "line 12" in tip


def test_search_finds_and_steps_through_hits(reader: Reader) -> None:
    page = reader.open(f"timeline/{CLOCKED}.html")
    page.get_by_label("Find on the timeline").fill("paint:ASKED")
    assert page.locator(".sl-tl-search output").inner_text() == "1 hit"
    page.keyboard.press("Enter")
    assert page.locator(".sl-tl-panel h3").inner_text() == "paint:asked"


def test_two_flows_are_compared_beat_by_beat(reader: Reader) -> None:
    page = reader.open(f"timeline/{CLOCKED}.html")
    page.locator("#sl-tl-second").select_option("0")
    page.locator("#sl-tl-first").select_option("1")
    rows = [row.split("\t") for row in page.locator(".sl-tl-compare tbody tr").all_inner_texts()]
    assert [row[0] for row in rows] == ["Beat 1", "Beat 2"]
    assert [row[-1].strip() for row in rows] == ["▲ slower", "+ added"]
    assert page.locator(".sl-tl-compare svg path.sl-tl-drift").count() == 1


def test_a_flow_is_compared_with_one_of_another_session_whose_data_is_read_only_then(reader: Reader) -> None:
    page = reader.open(f"timeline/{CLOCKED}.html")
    page.locator("#sl-tl-second").select_option("0")
    loaded = "[...document.scripts].filter((script) => script.src.includes('timeline/data')).length"
    # Its own data and what is typical.
    assert page.evaluate(loaded) == 2
    page.locator("#sl-tl-session").focus()
    wait_until(page, "document.querySelectorAll('#sl-tl-session option').length === 2")
    assert page.evaluate(loaded) == 3
    page.locator("#sl-tl-session").select_option(CLOCKLESS)
    wait_until(page, "document.querySelector('.sl-tl-caption')?.textContent.includes('two: Paint')")
    assert page.evaluate(loaded) == 4
    rows = [row.split("\t") for row in page.locator(".sl-tl-compare tbody tr").all_inner_texts()]
    assert [row[0] for row in rows] == ["Beat 1", "Beat 2"]
    assert [row[1] for row in rows] == ["40.00", "\u2013"]
    assert rows[0][-1].strip() == "\u25b2 slower"


def test_a_link_opens_a_comparison_across_sessions(reader: Reader) -> None:
    page = reader.open(comparison_url(CLOCKED, "f1", CLOCKLESS, "f5"))
    wait_until(page, "document.querySelector('.sl-tl-caption')?.textContent.includes('two: Paint')")
    assert page.locator("#sl-tl-session").input_value() == CLOCKLESS
    finding = page.locator(".sl-tl-compare h3").inner_text()
    assert finding == "The second takes 20.0 ms more (+67%) in the common beats; 1 beat is in one only."


def test_the_tables_hold_what_the_lanes_hold(reader: Reader) -> None:
    page = reader.open(f"timeline/{CLOCKED}.html")
    for title, count in (("Start-up", 5), ("Sequences", 3)):
        folded = page.locator(".sl-tl-fold", has_text=title).first
        folded.locator("summary").click()
        folded.locator("table").wait_for()
        assert folded.locator("tbody tr").count() == count + len(NAUGHTY)


def test_a_session_without_a_clock_draws_too(reader: Reader) -> None:
    page = reader.open(f"timeline/{CLOCKLESS}.html")
    assert "no time stamps" in page.locator("article").inner_text()
    assert _app(page, "app.model.last") == 100


def test_idle_time_folds_without_changing_what_is_said(reader: Reader) -> None:
    page = reader.open(f"timeline/{CLOCKED}.html#flow=f2")
    said = page.locator(".sl-tl-panel").inner_text()
    button = page.get_by_role("button", name="Fold idle time")
    before = button.get_attribute("aria-pressed")
    button.click()
    assert button.get_attribute("aria-pressed") != before
    page.evaluate("location.hash = ''")
    page.evaluate("location.hash = 'flow=f2'")
    page.wait_for_timeout(100)
    assert page.locator(".sl-tl-panel").inner_text() == said
    turned = _app(page, "[0, 11, 300, 505, 1100, 5000].map((time) => app.model.toReal(app.model.toShown(time)))")
    assert turned == pytest.approx([0, 11, 300, 505, 1100, 5000])
    assert _app(page, "app.model.folding.toShown(500) < 300")


def _long(browser: Browser, folder: Path, address: str = "") -> Page:
    """Open a session of seven parts; its data is made once."""
    if not (folder / "page.html").exists():
        write_page(folder, build_large_trace(60), 270)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"file://{folder}/page.html{address}")
    page.wait_for_selector('[data-state="ready"]', timeout=10_000)
    return page


@pytest.fixture(scope="module")
def long_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("long-session")


IN_VIEW = "document.querySelector('.sl-timeline').app.inView"


def test_a_long_session_opens_as_groups_and_shows_single_things_where_one_looks(
    browser: Browser, long_session: Path
) -> None:
    page = _long(browser, long_session)
    counts = "Object.fromEntries(app.model.lanes.map((lane) => [lane.kind, [lane.count, lane.thingCount]]))"
    assert _app(page, counts)["handler"][1] == 1080
    scripts = "[...document.scripts].filter((script) => /large-/.test(script.src)).length"
    assert page.evaluate(scripts) == 0
    _app(page, "(app.showReal(app.parts.froms[3] - 500, app.parts.froms[3] + 500), 0)")
    wait_until(page, f"{IN_VIEW} === '2,3'")
    # Each of the two parts has spans that reach over the border: once in view, each stands there once.
    names = "app.model.byKind.handler.raw.line.map((line, index) => line + app.model.byKind.handler.name(index))"
    assert len(_app(page, names)) == len(set(_app(page, names))) > 200
    starts = "app.model.lanes.every((lane) => lane.start.every((at, n) => !n || at >= lane.start[n - 1]))"
    assert _app(page, starts) is True
    flows = _app(page, "Array.from(app.model.byKind.beat.raw.flow, (flow) => app.model.flowIds[flow])")
    assert flows == [f"{int(start // 300):016x}" for start in _app(page, "app.model.byKind.beat.raw.start")]
    of_handler = "app.model.byKind.state.raw.handler.map((place) => app.model.byKind.handler.flow(place))"
    assert _app(page, of_handler) == _app(page, "app.model.byKind.state.raw.flow")
    _app(page, "(app.fit(), 0)")
    wait_until(page, f"{IN_VIEW} === ''")
    page.close()


def test_links_and_the_search_reach_into_every_part_of_a_long_session(browser: Browser, long_session: Path) -> None:
    page = _long(browser, long_session, f"#flow={58:016x}")
    wait_until(page, "document.querySelector('.sl-tl-panel h3')?.innerText === 'Sequence 18'")
    page.get_by_role("button", name="Compare its flow").click()
    assert page.locator("#sl-tl-second").input_value() != ""
    # The beat that failed is in the first part.
    page.locator(".sl-tl-search input").fill("failed")
    wait_until(page, "/hit/.test(document.querySelector('.sl-tl-search output').innerText)")
    assert page.locator(".sl-tl-search output").inner_text() == "1 hit"
    page.get_by_role("button", name="Next hit").click()
    wait_until(page, f"{IN_VIEW} === '0'")
    wait_until(page, "document.querySelector('.sl-tl-panel h3')?.innerText === 'Beat 0'")
    page.close()
    page = _long(browser, long_session, "#line=9000")
    wait_until(page, f"{IN_VIEW} !== ''")
    assert _app(page, "app.scene.selected.lane.line(app.scene.selected.index)") <= 9000
    page.close()


def test_switching_the_palette_redraws(reader: Reader) -> None:
    page = reader.open(f"timeline/{CLOCKED}.html")
    light = _app(page, "app.scene.theme.canvas")
    page.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
    wait_until(page, f"document.querySelector('.sl-timeline').app.scene.theme.canvas !== {json.dumps(light)}")


def test_the_trace_made_in_the_page_obeys_the_format(reader: Reader) -> None:
    page = reader.open(f"timeline/{CLOCKED}.html")
    value = _app(page, "self.SightlineTimeline.chromeTrace(app.model, app.bounds)")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(value)] == []
    assert len([event for event in value["traceEvents"] if event["cat" if "cat" in event else "ph"] == "beat"]) == 15


def test_a_link_to_a_line_opens_it_highlighted_in_its_context(reader: Reader) -> None:
    page = reader.open(f"lines/{CLOCKED}.html#L43")
    page.wait_for_selector('[aria-selected="true"]')
    assert page.locator('[aria-selected="true"] .sl-ln-text').inner_text() == "line 43"
    assert page.locator(".sl-ln-row").count() > 10


def test_lines_are_filtered_and_found_again_in_context(reader: Reader) -> None:
    page = reader.open(f"lines/{CLOCKED}.html")
    page.keyboard.press("/")
    page.keyboard.type("first detail")
    # The filter follows the typing: two letters may already leave one record, so wait for the whole word.
    wait_until(page, "document.querySelector('.sl-ln-row mark')?.innerText === 'first detail'")
    assert page.locator(".sl-ln-bar output").inner_text() == "1 record"
    assert page.locator(".sl-ln-row").count() == 3
    page.locator(".sl-ln-row").first.click()
    page.get_by_role("button", name="Show in context").click()
    wait_until(page, "document.querySelectorAll('.sl-ln-row').length > 10")
    assert page.locator('[aria-selected="true"] .sl-ln-number').inner_text() == "20"


def test_keys_walk_the_lines_and_find_the_next_error(reader: Reader) -> None:
    page = reader.open(f"lines/{CLOCKED}.html#L1")
    page.wait_for_selector('[aria-selected="true"]')
    page.keyboard.press("j")
    wait_until(page, "location.hash === '#L2'")
    page.keyboard.press("e")
    wait_until(page, "document.querySelector('.sl-ln-panel').innerText.includes('error')")
    page.keyboard.press("e")
    wait_until(page, "document.querySelector('.sl-ln-panel').innerText.includes('orphan_continuation')")


def test_a_long_log_is_loaded_in_parts_and_let_go_again(reader: Reader) -> None:
    page = reader.open(f"lines/{CLOCKED}.html#L1")
    page.wait_for_selector('[aria-selected="true"]')
    app = "document.querySelector('.sl-lines').app"
    held = f"{app}.model.chunks.filter((chunk) => chunk.data).length"
    whole = page.evaluate(f"{app}.model.chunks.length")
    page.evaluate(f"{app}.model.mostLoaded = 2")
    # A filter reads all of them, one after the other.
    page.keyboard.press("/")
    page.keyboard.type("line 6")
    wait_until(page, "/^\\d+ records$/.test(document.querySelector('.sl-ln-bar output').innerText)")
    wait_until(page, f"{held} < {whole}")
    page.keyboard.press("Enter")
    page.keyboard.press("G")
    wait_until(page, "document.querySelector('[aria-selected=\"true\"] .sl-ln-text')?.innerText === 'line 69'")
    signals = page.locator(".sl-ln-bar select option").count()
    assert signals == 1 + len(page.evaluate(f"{app}.model.about.signals"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hostile_text_shows_as_text_everywhere(browser: Browser, site: Path, scheme: str) -> None:
    reader = Reader(browser, site, scheme)
    page = reader.open(f"timeline/{CLOCKED}.html")
    for number in range(page.locator(".sl-tl-fold summary").count()):
        page.locator(".sl-tl-fold summary").nth(number).click()
    for number in range(len(NAUGHTY)):
        _app(
            page, f"app.zoomTo({{lane: app.model.byKind.flow, index: {3 + number}}}), app.compareFlow({3 + number}), 0"
        )
    assert (
        page.evaluate(
            "document.querySelectorAll('.sl-timeline :is(script, img, iframe, b, svg[onload], [onerror])').length"
        )
        == 0
    )
    assert NAUGHTY[0] in page.locator(".sl-timeline").inner_text()
    page = reader.open(f"lines/{CLOCKED}.html#L100")
    page.wait_for_selector('[aria-selected="true"]')
    page.keyboard.press("j")
    assert (
        page.evaluate("document.querySelectorAll('.sl-lines :is(script, img, iframe, b, svg, [onerror])').length") == 0
    )
    assert NAUGHTY[0] in page.locator(".sl-lines").inner_text()
    reader.open("timeline.html", "table")
    reader.open("lines.html", "table")
    page.close()
    assert reader.faults == []
