"""How the rows of each noun are taken in: decided against the record, written, put back."""

from __future__ import annotations

from helpdesk.actions.importing.base import Importer
from helpdesk.actions.importing.customers import Customers
from helpdesk.actions.importing.orders import Orders
from helpdesk.actions.importing.organizations import Organizations
from helpdesk.actions.importing.tickets import Tickets
from helpdesk.rules.actor import Actor


def importer(noun: str, actor: Actor, inbox_id: int = 0) -> Importer:
    """What takes in the rows of ``noun``, on behalf of ``actor``; tickets go to an inbox."""
    if noun == "tickets":
        return Tickets(actor, inbox_id)
    plain: dict[str, type[Importer]] = {
        "customers": Customers,
        "organizations": Organizations,
        "orders": Orders,
    }
    return plain[noun](actor)
