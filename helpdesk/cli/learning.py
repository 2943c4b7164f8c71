"""``helpdesk bot train``, ``test`` and ``rollback``: what the bot learnt, and what may serve."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from helpdesk.cli import bot_programs, bot_report
from helpdesk.cli.desk import open_for_command, say_json

WORSE = 1  # exit code


@click.command()
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON object.")
def train(as_json: bool) -> None:
    """Train a candidate model from the shipped examples and the accepted candidates.

    It takes about a minute, beside the running bot, and does not put the model in service:
    `helpdesk bot test` does, when it is not worse.

    Example: helpdesk bot train
    """
    from helpdesk.actions import bot_learning
    from helpdesk.queries.candidates import accepted
    from helpdesk.rules.actor import SYSTEM
    from helpdesk.rules.nlu_data import lesson, written

    with open_for_command() as desk:
        with desk.read() as session:
            found = lesson(accepted(session, SYSTEM))
        with tempfile.TemporaryDirectory() as folder:
            extra = Path(folder) / "accepted.yml"
            extra.write_text(written(found.examples), encoding="utf-8")
            words = ("--candidate", "--extra", str(extra))
            outcome = bot_programs.run("bot.train", *words, doing="Training")
        known = set(outcome["intents"])
        learnt = [one for one in found.learnt if one.intent in known]
        strange = sorted({one.intent for one in found.learnt} - known)
        if learnt:
            bot_learning.mark_learnt(desk, SYSTEM, [one.id for one in learnt], outcome["model"])
    told = {
        **{name: value for name, value in outcome.items() if name != "intents"},
        "accepted": len(learnt),
        "left_out": {
            "of_articles": len(found.of_articles),
            "overruled": len(found.overruled),
            "wordless": len(found.wordless),
            "unknown_intents": strange,
        },
    }
    say_json(told) if as_json else click.echo(bot_report.of_training(told))


@click.command()
@click.option("--no-switch", is_flag=True, help="Only compare; nothing is put in service.")
@click.option("--json", "as_json", is_flag=True, help="The report as one JSON object.")
def test(no_switch: bool, as_json: bool) -> None:
    """Compare the candidate with the model in service; let it serve unless it is worse.

    Each of the two is started, one after the other, beside the running bot, and is asked the
    held-out phrasings and every talk of bot/tests. A worse one is not switched in: exit 1. One
    that is not worse is switched in without a pause. The report is kept beside the model.

    Example: helpdesk bot test --no-switch
    """
    from helpdesk.actions import bot_learning
    from helpdesk.rules.actor import SYSTEM

    with open_for_command() as desk:  # before the minutes that it takes
        report = bot_programs.run("bot.comparison", *(("--no-switch",) if no_switch else ()))
        say_json(report) if as_json else click.echo(bot_report.of_comparison(report))
        if report["switched_in"] or report["worse_than_in_service"]:
            event = "bot.model_switched" if report["switched_in"] else "bot.model_refused"
            why = "; ".join(bot_report.reason(one) for one in report["reasons"])
            bot_learning.note_service(desk, SYSTEM, event, report["candidate"], why[:1000])
    sys.exit(WORSE if report["worse_than_in_service"] else 0)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="The two models as one JSON object.")
def rollback(as_json: bool) -> None:
    """Put the model before this one back in service.

    Example: helpdesk bot rollback
    """
    from helpdesk.actions import bot_learning
    from helpdesk.rules.actor import SYSTEM

    found: dict[str, Any] = bot_programs.run("bot.roll_back")
    say_json(found) if as_json else click.echo(bot_report.of_rollback(found))
    with open_for_command() as desk:
        bot_learning.note_service(desk, SYSTEM, "bot.model_rolled_back", found["model"])


COMMANDS = (train, test, rollback)
