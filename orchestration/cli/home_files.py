"""`sightline home`: a home, or the part of it that people read, as one file, and back.

What is in the file belongs to orchestration/defs/home_archive.py, how it is taken over to home_import.py.
"""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.options import Config, Home, chosen_settings, given_path

home_app = typer.Typer(
    name="home",
    help="Move a home folder, or the published part of it, as one file.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

File = Annotated[Path, typer.Argument(parser=given_path, metavar="FILE", help="The file, like shop.zip.")]


@home_app.command(name="export")
def export_home(
    file: File,
    published: Annotated[
        bool, typer.Option("--published", help="Only the site and the exports: no tables, no key.")
    ] = False,
    home: Home = None,
    config: Config = None,
) -> None:
    """Write the home as one file; Dagster's runs and caches stay here."""
    from orchestration.cli.exporting.places import built_home
    from orchestration.defs.home_archive import may_be_replaced, pack_home
    from orchestration.domain.errors import UsageError

    built = built_home(chosen_settings(config, home))
    out = file.absolute()
    if out.is_dir() or out.is_relative_to(built.path):
        raise UsageError(f"{file}: is a folder, or lies in the home folder; name a file outside of it")
    if not may_be_replaced(out):
        raise UsageError(
            f"{file}: is there and is not what `sightline home export` wrote; name another, or move it away"
        )
    with built.running(_say_waiting), built.exclusive():
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            manifest = pack_home(built.path, out, published)
        except OSError as error:
            raise UsageError(f"{file}: cannot be written ({error.strerror}); choose another place") from None
    what = "published part" if published else "home"
    typer.echo(f"Wrote {file} ({what}: {len(manifest.files):,} files, {manifest.byte_count:,} bytes unpacked)")


@home_app.command(name="import")
def import_file(
    file: File,
    force: Annotated[bool, typer.Option("--force", help="Also replace a home that has read logs of its own.")] = False,
    home: Home = None,
    config: Config = None,
) -> None:
    """Take over what `sightline home export` wrote, into a new home or one that was imported before."""
    from orchestration.defs.home import Home as HomeFolder
    from orchestration.defs.home_import import import_home

    settings = chosen_settings(config, home)
    opened = HomeFolder(settings.home, settings.shared_home)
    with opened.running(_say_waiting), opened.exclusive():
        manifest = import_home(opened, file, force)
    typer.echo(f"Imported {file} into {opened.path} ({len(manifest.files):,} files)")
    if (opened.site / "index.html").is_file():
        typer.echo(f"The site is at {opened.site / 'index.html'}")


def _say_waiting() -> None:
    typer.echo("another run works in this home folder: waiting for its end", err=True)
