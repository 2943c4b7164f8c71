"""The nouns. Importing this package knows them all."""

from helpdesk.models.api_token import ApiToken
from helpdesk.models.article import (
    Article,
    ArticleRevision,
    ArticleStatus,
    ArticleText,
    ArticleVote,
    Category,
    HelpVisit,
    IndexChange,
    Question,
    Synonyms,
)
from helpdesk.models.audit import AuditEvent, Change
from helpdesk.models.base import Base, now
from helpdesk.models.bot import BotTurn, TrainingCandidate, TurnKind, TurnState, Understanding
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
    "Article",
    "ArticleRevision",
    "ArticleStatus",
    "ArticleText",
    "ArticleVote",
    "Attachment",
    "AuditEvent",
    "Base",
    "BotTurn",
    "Category",
    "Change",
    "ContactPoint",
    "Customer",
    "Delivery",
    "Envelope",
    "EnvelopeState",
    "HelpVisit",
    "Inbox",
    "IndexChange",
    "MailboxPosition",
    "MergeSuggestion",
    "Message",
    "Money",
    "NotPossible",
    "Order",
    "Organization",
    "Participant",
    "Question",
    "QueueGroup",
    "Synonyms",
    "Tag",
    "Team",
    "Ticket",
    "TrainingCandidate",
    "TurnKind",
    "TurnState",
    "Understanding",
    "normalize",
    "now",
    "team_members",
    "ticket_tags",
]
