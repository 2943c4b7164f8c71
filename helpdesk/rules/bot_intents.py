"""The intents that the bot is taught: what a correction may choose from.

Those of bot/data/nlu; the others of its domain are given by bot/entry.py, not learnt.
"""

from __future__ import annotations

INTENTS = (
    "greet",
    "goodbye",
    "thanks",
    "affirm",
    "deny",
    "who_are_you",
    "nevermind",
    "not_helpful",
    "order_status",
    "change_order",
    "open_ticket",
    "talk_to_human",
    "anger",
    "complaint",
    "return_item",
    "exchange_item",
    "refund",
    "delivery",
    "payment",
    "invoice",
    "size_advice",
    "product_care",
    "product_question",
    "warranty",
    "parcel_problem",
    "discount",
    "opening_hours",
    "contact_details",
    "account",
)
