"""Organizations: list, read, upsert."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from helpdesk.actions.upserts import upsert
from helpdesk.api.caller import Caller, desk
from helpdesk.api.operation import Answer, operation
from helpdesk.api.pages import Page, Paged, page_of, place
from helpdesk.api.reading import MOST_NUMBER, Asked, Line, Name
from helpdesk.queries.customer_records import organization_record, organization_records
from helpdesk.rules.api_scope import Scope


class OrganizationShown(BaseModel):
    model_config = ConfigDict(title="Organization", from_attributes=True)

    id: int
    external_id: str | None
    name: str
    domain: str
    created_at: AwareDatetime


class OrganizationPage(Page[OrganizationShown]):
    pass


class OrganizationsWanted(Paged):
    q: Line = Field("", description="A part of the name.")


class OrganizationSaid(Asked):
    name: Name
    domain: Line = ""


@operation("GET", "/organizations", Scope.CUSTOMERS_READ, tag="Organizations",
           query=OrganizationsWanted, answer=OrganizationPage)  # fmt: skip
def listed(who: Caller, query: OrganizationsWanted) -> Answer:
    """List organizations, the newest first."""
    before = place(query.cursor, MOST_NUMBER)
    with desk().read() as session:
        rows = organization_records(
            session, who.actor, before=before, limit=query.limit + 1, words=query.q
        )
        return page_of(OrganizationPage, rows, query.limit, OrganizationShown.model_validate,
                       lambda row: row.id)  # fmt: skip


@operation("GET", "/organizations/{number}", Scope.CUSTOMERS_READ, tag="Organizations",
           answer=OrganizationShown)  # fmt: skip
def read(who: Caller, number: int) -> Answer:
    """Read an organization."""
    with desk().read() as session:
        return OrganizationShown.model_validate(organization_record(session, who.actor, number))


@operation("PUT", "/organizations/by-external-id/{external_id}", Scope.CUSTOMERS_WRITE,
           tag="Organizations", body=OrganizationSaid, answer=OrganizationShown,
           errors=(409,))  # fmt: skip
def upserted(who: Caller, external_id: str, body: OrganizationSaid) -> Answer:
    """Make the organization with this external id, or bring it up to date. A repeat changes
    nothing."""
    cells = {"external_id": [external_id], "name": [body.name], "domain": [body.domain]}
    return read(who, upsert(desk(), who.actor, "organizations", cells).id)
