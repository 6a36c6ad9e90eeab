"""The section of the performance page that shows where time goes as a tree: flame graph, sunburst, difference.

It gives the page a template's values, the data file and the assets. The drawing is assets/flame*.js; the data's shape
is flame_payload.py.
"""

from dataclasses import dataclass
from pathlib import Path

from docs_site.engine.site_options import SiteOptions
from docs_site.figures.sunburst import sunburst_figure
from docs_site.html.figure import Figure
from docs_site.html.page import DataFile
from docs_site.html.side_file import side_script
from docs_site.pages.flame_payload import flame_payload
from docs_site.pages.timeline_sessions import sessions_with_pages
from docs_site.queries.flame import load_flame
from orchestration.warehouse import open_tables

KEY = "flame"
DATA_PATH = "assets/data/flame.js"
FLAME_ASSETS = ("side_data.js", "flame_model.js", "flame_view.js", "flame_difference.js", "flame.js", "flame.css")


@dataclass(frozen=True, slots=True)
class FlameSection:
    """What the page needs: `files` beside it, the figure, and the sessions that can be opened."""

    files: tuple[DataFile, ...]
    sunburst: Figure | None
    session_count: int
    session_ids: frozenset[str] = frozenset()
    key: str = KEY
    source: str = DATA_PATH

    @property
    def has_frames(self) -> bool:
        """Tell whether any flow has a duration."""
        return self.sunburst is not None


def load_flame_section(warehouse: Path, page: str, options: SiteOptions) -> FlameSection:
    """Read the tree and make its data file; a warehouse without timed flows gives an empty section."""
    rows = load_flame(warehouse)
    with open_tables(warehouse) as connection:
        session_ids = sessions_with_pages(connection, options.session_limit)
    if not rows.nodes:
        return FlameSection((), None, 0, session_ids)
    script = side_script(KEY, flame_payload(rows, page, session_ids))
    return FlameSection((DataFile(DATA_PATH, script),), sunburst_figure(rows), len(rows.sessions), session_ids)
