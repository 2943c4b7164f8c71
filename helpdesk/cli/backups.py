"""``helpdesk backup`` and ``helpdesk restore``."""

from __future__ import annotations

from pathlib import Path

import click

from helpdesk.cli.desk import open_for_command
from helpdesk.cli.progress import progress_bar

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("path", type=FILE)
def backup(path: Path) -> None:
    """Write database, files and the desk's own keys to PATH, while the desk runs.

    The file opens every stored secret when the desk made its key itself: keep it as carefully.

    Example: helpdesk backup /backups/desk-monday.tar
    """
    from helpdesk.backup import making
    from helpdesk.rules.actor import SYSTEM

    with open_for_command(upgrade=False) as desk:
        files = sum(1 for _ in desk.settings.files_dir.glob("??/*"))
        with progress_bar("Files", files) as bar:
            made = making.make(desk, SYSTEM, path.absolute(), bar.update)
    click.echo(f"{path}: schema {made.schema}, {made.files} files, {made.bytes / 1e6:.1f} MB.")
    click.echo("Not in it: the search index and the bot's models, which are made anew.")


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what this desk holds. Stop it first.")
def restore(path: Path, force: bool) -> None:
    """Make this desk what the backup at PATH says. Its checksums are compared first.

    Example: helpdesk restore /backups/desk-monday.tar
    """
    from helpdesk.backup import restoring

    click.echo("Checking and restoring; a large desk takes minutes.", err=True)
    with open_for_command(upgrade=False) as desk:
        manifest = restoring.restore(desk, path, force=force)
        lacks_key = restoring.key_is_missing(desk, manifest)
    click.echo(f"Restored as of {manifest.made_at}.")
    if lacks_key:
        click.echo(
            "The stored passwords of inboxes open with no key of this desk. Put the key of the "
            "desk that was backed up into HELPDESK_SECRET_KEY or HELPDESK_SECRET_KEY_OLD."
        )


COMMANDS = (backup, restore)
