"""What each intent of the bot means, in words."""

from __future__ import annotations

from helpdesk.rules.bot_intents import INTENTS
from helpdesk.web.language import N_, _

WORDS = {
    "greet": N_("Says hello"),
    "goodbye": N_("Says goodbye"),
    "thanks": N_("Says thank you"),
    "affirm": N_("Says yes"),
    "deny": N_("Says no"),
    "who_are_you": N_("Asks who is answering"),
    "nevermind": N_("Changes their mind"),
    "not_helpful": N_("Was not helped by the answer"),
    "order_status": N_("Where an order is"),
    "change_order": N_("Change or cancel an order"),
    "open_ticket": N_("Leave a message"),
    "talk_to_human": N_("Talk to a person"),
    "anger": N_("Is angry"),
    "complaint": N_("Complains"),
    "return_item": N_("Send something back"),
    "exchange_item": N_("Exchange something"),
    "refund": N_("Get money back"),
    "delivery": N_("How and when we deliver"),
    "payment": N_("How to pay"),
    "invoice": N_("Invoices and receipts"),
    "size_advice": N_("Which size fits"),
    "product_care": N_("Look after a product"),
    "product_question": N_("Availability and choice of a product"),
    "warranty": N_("Warranty and repair"),
    "parcel_problem": N_("Something wrong with a parcel"),
    "discount": N_("Discounts and codes"),
    "opening_hours": N_("Opening hours"),
    "contact_details": N_("How to reach us"),
    "account": N_("Account and personal data"),
}


def intents() -> list[tuple[str, str]]:
    """Every intent with its meaning in the reader's language."""
    return [(name, _(WORDS[name])) for name in INTENTS]
