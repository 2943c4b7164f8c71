"""The ``helpdesk`` command. Each group of commands lives in a module of its own."""

from __future__ import annotations

import sys
from typing import Any

import click

from helpdesk.config import SettingsError


class Sentences(click.Group):
    """A group whose commands end in a sentence, never in a traceback, for a user's mistake."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            sys.exit(1)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if (sentence := _sentence(error)) is None:
                raise
            click.echo(f"helpdesk: {sentence}", err=True)
            sys.exit(2)


def _sentence(error: Exception) -> str | None:
    from alembic.util import CommandError
    from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

    from helpdesk.models import NotPossible
    from helpdesk.models.visibility import NotFound
    from helpdesk.rules.refusal import Refusal

    if isinstance(error, (SettingsError, Refusal, NotPossible, NotFound)):
        return str(error)
    if isinstance(error, UnicodeEncodeError) and _is_torn(error.object):
        return f"This is not UTF-8: {error.object[:80]!a}"
    if isinstance(error, CommandError):
        return f"The schema cannot be changed so: {error}."
    if isinstance(error, (OperationalError, ProgrammingError)) or type(error) is DatabaseError:
        return _database_sentence(str(error.orig).strip().splitlines()[0])
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
    return None


def _is_torn(words: str) -> bool:
    """Whether bytes that are no UTF-8 stand in what was typed; Python keeps them as surrogates."""
    return any("\udc80" <= character <= "\udcff" for character in words)


def _database_sentence(fault: str) -> str:
    if "no such table" in fault or "does not exist" in fault:
        return f"The database is not set up ({fault}). Run: helpdesk db upgrade"
    cure = "Check HELPDESK_DATABASE_URL, or run: helpdesk doctor"
    return f"The database cannot be used: {fault}. {cure}"


@click.group(
    cls=Sentences,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="helpdesk")
def main() -> None:
    """An omnichannel service desk: one customer, one record, one queue.

    Settings come from HELPDESK_* variables; HELPDESK_DATABASE_URL and HELPDESK_DATA_DIR are
    enough for a fresh desk.

    Example: helpdesk run
    """


from helpdesk.cli import (  # noqa: E402
    backups,
    bot,
    importing,
    keys,
    knowledge,
    ledger,
    records,
    running,
    schema,
    search_words,
    staff,
)

for _module in (
    running, schema, records, knowledge, search_words, importing, ledger, staff, keys, backups, bot,
):  # fmt: skip
    for _command in _module.COMMANDS:
        main.add_command(_command)
