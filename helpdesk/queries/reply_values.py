"""What the variables of a saved reply stand for, in one ticket."""

from __future__ import annotations

from helpdesk.desk import Desk
from helpdesk.models import Ticket
from helpdesk.rules.actor import Actor
from helpdesk.rules.reply_variables import first_name


def values_for(desk: Desk, actor: Actor, ticket: Ticket) -> dict[str, str]:
    """By variable; "" for what is not known of this customer."""
    customer = ticket.customer
    emails = [point.value for point in customer.contact_points if point.kind == "email"]
    return {
        "customer.name": customer.name,
        "customer.first_name": first_name(customer.name),
        "customer.email": emails[0] if emails else "",
        "agent.name": actor.name,
        "agent.first_name": first_name(actor.name),
        "ticket.number": str(ticket.id),
        "ticket.subject": ticket.subject,
        "company": desk.settings.company,
    }
