"""How long a frame of the timeline takes with 104,000 spans and topics and 24,000 changes of state; prints the figures.

Run as `python -m tests.benchmarks.timeline_frames`. Drawn by headless Chromium without a GPU: a real screen
is faster.
"""

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from docs_site.engine.memory import NOTHING_REMEMBERED
from docs_site.html.page import DataFile
from docs_site.pages.timeline import ASSETS
from docs_site.pages.timeline_parts import PART_ITEMS, session_files
from orchestration.analysis.traces.trace_model import Mark, SessionTrace, Span, StateChange

ASSET_FOLDER = Path(__file__).parents[2] / "docs_site" / "assets"
FLOWS, BEATS, HANDLERS = 4_000, 6, 3
_MOVES = {
    "all in view": "app.show(app.bounds.from + i * 10, app.bounds.to - i * 10)",
    "a tenth, panning": "app.show(w * (0.2 + i / 1000), w * (0.3 + i / 1000))",
    "a thousandth, panning": "app.show(w * (0.5 + i / 100000), w * (0.501 + i / 100000))",
}


def build_large_trace(flows: int = FLOWS) -> SessionTrace:
    """Return a session of about 32 spans and marks per flow; by default 130,000."""
    spans: list[Span] = []
    marks: list[Mark] = []
    line = 0
    for flow in range(flows):
        start, key = flow * 300.0, f"{flow:016x}"
        spans.append(Span("flow", key, f"Sequence {flow % 40}", start, 280.0, 280.0, "completed", line, None, key))
        marks.append(Mark("topic", f"topic:{flow % 25}", start + 1, line, key))
        for beat in range(BEATS):
            line += 30
            at, status = start + beat * 45, "failed" if (flow + beat) % 997 == 0 else "completed"
            name = f"{key}/{beat}"
            facts = {"sequence_name": f"Sequence {flow % 40}", "beat_number": beat, "topic": f"beat:{beat}"}
            spans.append(Span("beat", name, f"Beat {beat}", at, 40.0, 40.0, status, line, key, key, facts))
            changes = (StateChange("added", f"key{beat}", f"value {line}"), StateChange("updated", "other", None))
            marks.append(Mark("state", f"+key{beat} ~other", at + 9, line, key, {}, changes, f"{name}/0", name))
            for handler in range(HANDLERS):
                begin = at + 4 * handler
                title = f"handler{handler}"
                spans.append(
                    Span("handler", f"{name}/{handler}", title, begin, 9.5, 9.5, "ok", line + handler, name, key)
                )
    return SessionTrace("large", "large", "large.log", 0.0, tuple(spans), tuple(marks))


def write_page(folder: Path, trace: SessionTrace, most: int = PART_ITEMS) -> None:
    """Write a bare page with the timeline of a session."""
    for file in session_files(trace, NOTHING_REMEMBERED, most):
        if isinstance(file, DataFile):
            (folder / Path(file.path).name).write_bytes(file.content)
    for name in (*ASSETS, "theme.css"):
        shutil.copy(ASSET_FOLDER / name, folder)
    links = "".join(f'<link rel="stylesheet" href="{name}">' for name in ("theme.css", "timeline.css"))
    scripts = "".join(f'<script src="{name}" defer></script>' for name in ASSETS if name.endswith(".js"))
    body = (
        '<div class="sl-timeline" data-key="timeline:large" data-source="large.js" data-sequences="sequences.js"></div>'
    )
    head = f'<meta charset="utf-8">{links}{scripts}'
    (folder / "page.html").write_text(
        f'<html><head>{head}</head><body data-md-color-scheme="default">{body}</body></html>'
    )


def measure(page: Page, move: str) -> tuple[list[float], float]:
    """Return the milliseconds of drawing of 60 frames while the view moves, and the time from frame to frame."""
    script = f"""async () => {{
      const app = document.querySelector('.sl-timeline').app, w = app.bounds.to;
      app.frameTimes.length = 0;
      const started = performance.now();
      for (let i = 0; i < 60; i++) {{ {move}; await new Promise(requestAnimationFrame); }}
      return [app.frameTimes, (performance.now() - started) / 60];
    }}"""
    times, interval = page.evaluate(script)
    return times, interval


def main() -> None:
    """Print the page's opening time and the frames' times."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("no Chromium is installed")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        trace = build_large_trace()
        write_page(folder, trace)
        count, size = len(trace.spans) + len(trace.marks), sum(path.stat().st_size for path in folder.glob("large*.js"))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        started = time.monotonic()
        page.goto(f"file://{folder}/page.html")
        page.wait_for_selector('[data-state="ready"]')
        opened = time.monotonic() - started
        print(f"{count:,} spans and marks, {size / 1e6:.1f} MB of data, open in {opened:.2f} s")
        for label, move in _MOVES.items():
            times, interval = measure(page, move)
            middle, worst = statistics.median(times), max(times)
            print(
                f"{label}: drawn in {middle:.1f} ms (median), {worst:.1f} ms (worst); a frame every {interval:.1f} ms"
            )
        browser.close()


if __name__ == "__main__":
    main()
