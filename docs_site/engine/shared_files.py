"""Files all pages share: the room's own assets, plotly and Mermaid, each there once.

Pages name what they need in `Page.assets`; nothing is loaded that a page did not ask for. Versions: plotly comes with
its Python package, Mermaid is the vendored file.
"""

from pathlib import Path

from plotly.offline import get_plotlyjs

from docs_site.html.page import DataFile

ROOM = Path(__file__).parents[1]

FIGURE_ASSETS = ("plotly.min.js", "figures.js")
DIAGRAM_ASSETS = ("mermaid.tiny.js", "diagrams.js")


def load_shared_files() -> list[DataFile]:
    """Return the files every page may ask for, all under `assets/`."""
    own = [path for path in sorted((ROOM / "assets").iterdir()) if path.is_file()]
    mermaid = ROOM / "vendor" / "mermaid"
    files = [DataFile(f"assets/{path.name}", path.read_bytes()) for path in (*own, mermaid / "mermaid.tiny.js")]
    return [
        *files,
        DataFile("assets/mermaid.LICENSE.txt", (mermaid / "LICENSE").read_bytes()),
        DataFile("assets/plotly.min.js", get_plotlyjs().encode("utf-8")),
    ]
