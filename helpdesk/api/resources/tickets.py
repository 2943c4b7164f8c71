"""Tickets: list, read, open, change."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal, cast

from flask import request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from helpdesk.actions import contact_form, form_answers
from helpdesk.actions.contact_form import ContactForm
from helpdesk.actions.ticket_changes import Changes, change
from helpdesk.api.caller import Caller, desk
from helpdesk.api.idempotency import key_of_request
from helpdesk.api.operation import Answer, operation
from helpdesk.api.pages import Page, page_of, place
from helpdesk.api.reading import MOST_NUMBER, Asked, Line, Name, Number, Text
from helpdesk.api.ticket_query import PriorityWord, StatusWord, TicketsWanted
from helpdesk.models import NotPossible, Ticket
from helpdesk.models.visibility import NotFound
from helpdesk.queries import search, ticket_records
from helpdesk.queries.custom_fields import values_by
from helpdesk.queries.customer_records import customer_record
from helpdesk.rules.actor import Actor
from helpdesk.rules.api_scope import Scope
from helpdesk.rules.custom_field import FieldNoun
from helpdesk.rules.status import Priority, Status

EMAIL = (
    r"^[A-Za-z0-9_%+'-]{1,40}(\.[A-Za-z0-9_%+'-]{1,20}){0,3}"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?\.){1,4}[A-Za-z]{2,20}$"
)
Email = Annotated[str, StringConstraints(pattern=EMAIL)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+[0-9 ().-]{5,30}$")]

FieldsSaid = Annotated[dict[Name, Line], Field(max_length=60)]


class Named(BaseModel):
    """Somebody or something by number and name."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str


class Requester(BaseModel):
    customer_id: int
    name: str
    email: str | None
    phone: str | None


class TicketShown(BaseModel):
    """A ticket without its transcript. `version` rises with every change."""

    model_config = ConfigDict(title="Ticket")

    number: int
    subject: str
    status: StatusWord
    priority: PriorityWord
    owner: Literal["bot", "people"] = Field(description="Who speaks for us.")
    requester: Requester
    assignee: Named | None
    team: Named | None
    inbox_id: int
    tags: list[str]
    fields: dict[str, str] = Field(description="Custom fields by key; those with a value.")
    external_id: str | None
    linked_ticket: int | None
    snoozed_until: AwareDatetime | None
    last_seq: int = Field(description="The place of the last message.")
    version: int
    created_at: AwareDatetime
    changed_at: AwareDatetime
    ended_at: AwareDatetime | None


class TicketPage(Page[TicketShown]):
    pass


class ByEmail(Asked):
    """Whoever has this address; a new customer when nobody does."""

    email: Email
    name: Line = ""


class ByNumber(Asked):
    """A customer who has an email."""

    customer_id: Number


class TicketOpened(Asked):
    """What a customer asks; it comes in as a mail of theirs would."""

    requester: ByEmail | ByNumber
    subject: Name
    text: Text
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z]{2,8})?$")] = "en"
    fields: FieldsSaid = Field({}, description="Custom fields by key.")


class TicketChanged(Asked):
    """What is left out stays."""

    subject: Name | None = None
    priority: PriorityWord | None = None
    tags: Annotated[list[Line], Field(max_length=30)] | None = None
    fields: FieldsSaid | None = Field(None, description="By key; an empty value empties one.")
    team_id: Number | None = Field(None, description="null: in no team.")
    assignee_id: Number | None = Field(None, description="null: nobody's.")
    status: StatusWord | None = None
    snoozed_until: AwareDatetime | None = Field(None, description="With status snoozed.")
    reason: Line = Field("", description="Why the status changes; kept with it.")


@operation("GET", "/tickets", Scope.TICKETS_READ, tag="Tickets", query=TicketsWanted,
           answer=TicketPage)  # fmt: skip
def listed(who: Caller, query: TicketsWanted) -> Answer:
    """List tickets, the newest first. What is asked for is said as in the addresses of the
    queue's pages: repeat a parameter for any of its values, give several for all of them."""
    before = place(query.cursor, MOST_NUMBER)
    numbers = _numbers(who.actor, query.q)
    if query.q and not numbers:
        return TicketPage(items=[], next_cursor=None)
    wanted = query.asked(numbers)
    with desk().read() as session:
        rows = ticket_records.ticket_records(session, who.actor, wanted, before, query.limit + 1)
        values = values_by(session, FieldNoun.TICKET, [row.id for row in rows])
        return page_of(
            TicketPage, rows, query.limit, lambda row: shown(row, values[row.id]),
            lambda row: row.id,
        )  # fmt: skip


def _numbers(actor: Actor, words: str) -> list[int]:
    """The tickets that match ``words``, the first page of the search."""
    if not words.strip():
        return []
    with desk().read() as session:
        return [row.id for row in search.search(session, actor, words).rows]


