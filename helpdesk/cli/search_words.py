"""``helpdesk reindex``: the words by which tickets and customers are found, made anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from helpdesk.cli.desk import open_for_command
from helpdesk.cli.progress import progress_bar

if TYPE_CHECKING:
    from helpdesk.desk import Desk


@click.command()
def reindex() -> None:
    """Make the words anew by which tickets and customers are found.

    They are kept up by themselves; this is for a desk whose words were lost or changed from
    outside. The desk may run meanwhile, and goes on where this was stopped. The index of the
    articles has a command of its own: helpdesk kb reindex.

    Example: helpdesk reindex
    """
    from helpdesk.actions import customer_words, search_index

    with open_for_command() as desk:
        tickets = _walk(desk, "Tickets", search_index.rebuild, search_index.reindex_due)
        customers = _walk(desk, "Customers", customer_words.rebuild, customer_words.index_due)
    click.echo(f"{tickets} tickets and {customers} customers indexed.")


def _walk(desk: Desk, label: str, begin: Callable[[Desk], int], step: Callable[[Desk], int]) -> int:
    count = begin(desk)
    with progress_bar(label, count) as bar:
        while done := step(desk):
            bar.update(done)
    return count


COMMANDS = (reindex,)
