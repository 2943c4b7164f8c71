"""``helpdesk db`` and ``helpdesk seed``."""

from __future__ import annotations

import click

from helpdesk.cli.desk import open_for_command
from helpdesk.cli.progress import progress_bar


@click.group()
def db() -> None:
    """The database's schema.

    Example: helpdesk db upgrade
    """


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the schema up to date. Does nothing when it is.

    Example: helpdesk db upgrade
    """
    from helpdesk import schema

    with open_for_command(upgrade=False) as desk:
        schema.upgrade(desk.database, revision)
    click.echo("The schema is up to date.")


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema back to REVISION ("-1": one step; "base" removes everything).

    Example: helpdesk db downgrade -1
    """
    from helpdesk import schema

    with open_for_command(upgrade=False) as desk:
        schema.downgrade(desk.database, revision)
    click.echo(f"The schema was taken back ({revision}).")


@db.command()
@click.argument("message")
def revise(message: str) -> None:
    """Write a migration for what changed in the models (for developers).

    Example: helpdesk db revise "tickets have a mood"
    """
    from helpdesk import schema

    with open_for_command(upgrade=False) as desk:
        schema.revise(desk.database, message)


@click.command()
@click.option("--tickets", default=40, show_default=True, help="How many tickets there are to be.")
def seed(tickets: int) -> None:
    """Fill the desk with a demo company; the same every time. Adds only what is missing.

    Example: helpdesk seed --tickets 20000
    """
    from helpdesk.seeds import plant

    with open_for_command() as desk, progress_bar("Tickets", tickets) as bar:
        plant(desk, tickets=tickets, progress=bar.update)
    click.echo("The demo company is ready.")


COMMANDS = (db, seed)
