"""Articles on a desk, found by its index; for tests that ask."""

from __future__ import annotations

from helpdesk.actions import articles, knowledge_index, shelves
from helpdesk.desk import Desk
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.article_words import Words

ARTICLES = {
    ("refund", "en"): Words(
        "When will I get my refund",
        "We pay refunds **within five days** of the return.\n\n## By card\n\nIt takes longer.",
        ("where is my money", "refund not here yet"),
    ),
    ("refund", "zh"): Words(
        "退款什么时候到账",
        "收到退货后五天内退款。\n\n## 信用卡\n\n需要更久。",
        ("我的钱什么时候退回来",),
    ),
    ("wash-down", "en"): Words(
        "Wash a down jacket",
        "Use a front loader, cold, with soap for down.\n\n- [Refunds](refund)",
        ("can the jacket go in the machine",),
    ),
    ("wash-down", "zh"): Words(
        "羽绒服怎么洗", "用滚筒洗衣机冷水洗，放羽绒专用洗涤剂。", ("羽绒服可以机洗吗",)
    ),
    ("shops", "zh"): Words("门店营业时间", "每天九点到十八点营业。", ("你们几点关门",)),
    ("pole", "en"): Words(
        "Repair a tent pole", "Push the sleeve over the break.", ("my pole snapped",)
    ),
}
SECRET = Words("Goodwill limits", "Grant up to 40 pounds as xylophone goodwill refund.", ())


def plant_library(desk: Desk, *, indexed: bool = True) -> None:
    """Some public articles, and "goodwill", which is for agents only."""
    category = shelves.name_category(desk, SYSTEM, "money", {"en": "Money", "zh": "钱款"})
    for (slug, lang), words in ARTICLES.items():
        articles.publish(desk, SYSTEM, articles.write(desk, SYSTEM, slug, lang, words))
    shelves.place(desk, SYSTEM, "refund", category_id=category, is_public=True)
    hidden = articles.write(desk, SYSTEM, "goodwill", "en", SECRET)
    shelves.place(desk, SYSTEM, "goodwill", category_id=category, is_public=False)
    articles.publish(desk, SYSTEM, hidden)
    if indexed:
        knowledge_index.catch_up_now(desk)
