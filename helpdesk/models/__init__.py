"""The nouns. Importing this package knows them all."""

from helpdesk.models.api_token import ApiToken
from helpdesk.models.audit import AuditEvent, Change
from helpdesk.models.base import Base, now
from helpdesk.models.customer import (
    ContactPoint,
    Customer,
    MergeSuggestion,
    Organization,
    normalize,
)
from helpdesk.models.delivery import Delivery
from helpdesk.models.envelope import Envelope, EnvelopeState
from helpdesk.models.inbox import Inbox, MailboxPosition
from helpdesk.models.message import Attachment, Message
from helpdesk.models.order import Money, Order
from helpdesk.models.staff import Agent, Team, team_members
from helpdesk.models.ticket import (
    NotPossible,
    Participant,
    QueueGroup,
    Tag,
    Ticket,
    ticket_tags,
)

__all__ = [
    "Agent",
    "ApiToken",
    "Attachment",
    "AuditEvent",
    "Base",
    "Change",
    "ContactPoint",
    "Customer",
    "Delivery",
    "Envelope",
    "EnvelopeState",
    "Inbox",
    "MailboxPosition",
    "MergeSuggestion",
    "Message",
    "Money",
    "NotPossible",
    "Order",
    "Organization",
    "Participant",
    "QueueGroup",
    "Tag",
    "Team",
    "Ticket",
    "normalize",
    "now",
    "team_members",
    "ticket_tags",
]