def shown(ticket: Ticket, values: dict[str, str]) -> TicketShown:
    points = ticket.customer.contact_points
    first = {point.kind: point.value for point in reversed(points)}
    return TicketShown(
        number=ticket.id,
        requester=Requester(
            customer_id=ticket.customer_id, name=ticket.customer.name,
            email=first.get("email"), phone=first.get("phone"),
        ),
        assignee=Named.model_validate(ticket.assignee) if ticket.assignee else None,
        team=Named.model_validate(ticket.team) if ticket.team else None,
        tags=[tag.name for tag in ticket.tags],
        fields=values,
        linked_ticket=ticket.linked_ticket_id,
        **{name: getattr(ticket, name) for name in _AS_KEPT},
    )  # fmt: skip


_AS_KEPT = (
    "subject", "status", "priority", "owner", "inbox_id", "external_id", "snoozed_until",
    "last_seq", "version", "created_at", "changed_at", "ended_at",
)  # fmt: skip


@operation("GET", "/tickets/{number}", Scope.TICKETS_READ, tag="Tickets", answer=TicketShown)
def read(who: Caller, number: int) -> Answer:
    """Read a ticket."""
    return one(who, number)


def one(who: Caller, number: int) -> TicketShown:
    with desk().read() as session:
        wanted = number if 0 < number <= MOST_NUMBER else 0
        ticket = ticket_records.ticket_record_of(session, who.actor, wanted)
        if ticket is None:
            raise NotFound("There is no ticket %(ticket)s.", ticket=number)
        return shown(ticket, values_by(session, FieldNoun.TICKET, [ticket.id])[ticket.id])


@operation("POST", "/tickets", Scope.TICKETS_WRITE, tag="Tickets", body=TicketOpened,
           answer=TicketShown, status=201, errors=(404,))  # fmt: skip
def opened(who: Caller, body: TicketOpened) -> Answer:
    """Open a ticket with what a customer asks. It is taken in as a mail from them to the first
    email inbox would be; their address stays a claim."""
    email, name = _address(who.actor, body.requester)
    key = key_of_request()
    with desk().read() as session:
        fields = form_answers.checked(session, body.fields)
    outcome = contact_form.send(
        desk(),
        ContactForm(
            form_id=uuid.uuid5(uuid.NAMESPACE_URL, key).hex if key else uuid.uuid4().hex,
            email=email, name=name, subject=body.subject, text=body.text, language=body.language,
            source=f"api, token {who.token_id}", fields=fields,
        ),
    )  # fmt: skip
    if outcome.ticket is None:
        raise NotPossible("This opened no ticket: %(reason)s", reason=outcome.reason or "")
    return one(who, outcome.ticket), f"/tickets/{outcome.ticket}"


def _address(actor: Actor, wanted: ByEmail | ByNumber) -> tuple[str, str]:
    if isinstance(wanted, ByEmail):
        return wanted.email.lower(), wanted.name
    with desk().read() as session:
        customer = customer_record(session, actor, wanted.customer_id)
        emails = [point.value for point in customer.contact_points if point.kind == "email"]
    if not emails:
        raise NotPossible("Customer %(customer)s has no email.", customer=wanted.customer_id)
    return emails[0], customer.name


@operation("PATCH", "/tickets/{number}", Scope.TICKETS_WRITE, tag="Tickets", body=TicketChanged,
           answer=TicketShown, errors=(409, 412))  # fmt: skip
def changed(who: Caller, number: int, body: TicketChanged) -> Answer:
    """Change a ticket: its subject, priority, tags, fields, team, assignee or status; all of it or,
    when something is refused, nothing. With `If-Match` and the `ETag` of a read, nothing is changed
    once somebody else did."""
    change(desk(), who.actor, number, changes_of(body), at_versions=_versions())
    return one(who, number)


def changes_of(body: BaseModel) -> Changes:
    """What is asked for. null empties a team or an assignee; elsewhere it is as if left out."""
    said = body.model_dump(exclude_unset=True, include=set(CHANGEABLE))
    wanted = {k: v for k, v in said.items() if v is not None or k in ("team_id", "assignee_id")}
    if "priority" in wanted:
        wanted["priority"] = Priority(wanted["priority"])
    if "status" in wanted:
        wanted["status"] = Status(wanted["status"])
        snoozed = wanted["status"] is Status.SNOOZED
        wanted["until"] = getattr(body, "snoozed_until", None) if snoozed else None
    return cast(Changes, wanted)


CHANGEABLE = ("subject", "priority", "tags", "fields", "team_id", "assignee_id", "status", "reason")


def _versions() -> list[int] | None:
    """Those of the request's `If-Match`; None when any will do. A weak ETag matches nothing."""
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    return [int(tag) for tag in request.if_match.as_set() if tag.isdecimal()]
