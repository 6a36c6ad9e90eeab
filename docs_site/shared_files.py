"""Files all pages share: the room's own assets, plotly and Mermaid, each written once.

Pages name what they need in `Page.assets`; nothing is loaded that a page did not ask for. Versions: plotly comes with
its Python package, Mermaid is the vendored file.
"""

import shutil
from pathlib import Path

from plotly.offline import get_plotlyjs

ROOM = Path(__file__).parent

FIGURE_ASSETS = ("plotly.min.js", "figures.js")
DIAGRAM_ASSETS = ("mermaid.tiny.js", "diagrams.js")


def write_shared_files(docs: Path) -> None:
    """Write the shared files under `docs/assets`."""
    assets = docs / "assets"
    shutil.copytree(ROOM / "assets", assets, dirs_exist_ok=True)
    (assets / "plotly.min.js").write_text(get_plotlyjs(), encoding="utf-8")
    shutil.copy(ROOM / "vendor" / "mermaid" / "mermaid.tiny.js", assets)
    shutil.copy(ROOM / "vendor" / "mermaid" / "LICENSE", assets / "mermaid.LICENSE.txt")
