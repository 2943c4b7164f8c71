"""What the bot does: every action reads the talk, asks the desk where it must, and answers.

Nothing here writes: what is to be done stands in ``commands``, and the desk does it.
"""

from bot.actions.answers import Answer, NotUnderstood
from bot.actions.courtesy import (
    Affirm,
    CarryOn,
    Deny,
    Goodbye,
    Greet,
    Introduce,
    NeverMind,
    NotHelped,
    NoWords,
    OrderToTheBot,
    Thanks,
)
from bot.actions.handoff import HandOff
from bot.actions.orders import AskOrderNumber, AskOrderProof, TellOrder, ValidateOrderForm
from bot.actions.session import StartSession
from bot.actions.tickets import (
    AskTicketConfirmed,
    AskTicketEmail,
    AskTicketSubject,
    AskTicketText,
    SendTicket,
    ValidateTicketForm,
)

__all__ = [
    "Affirm",
    "Answer",
    "AskOrderNumber",
    "AskOrderProof",
    "AskTicketConfirmed",
    "AskTicketEmail",
    "AskTicketSubject",
    "AskTicketText",
    "CarryOn",
    "Deny",
    "Goodbye",
    "Greet",
    "HandOff",
    "Introduce",
    "NeverMind",
    "NoWords",
    "NotHelped",
    "NotUnderstood",
    "OrderToTheBot",
    "SendTicket",
    "StartSession",
    "TellOrder",
    "Thanks",
    "ValidateOrderForm",
    "ValidateTicketForm",
]
