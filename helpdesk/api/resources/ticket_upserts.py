"""Tickets that another program keeps, too: made or brought up to date by their external id."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from helpdesk.actions.ticket_changes import change
from helpdesk.actions.upserts import upsert
from helpdesk.api.caller import Caller, desk
from helpdesk.api.operation import Answer, operation
from helpdesk.api.reading import Asked, Line, Name, Number, Text
from helpdesk.api.resources.tickets import (
    Email,
    Phone,
    TicketShown,
    changes_of,
    one,
)
from helpdesk.api.ticket_query import PriorityWord
from helpdesk.models.import_run import Outcome
from helpdesk.queries.ticket_records import agent_email, team_name
from helpdesk.rules.actor import Actor
from helpdesk.rules.api_scope import Scope


class TicketSaid(Asked):
    """A new ticket needs its requester (an email, a phone or the customer's external id) and a
    subject or a text. Of a ticket that is known, the requester, the text and the time stay; of the
    rest, what is left out stays."""

    email: Email | None = None
    phone: Phone | None = None
    customer_external_id: Line = ""
    name: Line = Field("", description="Of the requester.")
    subject: Name | None = None
    text: Text | None = Field(None, description="The first message.")
    status: Literal["open", "waiting", "resolved", "closed"] | None = None
    priority: PriorityWord | None = None
    tags: Annotated[list[Line], Field(max_length=30)] | None = None
    team_id: Number | None = Field(None, description="null: in no team.")
    assignee_id: Number | None = Field(None, description="null: nobody's.")
    created_at: AwareDatetime | None = Field(None, description="When it came in; now if left out.")


@operation("PUT", "/tickets/by-external-id/{external_id}", Scope.TICKETS_WRITE, tag="Tickets",
           body=TicketSaid, answer=TicketShown, errors=(409,))  # fmt: skip
def upserted(who: Caller, external_id: str, body: TicketSaid) -> Answer:
    """Make the ticket with this external id, as an import would, or bring it up to date. A repeat
    changes nothing. What was said in a ticket that is known stays."""
    cells = {
        name: [str(value)] for name, value in body.model_dump(
            include={"email", "phone", "customer_external_id", "name", "subject", "text", "status",
                     "priority"}, exclude_none=True,
        ).items()
    }  # fmt: skip
    cells |= {"external_id": [external_id], "tags": body.tags or [], **_placed(who.actor, body)}
    if body.created_at is not None:
        cells["created_at"] = [body.created_at.isoformat()]
    made = upsert(desk(), who.actor, "tickets", cells)
    if made.outcome is not Outcome.CREATED:
        change(desk(), who.actor, made.id, changes_of(body))
    return one(who, made.id)


def _placed(actor: Actor, body: TicketSaid) -> dict[str, list[str]]:
    """The team and the assignee as an import names them. Raises ``NotFound``."""
    with desk().read() as session:
        names = {
            "team": team_name(session, actor, body.team_id) if body.team_id else "",
            "assignee": agent_email(session, actor, body.assignee_id) if body.assignee_id else "",
        }
    return {field: [name] for field, name in names.items() if name}
