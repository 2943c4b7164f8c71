"""The demo shop, with the widget in it. Served only on a desk that has the demo inbox.

``?as=`` plays a customer who is logged in at the shop: the page then carries an identity that the
shop signs, as a real site would. ``?lang=`` chooses the widget's language.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import jwt
from flask import Blueprint, abort, render_template, request
from sqlalchemy import select

from channels.chat import ChatSettings
from helpdesk.extensions import match_locale
from helpdesk.models import Inbox
from helpdesk.web.current import desk

WIDGET = "demo"  # the key of the demo inbox
LASTS = 3600  # seconds that a shop's identity is good for


@dataclass(frozen=True, slots=True)
class Shopper:
    """A customer of the demo company (helpdesk/seeds), as the shop's own accounts know them."""

    name: str
    first_name: str
    email: str


CUSTOMERS = {
    "aleksandra": Shopper(
        "Aleksandra Wiśniewska-Montgomery", "Aleksandra", "aleksandra.wm@fjellpost.example"
    ),
    "jianguo": Shopper("王建国", "王建国", "wang.jianguo@gongga.example"),
    "jiaying": Shopper("林佳穎", "林佳穎", "chiaying.lin@yushan.example"),
}
LANGUAGES = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}

blueprint = Blueprint("demo", __name__)


@blueprint.get("/demo")
def shop() -> str:
    inbox = _inbox()
    secret = _secret(inbox)
    who = request.args.get("as", "") if secret else ""
    customer = CUSTOMERS.get(who)
    wanted = request.args.get("lang") or request.headers.get("Accept-Language", "")
    return render_template(
        "demo/shop.html", inbox=inbox.address, customer=customer, who=who if customer else "",
        customers=CUSTOMERS if secret else {}, languages=LANGUAGES,
        locale=match_locale(wanted).replace("_", "-"),
        identity=_identity(customer, secret) if customer else "",
    )  # fmt: skip


def _inbox() -> Inbox:
    with desk().read() as session:
        inbox = session.scalar(
            select(Inbox).where(Inbox.channel == "chat", Inbox.address == WIDGET, Inbox.active)
        )
    return inbox or abort(404)


def _secret(inbox: Inbox) -> str:
    settings = desk().settings_of(inbox)
    assert isinstance(settings, ChatSettings)
    return settings.identity_secret.get_secret_value()


def _identity(customer: Shopper, secret: str) -> str:
    """What the shop's own server would sign for whoever is logged in there."""
    claims = {
        "sub": customer.email,
        "name": customer.name,
        "email": customer.email,
        "exp": int(time.time()) + LASTS,
    }
    return jwt.encode(claims, secret, "HS256")
