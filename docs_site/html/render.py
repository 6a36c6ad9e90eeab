"""Templates: how a page's body is made from values.

Templates are Markdown with islands of HTML between `<!--html-->` and `<!--/html-->` lines; docs_site/engine/stage.py
keeps the islands away from Markdown. Every value is HTML-escaped unless it is already safe `Markup`; in Markdown
outside an island use the filter `md`. What a template needs to know is given by its page module.
"""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from docs_site.html.escape import markdown_inline, visible
from docs_site.html.figure import render_figure
from docs_site.html.links import relative_link
from docs_site.html.number_format import (
    format_bytes,
    format_count,
    format_duration,
    format_number,
    format_pct,
    format_share,
    format_time,
    plural,
)
from docs_site.html.tables import badge_html, link_html

TEMPLATES = Path(__file__).parents[1] / "templates"


def render(template: str, page_path: str, **values: object) -> str:
    """Render a template; `link` in it turns a site address into one relative to `page_path`."""
    return (
        _environment()
        .get_template(template)
        .render(page_path=page_path, link=lambda target: relative_link(page_path, target), **values)
    )


def _show(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        # `{#name}` names a heading in Markdown; it must not begin a comment here.
        comment_start_string="{##",
        comment_end_string="##}",
        finalize=_show,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "md": lambda text: Markup(markdown_inline(text)),
        "count": format_count,
        "number": format_number,
        "pct": format_pct,
        "share": format_share,
        "duration": format_duration,
        "bytes": format_bytes,
        "time": format_time,
    }
    environment.globals |= {"figure": render_figure, "badge": badge_html, "anchor": link_html, "plural": plural}
    return environment
