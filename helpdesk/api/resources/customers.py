"""Customers and their contact points: list, read, create, change, upsert."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from helpdesk.actions import customer_records as records
from helpdesk.actions.custom_fields import set_customer_fields
from helpdesk.actions.upserts import upsert
from helpdesk.api.caller import Caller, desk
from helpdesk.api.field_query import WithFieldsWanted
from helpdesk.api.operation import Answer, operation
from helpdesk.api.pages import Page, page_of, place
from helpdesk.api.reading import MOST_NUMBER, Asked, Line, Name, Number
from helpdesk.api.resources.tickets import Email, FieldsSaid, Named, Phone
from helpdesk.models import Customer
from helpdesk.queries.custom_fields import values_by
from helpdesk.queries.customer_records import customer_record
from helpdesk.queries.customer_records import customer_records as customer_list
from helpdesk.rules.api_scope import Scope
from helpdesk.rules.custom_field import PREFIX, FieldNoun
from helpdesk.rules.ticket_filter import fields_asked

Tag = Annotated[str, StringConstraints(pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?)?$")]


class ContactPointShown(BaseModel):
    model_config = ConfigDict(title="ContactPoint", from_attributes=True)

    id: int
    kind: Literal["email", "phone", "visitor", "whatsapp"]
    value: str
    verified_at: AwareDatetime | None


class CustomerShown(BaseModel):
    model_config = ConfigDict(title="Customer", from_attributes=True)

    id: int
    external_id: str | None
    name: str
    locale: str
    organization: Named | None
    contact_points: list[ContactPointShown]
    fields: dict[str, str] = Field({}, description="Custom fields by key; those with a value.")
    merged_into_id: int | None = Field(description="The customer whom this one was joined to.")
    created_at: AwareDatetime


class CustomerPage(Page[CustomerShown]):
    pass


class CustomersWanted(WithFieldsWanted):
    q: Line = Field("", description="A part of the name or of an address.")
    email: Line = ""
    phone: Line = ""
    external_id: Line = ""
    organization_id: Number | None = None


class CustomerSaid(Asked):
    """What is left out or empty stays."""

    name: Line = ""
    locale: Tag = Field("", description="BCP 47: `en`, `zh-Hans`.")
    emails: Annotated[list[Email], Field(max_length=10)] = Field([])
    phones: Annotated[list[Phone], Field(max_length=10)] = Field([])
    organization: Line = Field("", description="By name; made when it is new.")
    fields: FieldsSaid = Field({}, description="Custom fields by key; an empty value changes none.")


class CustomerNew(CustomerSaid):
    """A customer whom nobody knows yet: one address or an external id at least."""

    external_id: Line = ""


class CustomerChanged(Asked):
    name: Line | None = None
    locale: Tag | None = None
    external_id: Name | None = None
    organization_id: Number | None = Field(None, description="null: in no organization.")
    fields: FieldsSaid | None = Field(None, description="By key; an empty value empties one.")


class ContactPointNew(Asked):
    kind: Literal["email", "phone"]
    value: Name


@operation("GET", "/customers", Scope.CUSTOMERS_READ, tag="Customers", query=CustomersWanted,
           answer=CustomerPage)  # fmt: skip
def listed(who: Caller, query: CustomersWanted) -> Answer:
    """List customers, the newest first."""
    before = place(query.cursor, MOST_NUMBER)
    with desk().read() as session:
        rows = customer_list(
            session, who.actor, before=before, limit=query.limit + 1, words=query.q,
            fields=fields_asked(query.field_arguments),
            **query.model_dump(include={"email", "phone", "external_id", "organization_id"}),
        )  # fmt: skip
        values = values_by(session, FieldNoun.CUSTOMER, [row.id for row in rows])
        return page_of(
            CustomerPage, rows, query.limit, lambda row: shown(row, values[row.id]),
            lambda row: row.id,
        )  # fmt: skip


def shown(customer: Customer, values: dict[str, str]) -> CustomerShown:
    return CustomerShown.model_validate(customer).model_copy(update={"fields": values})


@operation("GET", "/customers/{number}", Scope.CUSTOMERS_READ, tag="Customers",
           answer=CustomerShown)  # fmt: skip
def read(who: Caller, number: int) -> Answer:
    """Read a customer."""
    return one(who, number)


def one(who: Caller, number: int) -> CustomerShown:
    with desk().read() as session:
        customer = customer_record(session, who.actor, number)
        return shown(customer, values_by(session, FieldNoun.CUSTOMER, [customer.id])[customer.id])


@operation("POST", "/customers", Scope.CUSTOMERS_WRITE, tag="Customers", body=CustomerNew,
           answer=CustomerShown, status=201)  # fmt: skip
def created(who: Caller, body: CustomerNew) -> Answer:
    """Create a customer. 409 when the external id or an address is known already."""
    made = upsert(
        desk(), who.actor, "customers", {"external_id": [body.external_id], **_cells(body)},
        only_new=True,
    )  # fmt: skip
    return one(who, made.id), f"/customers/{made.id}"


def _cells(body: CustomerSaid) -> dict[str, list[str]]:
    return {
        "name": [body.name],
        "locale": [body.locale],
        "organization": [body.organization],
        "email": list(body.emails),
        "phone": list(body.phones),
        **{PREFIX + key: [value] for key, value in body.fields.items()},
    }


@operation("PUT", "/customers/by-external-id/{external_id}", Scope.CUSTOMERS_WRITE,
           tag="Customers", body=CustomerSaid, answer=CustomerShown, errors=(409,))  # fmt: skip
def upserted(who: Caller, external_id: str, body: CustomerSaid) -> Answer:
    """Make the customer with this external id, or bring the record up to date. A repeat changes
    nothing. A customer who is known by an address gets the external id."""
    made = upsert(desk(), who.actor, "customers", {"external_id": [external_id], **_cells(body)})
    return one(who, made.id)


@operation("PATCH", "/customers/{number}", Scope.CUSTOMERS_WRITE, tag="Customers",
           body=CustomerChanged, answer=CustomerShown, errors=(409,))  # fmt: skip
def changed(who: Caller, number: int, body: CustomerChanged) -> Answer:
    """Change a customer's record."""
    said = body.model_dump(exclude_unset=True, exclude={"fields"})
    for name in ("name", "locale"):
        if name in said:
            said[name] = said[name] or ""
    if body.fields:
        set_customer_fields(desk(), who.actor, number, body.fields)
    records.change_customer(desk(), who.actor, number, said)
    return one(who, number)


@operation("POST", "/customers/{number}/contact-points", Scope.CUSTOMERS_WRITE, tag="Customers",
           body=ContactPointNew, answer=CustomerShown, status=201)  # fmt: skip
def address_added(who: Caller, number: int, body: ContactPointNew) -> Answer:
    """Add an address. It stays unverified until the customer has proved it."""
    records.add_address(desk(), who.actor, number, body.kind, body.value)
    return one(who, number)


@operation("DELETE", "/customers/{number}/contact-points/{point_number}", Scope.CUSTOMERS_WRITE,
           tag="Customers", status=204, errors=(409,))  # fmt: skip
def address_removed(who: Caller, number: int, point_number: int) -> Answer:
    """Remove an address that no message used."""
    records.remove_address(desk(), who.actor, number, point_number)
    return None
