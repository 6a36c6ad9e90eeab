"""The palette: texts hold WCAG's AA contrast in light and dark, scales rise in lightness alone."""

import re
from pathlib import Path

import pytest

_CSS = (Path(__file__).parents[3] / "docs_site/assets/theme.css").read_text(encoding="utf-8")
_BLOCKS = {
    name: dict(re.findall(r"--sl-([\w-]+): (#[0-9a-f]{6});", block))
    for name, block in re.findall(r'data-md-color-scheme="(default|slate)"\] {(.*?)^}', _CSS, re.DOTALL | re.MULTILINE)
    if "--sl-canvas:" in block
}
_TEXTS = ("ink", "muted", "accent", "good", "info", "warning", "critical")
_GROUNDS = ("canvas", "surface", "raised", "sunken")
_LEAST_OF_TEXT = 4.5
_LEAST_OF_MARKS = 3.0


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", ["default", "slate"])
@pytest.mark.parametrize("text", _TEXTS)
def test_a_text_reads_on_every_ground(palette: str, text: str) -> None:
    colours = _BLOCKS[palette]
    grounds = [*_GROUNDS, *([f"{text}-soft"] if f"{text}-soft" in colours else [])]
    for ground in grounds:
        assert _contrast(colours[text], colours[ground]) >= _LEAST_OF_TEXT, ground


@pytest.mark.parametrize("palette", ["default", "slate"])
def test_series_stand_out_from_the_surface(palette: str) -> None:
    colours = _BLOCKS[palette]
    for number in (1, 2, 3, 5, 6):
        assert _contrast(colours[f"series-{number}"], colours["surface"]) >= _LEAST_OF_MARKS, number


@pytest.mark.parametrize("palette", ["default", "slate"])
def test_the_scale_moves_away_from_the_surface_step_by_step(palette: str) -> None:
    colours = _BLOCKS[palette]
    distances = [_contrast(colours[f"sequential-{step}"], colours["surface"]) for step in range(9)]
    assert distances == sorted(distances)
    assert distances[-1] > 7
