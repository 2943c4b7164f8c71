"""``helpdesk secrets``."""

from __future__ import annotations

import click

from helpdesk.cli.desk import open_for_command

TOLD = """\
Restart the desk, so that every process signs with the new key. What the key is in:
  passwords of inboxes, two-factor secrets   sealed anew now
  sessions, forms in open pages              hold, while the former key stays in the ring
  chats of visitors, addresses of files      hold likewise
  reply addresses (+t42...) in sent mail     hold likewise, so never throw a former key away lightly
  links to files in a chat                   made anew when the chat is loaded again
  one-time codes under way                   must be asked for again
  token of the bot's actions                 changes with the key, unless HELPDESK_BOT_TOKEN is set:
                                             restart the bot's actions with the new one"""


@click.group()
def secrets() -> None:
    """The keys under which passwords are stored and tokens are signed.

    Example: helpdesk secrets rotate
    """


@secrets.command()
def rotate() -> None:
    """Take a new key and seal every stored secret with it. May be stopped and run again.

    A key that the desk made for itself is replaced in the data folder. One from
    HELPDESK_SECRET_KEY is replaced by you: put the new one there and the former one into
    HELPDESK_SECRET_KEY_OLD, restart the desk, then run this.

    Example: helpdesk secrets rotate
    """
    from helpdesk import kept_keys
    from helpdesk.actions import secret_rotation
    from helpdesk.config import load_settings
    from helpdesk.rules.actor import SYSTEM

    with open_for_command() as desk:
        is_ours = not desk.settings.secret_key.get_secret_value()
        begun = secret_rotation.stand(desk)
        if is_ours and not begun.older:
            kept_keys.replace(load_settings().data_dir)
    with open_for_command() as desk:
        done = secret_rotation.reseal(desk, SYSTEM)
    if not done and not is_ours:
        click.echo("Every stored secret is under the newest key already.")
        return
    click.echo(f"{done} stored secrets are under the new key.")
    click.echo(TOLD)


@secrets.command()
def status() -> None:
    """Say how many stored secrets are under a former key, and which open with none. Exit 2 on any
    that open with none.

    Example: helpdesk secrets status
    """
    from helpdesk.actions import secret_rotation
    from helpdesk.config import SettingsError

    with open_for_command() as desk:
        found = secret_rotation.stand(desk)
    click.echo(f"{found.total} stored secrets, {found.older} under a former key.")
    if found.lost:
        raise SettingsError(f"These open with no key: {', '.join(found.lost)}.")


COMMANDS = (secrets,)
