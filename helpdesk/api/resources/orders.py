"""Orders, as the shop keeps them: list, read, upsert."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from helpdesk.actions.upserts import upsert
from helpdesk.api.caller import Caller, desk
from helpdesk.api.operation import Answer, operation
from helpdesk.api.pages import Page, Paged, page_of, place
from helpdesk.api.reading import MOST_NUMBER, Asked, Line, Number
from helpdesk.api.resources.tickets import Email
from helpdesk.models import Order
from helpdesk.queries.customer_records import order_record, order_records
from helpdesk.rules.api_scope import Scope

State = Literal["placed", "packed", "shipped", "delivered", "returned", "cancelled"]
Amount = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,11}(\.[0-9]{1,2})?$")]


class OrderShown(BaseModel):
    model_config = ConfigDict(title="Order")

    id: int
    external_id: str
    customer_id: int
    summary: str
    placed_at: AwareDatetime
    amount: str = Field(description="In the major unit, with two decimals: `129.00`.")
    currency: str = Field(description="ISO 4217.")
    state: State


class OrderPage(Page[OrderShown]):
    pass


class OrdersWanted(Paged):
    customer_id: Number | None = None


class OrderSaid(Asked):
    """A new order needs its customer, `placed_at`, `amount` and `currency`; what is left out of
    one that is known stays."""

    customer_external_id: Line = ""
    email: Email | None = Field(None, description="Of the customer, where there is no id.")
    summary: Line = ""
    placed_at: AwareDatetime | None = None
    amount: Amount | None = None
    currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")] | None = None
    state: State | None = None


@operation("GET", "/orders", Scope.CUSTOMERS_READ, tag="Orders", query=OrdersWanted,
           answer=OrderPage)  # fmt: skip
def listed(who: Caller, query: OrdersWanted) -> Answer:
    """List orders, those added last first."""
    before = place(query.cursor, MOST_NUMBER)
    with desk().read() as session:
        rows = order_records(
            session, who.actor, before=before, limit=query.limit + 1, customer_id=query.customer_id
        )
        return page_of(OrderPage, rows, query.limit, shown, lambda row: row.id)


def shown(order: Order) -> OrderShown:
    return OrderShown(
        id=order.id, external_id=order.external_id, customer_id=order.customer_id,
        summary=order.summary, placed_at=order.placed_at,
        amount=str(Decimal(order.total.amount).quantize(Decimal("0.01"))),
        currency=order.total.currency, state=order.state,
    )  # fmt: skip


@operation("GET", "/orders/{external_id}", Scope.CUSTOMERS_READ, tag="Orders", answer=OrderShown)
def read(who: Caller, external_id: str) -> Answer:
    """Read an order by its number in the shop."""
    with desk().read() as session:
        return shown(order_record(session, who.actor, external_id))


@operation("PUT", "/orders/{external_id}", Scope.CUSTOMERS_WRITE, tag="Orders", body=OrderSaid,
           answer=OrderShown, errors=(409,))  # fmt: skip
def upserted(who: Caller, external_id: str, body: OrderSaid) -> Answer:
    """Make the order with this number, or bring it up to date. A repeat changes nothing."""
    cells = {
        name: [value.isoformat() if hasattr(value, "isoformat") else str(value)]
        for name, value in body.model_dump(exclude_none=True).items()
    }
    upsert(desk(), who.actor, "orders", {"external_id": [external_id], **cells})
    with desk().read() as session:
        return shown(order_record(session, who.actor, external_id.strip()))
