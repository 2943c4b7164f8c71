"""``helpdesk ingest``, ``show`` and ``reply``: the record, from the command line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from helpdesk.cli.desk import open_for_command, say_json
from helpdesk.cli.progress import progress_bar


@click.group()
def ingest() -> None:
    """Feed contacts through the same intake as the channels.

    Example: helpdesk ingest email mails/ --json
    """


@ingest.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--inbox", default="", metavar="ADDRESS", help="The inbox they were sent to; made when missing."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a mail.")
def email(paths: tuple[Path, ...], inbox: str, as_json: bool) -> None:
    """Take in raw mails: files, folders (every file in name order) or an mbox.

    Example: helpdesk ingest email mails/ --json
    """
    from helpdesk.actions.inboxes import email_inbox
    from helpdesk.actions.ingest import ingest_mail

    files = list(_files(paths))
    size = sum(file.stat().st_size for file in files)
    with open_for_command() as desk, progress_bar("Mails", size) as bar:
        inbox_id = email_inbox(desk, inbox)
        for file, raw in _mails(files):
            outcome = asdict(ingest_mail(desk, inbox_id, raw))
            bar.update(len(raw))
            bar.make_room()
            name = _sayable(file)
            if as_json:
                say_json({"file": name, **outcome})
            else:
                click.echo(f"{name}: {outcome['outcome']}" + _where(outcome))


def _sayable(name: str) -> str:
    """The name of a file as text: a byte that is no UTF-8 is written as \\xff."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _where(outcome: dict[str, Any]) -> str:
    where = f" in ticket {outcome['ticket']}" if outcome["ticket"] else ""
    return where + (f" ({outcome['reason']})" if outcome["reason"] else "")


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def _mails(files: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for file in files:
        yield from _mails_of(file)


def _mails_of(file: Path) -> Iterator[tuple[str, bytes]]:
    with file.open("rb") as start:
        is_mbox = start.read(5) == b"From "
    if not is_mbox:
        yield str(file), file.read_bytes()
        return
    import mailbox

    box = mailbox.mbox(file, create=False)
    for key in box.keys():  # noqa: SIM118  a mailbox iterates over its messages
        yield str(file), box.get_bytes(key)


@click.group()
def show() -> None:
    """Print parts of the record.

    Example: helpdesk show ticket 42 --json
    """


@show.command()
@click.argument("numbers", nargs=-1, required=True, type=int, metavar="N...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a ticket.")
def ticket(numbers: tuple[int, ...], as_json: bool) -> None:
    """Print tickets with their transcripts.

    Example: helpdesk show ticket 42 --json
    """
    from helpdesk.queries.ticket_record import ticket_record
    from helpdesk.rules.actor import SYSTEM

    with open_for_command() as desk:
        for number in numbers:
            record = ticket_record(desk, SYSTEM, number)
            if as_json:
                say_json(record)
            else:
                click.echo(_readable(record))


def _readable(record: dict[str, Any]) -> str:
    lines = [f"#{record['ticket']} {record['subject']} [{record['status']}]"]
    for message in record["messages"]:
        mark = "note" if message["visibility"] == "note" else message["channel"]
        author = (
            message["author"]["name"] or message["author"]["email"] or message["author"]["kind"]
        )
        lines += ["", f"{message['seq']}. {author} ({mark}, {message['sent_at']})", message["text"]]
    return "\n".join(lines)


@click.command()
@click.argument("number", type=int, metavar="N")
@click.argument("text")
@click.option(
    "--agent", default="", metavar="EMAIL", help="Who replies; the desk itself when left out."
)
@click.option(
    "--channel",
    default=None,
    metavar="NAME",
    help="email, chat or sms; the customer's last when left out.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def reply(number: int, text: str, agent: str, channel: str | None, as_json: bool) -> None:
    """Send a public reply to ticket N.

    Example: helpdesk reply 42 "It is on its way." --agent mei@tarnfold.example
    """
    from helpdesk.actions import replies
    from helpdesk.actions.agents import actor_by_email
    from helpdesk.jobs.deliver import deliver
    from helpdesk.rules.actor import SYSTEM

    with open_for_command() as desk:
        actor = actor_by_email(desk, agent) if agent else SYSTEM
        said = replies.send(desk, actor, number, text, channel=channel)
        for delivery in said.deliveries:
            deliver(desk, delivery)
    if as_json:
        say_json({"ticket": said.ticket, "seq": said.seq, "message_id": said.message_id})
    else:
        click.echo(f"Reply {said.seq} to ticket {said.ticket} is in the outbox.")


COMMANDS = (ingest, show, reply)
