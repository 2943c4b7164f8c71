"""``helpdesk bot``: asking it, and saying what it may learn."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from typing import IO

import click

from helpdesk.cli import learning
from helpdesk.cli.desk import open_for_command, say_json

PATIENCE = 5.0  # seconds


@click.group()
def bot() -> None:
    """The bot: ask it, decide what it may learn, train it, compare models.

    Example: helpdesk bot ask "where is my order"
    """


@bot.command()
@click.argument("words")
@click.option("--locale", default="", help="en, zh-Hans or zh-Hant; else by the words.")
@click.option("--json", "as_json", is_flag=True, help="The whole answer as one JSON object.")
def ask(words: str, locale: str, as_json: bool) -> None:
    """Ask the running Rasa; nothing is stored, no ticket is opened.

    Example: helpdesk bot ask "how do I return a tent"
    """
    from helpdesk.config import SettingsError, load_settings
    from helpdesk.jobs.rasa import Rasa, Silent
    from helpdesk.rules.spoken_language import spoken

    url = load_settings().bot_url
    if not url:
        raise SettingsError("HELPDESK_BOT_URL is not set. Start the desk with: helpdesk run")
    metadata = {
        "ticket": 0, "epoch": 0, "through_seq": 1, "channel": "chat",
        "locale": locale or spoken(words), "customer_known": False, "verified": False,
        "people_here": False, "contacts_lately": 0, "settled": "",
    }  # fmt: skip
    try:
        reply = Rasa(url).ask(f"cli:{os.getpid()}", words, metadata, PATIENCE)
    except Silent as silence:
        raise click.ClickException(str(silence)) from None
    if as_json:
        say_json(asdict(reply))
        return
    click.echo(reply.text)
    for title in reply.buttons:
        click.echo(f"  [{title}]")
    known = reply.understood
    click.echo(f"\nunderstood {known.intent} ({known.confidence:.2f})", err=True)
    for command in reply.commands:
        click.echo(f"command {command['do']}", err=True)


@bot.command()
@click.option("--state", type=click.Choice(["open", "accepted", "rejected"]), default="open")
@click.option("--accept", type=int, multiple=True, metavar="N", help="Accept candidate N.")
@click.option("--reject", type=int, multiple=True, metavar="N", help="Reject candidate N.")
@click.option("--intent", default="", help="The right intent for what is accepted.")
@click.option("--nlu", type=click.File("w"), help="Write the accepted ones as Rasa NLU data.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a candidate.")
def candidates(
    state: str,
    accept: tuple[int, ...],
    reject: tuple[int, ...],
    intent: str,
    nlu: IO[str] | None,
    as_json: bool,
) -> None:
    """List corrections and fallbacks; accept or reject them; write the accepted for training.

    Example: helpdesk bot candidates --accept 3 --intent order_status
    """
    from helpdesk.actions import bot_learning
    from helpdesk.queries.candidates import accepted, grouped
    from helpdesk.queries.candidates import candidates as found
    from helpdesk.rules.actor import SYSTEM
    from helpdesk.rules.nlu_data import lesson, written

    with open_for_command() as desk:
        for number in accept:
            bot_learning.decide(desk, SYSTEM, number, "accepted", intent)
        for number in reject:
            bot_learning.decide(desk, SYSTEM, number, "rejected")
        if accept or reject:
            click.echo(f"{len(accept)} accepted, {len(reject)} rejected.", err=True)
            return
        with desk.read() as session:
            listed = found(session, SYSTEM, state)
            wanted = accepted(session, SYSTEM)
    if nlu:
        nlu.write(written(lesson(wanted).examples))
        return
    for group in grouped(listed):
        if not as_json:
            click.echo(f"{group.source}: {group.understood_as or '?'} -> {group.right or '?'}")
        for one in group.candidates:
            if as_json:
                say_json(asdict(one) | {"created_at": one.created_at.isoformat()})
            else:
                learnt = f"  (in model {one.model})" if one.model else ""
                click.echo(
                    f"  {one.id:>5}  {one.lang:7}  {' '.join(one.text.split())[:100]}{learnt}"
                )
    if not listed:
        click.echo(f"No candidate is {state}.", err=True)
        sys.exit(0)


for _command in learning.COMMANDS:
    bot.add_command(_command)

COMMANDS = (bot,)
