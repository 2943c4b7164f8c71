"""`helpdesk reindex`."""

from __future__ import annotations

from sqlalchemy import delete, update

from helpdesk.desk import Desk
from helpdesk.models import CustomerWord, Message
from helpdesk.queries.customer_list import Wanted, customer_list
from helpdesk.queries.search import search
from helpdesk.rules.actor import SYSTEM
from tests.cli.conftest import Helpdesk
from tests.factories import Mail, receive


def test_lost_words_are_made_anew_by_a_command(helpdesk: Helpdesk, desk: Desk) -> None:
    receive(desk, Mail())
    with desk.write() as session:
        session.execute(update(Message).values(tokens=""))
        session.execute(delete(CustomerWord))
    said = helpdesk("reindex")
    assert (said.code, said.stdout) == (0, "1 tickets and 1 customers indexed.\n")
    with desk.read() as session:
        assert len(search(session, SYSTEM, "snapped").rows) == 1
        assert len(customer_list(session, SYSTEM, Wanted(q="ann")).rows) == 1
