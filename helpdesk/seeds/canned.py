"""Saved replies and macros of the demo company, in the languages of its customers."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.actions import macros
from helpdesk.actions.agents import actor_by_email
from helpdesk.desk import Desk
from helpdesk.models import Macro, SavedReply
from helpdesk.rules.macro_steps import Steps
from helpdesk.seeds.company import MEI

REPLIES = (
    ("en", "Where the parcel is",
     "Hello {{customer.first_name}},\n\nyour parcel is on its way. I have asked the carrier where "
     "it is, and will write to you again by tomorrow noon.\n\nBest wishes\n{{agent.first_name}}"),
    ("en", "Send us a photo",
     "Hello {{customer.first_name}},\n\nplease answer this message with a photo of the damage and "
     "one of the label inside. Then we can decide about ticket {{ticket.number}} at once."
     "\n\nBest wishes\n{{agent.first_name}}"),
    ("zh_Hans", "包裹到哪里了",
     "{{customer.name}}，您好：\n\n您的包裹正在路上。我已经请快递公司查询，明天中午前再给您回复。"
     "\n\n{{agent.name}}"),
    ("zh_Hans", "请发照片",
     "{{customer.name}}，您好：\n\n请直接回复本消息，附上损坏处和内侧标签的照片各一张，"
     "我们马上处理工单 {{ticket.number}}。\n\n{{agent.name}}"),
)  # fmt: skip
MACROS = {
    "Refund is on its way": Steps(
        status="resolved",
        add_tags=("refund",),
        reply="Hello {{customer.first_name}},\n\nwe have sent your refund today. Your bank shows "
        "it within five working days.\n\nBest wishes\n{{agent.first_name}}",
    ),
    "退款已发出": Steps(
        status="resolved",
        add_tags=("refund",),
        reply="{{customer.name}}，您好：\n\n退款今天已经发出，五个工作日内到账。\n\n{{agent.name}}",
    ),
}


def plant_canned(desk: Desk) -> None:
    """Add what is missing, as everybody's; what somebody has rewritten stays as it is."""
    with desk.read() as session:
        texts = set(session.scalars(select(SavedReply.name).where(SavedReply.agent_id.is_(None))))
        known = set(session.scalars(select(Macro.name)))
    mei = actor_by_email(desk, MEI.email)
    for locale, name, text in REPLIES:
        if name not in texts:
            macros.save_reply(desk, mei, name, text, locale=locale, shared=True)
    for name, steps in MACROS.items():
        if name not in known:
            macros.save_macro(desk, mei, name, steps)
