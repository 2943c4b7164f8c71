"""``helpdesk reconcile``, ``replay`` and ``doctor``: proof that nothing is lost."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from helpdesk.cli.desk import open_for_command, say_json
from helpdesk.cli.progress import progress_bar


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a difference.")
def reconcile(as_json: bool) -> None:
    """Compare the journal with the record and with each mailbox; exit 1 on any difference.

    Example: helpdesk reconcile
    """
    from helpdesk.jobs.reconcile import differences

    found = 0
    with open_for_command() as desk, progress_bar("Compared") as bar:
        for difference in differences(desk, bar.reach):
            found += 1
            bar.make_room()
            if as_json:
                say_json(asdict(difference))
            else:
                click.echo(difference.sentence)
    click.echo(
        f"{found} differences." if found else "Nothing is missing, nothing is doubled.", err=True
    )
    sys.exit(1 if found else 0)


@click.command()
@click.argument("envelopes", nargs=-1, required=True, type=int, metavar="ENVELOPE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an envelope.")
def replay(envelopes: tuple[int, ...], as_json: bool) -> None:
    """Attach quarantined or ignored envelopes again. One that is attached stays as it is.

    Example: helpdesk replay 17 18
    """
    from helpdesk.actions import intake

    with open_for_command() as desk, progress_bar("Envelopes", len(envelopes)) as bar:
        for envelope in envelopes:
            outcome = intake.replay(desk, envelope)
            bar.update(1)
            bar.make_room()
            if as_json:
                say_json(asdict(outcome))
            else:
                click.echo(f"Envelope {envelope}: {outcome.outcome}. {outcome.reason}".rstrip())


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a check.")
def doctor(as_json: bool) -> None:
    """Check the settings and every connection; each fault comes with its cure. Exit 1 on any.

    Example: helpdesk doctor
    """
    from helpdesk.jobs.checkup import checkup

    sick = False
    for finding in checkup():
        sick = sick or not finding.well
        if as_json:
            say_json(asdict(finding))
        else:
            click.echo(
                f"{'ok   ' if finding.well else 'FAULT'} {finding.subject}: {finding.sentence}"
            )
    sys.exit(1 if sick else 0)


COMMANDS = (reconcile, replay, doctor)
