"""The nouns. Importing this package knows them all."""

from helpdesk.models.agent_session import (
    AgentSession,
    PasswordLink,
    RecoveryCode,
    RolePolicy,
    SecondFactor,
)
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
from helpdesk.models.belonging import Belonging
from helpdesk.models.bot import BotTurn, TrainingCandidate, TurnKind, TurnState, Understanding
from helpdesk.models.business_hours import BusinessHours, Holiday
from helpdesk.models.complaint_reason import ComplaintReason
from helpdesk.models.custom_field import CustomField, FieldValue
from helpdesk.models.customer import (
    ContactPoint,
    Customer,
    MergeSuggestion,
    Organization,
    normalize,
)
from helpdesk.models.delivery import Delivery
from helpdesk.models.envelope import Envelope, EnvelopeState
from helpdesk.models.former_address import FormerAddress
from helpdesk.models.hygiene import SenderRule, StoredFilePolicy
from helpdesk.models.idempotent_reply import IdempotentReply
from helpdesk.models.import_run import ImportOutcome, ImportRun, RunState, RunTask
from helpdesk.models.inbox import Inbox, MailboxPosition
from helpdesk.models.macro import Macro, SavedReply
from helpdesk.models.mail_grant import MailGrant
from helpdesk.models.merge import CustomerMerge, Reindexing
from helpdesk.models.message import Attachment, Message
from helpdesk.models.one_time_code import OneTimeCode
from helpdesk.models.order import Money, Order
from helpdesk.models.reading import Notification, ReadMark
from helpdesk.models.reconciliation import Reconciliation
from helpdesk.models.record import CustomerNote, CustomerWord, Pool, Rewording, StageChange
from helpdesk.models.saved_view import SavedView
from helpdesk.models.sla import SlaClock, SlaPolicy
from helpdesk.models.staff import Agent, Team, team_members
from helpdesk.models.standing import Standing
from helpdesk.models.survey import Survey, SurveyAnswer, SurveyInbox, SurveyInvitation
from helpdesk.models.task import Reminder, Task
from helpdesk.models.ticket import (
    NotPossible,
    Participant,
    QueueGroup,
    Tag,
    Ticket,
    ticket_tags,
)
from helpdesk.models.ticket_link import LinkKind, TicketLink
from helpdesk.models.ticket_merge import MergedMessage, TicketMerge

__all__ = [
    "Agent",
    "AgentSession",
    "ApiToken",
    "Article",
    "ArticleRevision",
    "ArticleStatus",
    "ArticleText",
    "ArticleVote",
    "Attachment",
    "AuditEvent",
    "Base",
    "Belonging",
    "BotTurn",
    "BusinessHours",
    "Category",
    "Change",
    "ComplaintReason",
    "ContactPoint",
    "CustomField",
    "Customer",
    "CustomerMerge",
    "CustomerNote",
    "CustomerWord",
    "Delivery",
    "Envelope",
    "EnvelopeState",
    "FieldValue",
    "FormerAddress",
    "HelpVisit",
    "Holiday",
    "IdempotentReply",
    "ImportOutcome",
    "ImportRun",
    "Inbox",
    "IndexChange",
    "LinkKind",
    "Macro",
    "MailGrant",
    "MailboxPosition",
    "MergeSuggestion",
    "MergedMessage",
    "Message",
    "Money",
    "NotPossible",
    "Notification",
    "OneTimeCode",
    "Order",
    "Organization",
    "Participant",
    "PasswordLink",
    "Pool",
    "Question",
    "QueueGroup",
    "ReadMark",
    "Reconciliation",
    "RecoveryCode",
    "Reindexing",
    "Reminder",
    "Rewording",
    "RolePolicy",
    "RunState",
    "RunTask",
    "SavedReply",
    "SavedView",
    "SecondFactor",
    "SenderRule",
    "SlaClock",
    "SlaPolicy",
    "StageChange",
    "Standing",
    "StoredFilePolicy",
    "Survey",
    "SurveyAnswer",
    "SurveyInbox",
    "SurveyInvitation",
    "Synonyms",
    "Tag",
    "Task",
    "Team",
    "Ticket",
    "TicketLink",
    "TicketMerge",
    "TrainingCandidate",
    "TurnKind",
    "TurnState",
    "Understanding",
    "normalize",
    "now",
    "team_members",
    "ticket_tags",
]
