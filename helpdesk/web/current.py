"""The desk that this request is served by, and who asks."""

from __future__ import annotations

from typing import cast

from flask import current_app, request
from flask_login import UserMixin, current_user

from helpdesk.desk import Desk
from helpdesk.queries.colleagues import Staff
from helpdesk.rules.actor import Actor


class SignedIn(UserMixin):
    """The agent of this session, as Flask-Login wants them."""

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        self.actor = staff.actor
        self.locale = staff.locale
        self.theme = staff.theme

    def get_id(self) -> str:
        """What the cookie keeps: the row of this session, and the epoch that ends them all."""
        return f"{self.staff.actor.id}:{self.staff.session_epoch}:{self.staff.session}"


def desk() -> Desk:
    return cast(Desk, current_app.extensions["desk"])


def me() -> Staff:
    """The agent who is signed in; only for pages behind the login."""
    return cast(SignedIn, current_user).staff


def actor() -> Actor:
    return me().actor


def is_of_another() -> bool:
    """Whether the page that asks was drawn for another agent than the one who is signed in now."""
    page_of = request.headers.get("Desk-Agent", "")
    return bool(page_of) and page_of != str(actor().id)


def wants_fragment() -> bool:
    """Whether a script asks, which shows a part of a page in place."""
    return "HX-Request" in request.headers
