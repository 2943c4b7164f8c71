"""``helpdesk agent`` and ``helpdesk token``."""

from __future__ import annotations

import click

from helpdesk.cli.desk import open_for_command


@click.group()
def agent() -> None:
    """The people who answer.

    Example: helpdesk agent add mei@tarnfold.example --name "Mei Chen"
    """


@agent.command()
@click.argument("email")
@click.option("--name", required=True, help="As customers and colleagues see it.")
@click.option(
    "--role",
    type=click.Choice(["agent", "supervisor", "admin"]),
    default="agent",
    show_default=True,
)
@click.password_option(help="At least 10 characters; asked for when left out.")
def add(email: str, name: str, role: str, password: str) -> None:
    """Add an agent.

    Example: helpdesk agent add mei@tarnfold.example --name "Mei Chen" --role supervisor
    """
    from helpdesk.actions.agents import add_agent
    from helpdesk.rules.actor import SYSTEM, Role

    with open_for_command() as desk:
        add_agent(desk, SYSTEM, email=email, name=name, password=password, role=Role(role))
    click.echo(f"{name} can log in as {email}.")


@click.group()
def token() -> None:
    """Tokens for programs.

    Example: helpdesk token create --agent mei@tarnfold.example
    """


@token.command()
@click.option(
    "--agent", "email", required=True, metavar="EMAIL", help="On whose behalf the program acts."
)
@click.option("--name", default="made on the command line", help="What the token is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="SCOPE",
    help="tickets:read, customers:write, imports:write, ..., admin for all; again and again. "
    "All but admin when left out.",
)
@click.option("--days", type=click.IntRange(1, 3650), help="Until when: so many days from now.")
def create(email: str, name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make an API token and print it. It is shown this once and kept as a hash.

    Example: helpdesk token create --agent mei@tarnfold.example --scope tickets:read --days 90
    """
    from helpdesk.actions.agents import actor_by_email
    from helpdesk.actions.api_tokens import create_token
    from helpdesk.rules.api_scope import USUAL

    with open_for_command() as desk:
        actor = actor_by_email(desk, email)
        click.echo(create_token(desk, actor, name, scopes=scopes or USUAL, days=days))


COMMANDS = (agent, token)
