"""The flame graphs in a real browser, opened as files: they add up, compare fairly, answer keys, run no text."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from scipy.stats import mannwhitneyu

from docs_site.engine.site_options import SiteOptions
from docs_site.html.page import Page as SitePage
from docs_site.pages import performance
from tests.flame_warehouse import NEW_BUILD, OLD_BUILD, write_flame_home
from tests.published_pages import note_refusals, publish_pages

NAMES = ("Order", "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "__proto__", "a;b c")
FLAME = "#figure-flame"
DIFFERENCE = "#figure-flame-difference"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flame-site")
    home = write_flame_home(folder / "home", NAMES)
    start = SitePage("index.html", "Start", "Start.")
    return publish_pages([start, *performance.build_pages(home.warehouse, home.lake, SiteOptions())], folder / "site")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        running = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    faults: list[str] = []
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    note_refusals(opened, faults.append)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
    opened.on("request", lambda request: None if request.url.startswith("file:") else faults.append(request.url))
    opened.goto(f"file://{site}/performance.html")
    opened.wait_for_selector(f'{DIFFERENCE}[data-state="ready"]')
    yield opened
    opened.close()
    assert faults == []


def frames(page: Page, figure: str, kind: str) -> Locator:
    return page.locator(f"{figure} .sl-fl-frame.sl-fl-{kind}")


def test_a_frame_is_as_wide_as_its_share_of_the_time(page: Page) -> None:
    whole = frames(page, FLAME, "root").bounding_box()
    parts = [box for sequence in frames(page, FLAME, "sequence").all() if (box := sequence.bounding_box())]
    assert whole is not None
    assert len(parts) == len(NAMES)
    assert sum(part["width"] for part in parts) == pytest.approx(whole["width"], abs=2 * len(parts))


def test_a_click_zooms_and_leads_to_executions(page: Page) -> None:
    frames(page, FLAME, "sequence").first.click()
    panel = page.locator(f"{FLAME} .sl-fl-panel")
    assert frames(page, FLAME, "sequence").count() == 1
    frames(page, FLAME, "handler").first.click()
    assert "Page of this handler" in panel.inner_text()
    assert "95th percentile 9.5 ms" in panel.inner_text()
    assert panel.locator("a", has_text="timeline").first.get_attribute("href") == "timeline/session0.html#flow=flow0"


def test_keys_walk_the_tree_and_come_back(page: Page) -> None:
    frames(page, FLAME, "root").focus()
    for key, kind in (("ArrowDown", "sequence"), ("ArrowDown", "movement"), ("ArrowRight", "queue_wait")):
        page.keyboard.press(key)
        assert f"sl-fl-{kind}" in (page.evaluate("document.activeElement.className"))
    page.keyboard.press("Escape")
    assert "sl-fl-root" in page.evaluate("document.activeElement.className")
    assert frames(page, FLAME, "sequence").count() == len(NAMES)


def test_a_search_says_how_much_of_the_time_it_found(page: Page) -> None:
    page.fill(f"{FLAME} input[type=search]", "order")
    assert page.locator(f"{FLAME} output").inner_text().startswith("4 found, ")
    assert page.locator(f"{FLAME} .sl-fl-hit").count() == 4


def test_the_slower_handler_is_found_though_the_newer_build_ran_twice_as_many_flows(page: Page) -> None:
    title = page.locator(f"{DIFFERENCE} figcaption strong").inner_text()
    assert title == f"Per flow, Order takes 50 ms more in {NEW_BUILD}: 2.25 ms before, 52.3 ms after"
    slower = page.locator(f"{DIFFERENCE} .sl-fl-frame").evaluate_all(
        "frames => frames.filter((frame) => /slower|faster/.test(frame.className)).map((frame) => frame.innerText)"
    )
    assert slower
    assert all(text.startswith("▲ Order") for text in slower)
    assert page.locator(f"{DIFFERENCE} tbody tr").count() == 1


def test_sides_can_be_exchanged_and_one_session_claims_no_evidence(page: Page) -> None:
    before, after = page.locator(f"{DIFFERENCE} select").all()
    before.select_option(label=NEW_BUILD)
    after.select_option(label=OLD_BUILD)
    title = page.locator(f"{DIFFERENCE} figcaption strong")
    assert title.inner_text() == f"Per flow, Order takes 50 ms less in {OLD_BUILD}: 52.3 ms before, 2.25 ms after"
    after.select_option(value="session:0")
    assert "nothing tells these differences from chance" in page.locator(f"{DIFFERENCE} figcaption span").inner_text()


def test_the_rank_test_is_the_one_of_scipy(page: Page) -> None:
    probability = "([first, second]) => SightlineFlame.rankProbability(first, second)"
    cases = (
        ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10], "exact"),
        ([1, 4, 5, 9], [2, 3, 7, 8, 11, 12], "exact"),
        ([1, 2, 2, 3, 4], [2, 3, 5, 5, 6], "asymptotic"),
        (list(range(0, 60, 2)), list(range(15, 75, 2)), "asymptotic"),
    )
    for first, second, method in cases:
        expected = mannwhitneyu(first, second, method=method).pvalue
        assert page.evaluate(probability, [first, second]) == pytest.approx(expected, abs=1e-6)


def test_folded_stacks_and_speedscope_hold_the_same_time(page: Page) -> None:
    def saved(words: str) -> str:
        with page.expect_download() as waiting:
            page.locator(f"{FLAME} button", has_text=words).click()
        return Path(waiting.value.path()).read_text(encoding="utf-8")

    folded = saved("Folded stacks")
    profile = json.loads(saved("speedscope"))["profiles"][0]
    assert sum(int(line.rsplit(" ", 1)[1]) for line in folded.splitlines()) == sum(profile["weights"])
    assert profile["endValue"] == sum(profile["weights"])
    assert len(folded.splitlines()) == len(profile["samples"]) == 6 * len(NAMES)


def test_the_page_fits_a_phone(browser: Browser, site: Path) -> None:
    phone = browser.new_page(viewport={"width": 390, "height": 844})
    phone.goto(f"file://{site}/performance.html")
    phone.wait_for_selector(f'{DIFFERENCE}[data-state="ready"]')
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.close()
