"""No page is forgotten when it is tried whether everybody can use it (``tests/e2e``)."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

from tests.e2e.test_accessibility import PUBLIC, STAFF

E2E = Path(__file__).parent.parent / "e2e"

ELSEWHERE = {
    "/imports/<int:number>": "test_an_import_can_be_followed_by_everybody",
    "/login/code": "test_a_second_factor_that_one_chooses",
    "/login/second-factor": "test_a_second_factor_that_the_role_demands",
    "/tickets/<int:ticket_id>": "test_the_open_ticket_and_its_menus_can_be_used_by_everybody",
    "/views/filter": "test_the_open_ticket_and_its_menus_can_be_used_by_everybody",
    "/notifications": "test_the_open_ticket_and_its_menus_can_be_used_by_everybody",
    "/palette": "test_the_open_ticket_and_its_menus_can_be_used_by_everybody",
    "/help/suggestions": "test_suggestions_and_matches_can_be_used_by_everybody",
    "/help/matches": "test_suggestions_and_matches_can_be_used_by_everybody",
}
"""Pages, and parts that open in them, with the test that looks at them."""

PARTS = {
    "/changes/choices": "the menu of several tickets at once",
    "/corrections/choices": "options below a field",
    "/imports/<int:number>/progress": "a part of the import's page",
    "/tags": "options below a field",
    "/tickets/<int:ticket_id>/articles": "a card beside the ticket",
    "/tickets/<int:ticket_id>/recipients": "options below a field",
    "/tickets/<int:ticket_id>/saved-replies": "options above the composer",
    "/tickets/<int:ticket_id>/transcript": "news of an open ticket",
}
NO_PAGES = {
    "/": "leads to the queue",
    "/help": "leads to the help in a language",
    "/tickets/next-due": "leads to a ticket",
    "/settings/mail-accounts/callback": "leads back to the settings",
    "/settings/ledger/<int:envelope_id>/raw": "plain text",
    "/tickets/<int:ticket_id>/messages/<int:message_id>": "the customer's own HTML",
    "/assets/<name>": "a file", "/static/<path:filename>": "a file", "/widget.js": "a file",
    "/attachments/<int:attachment_id>/<path:name>": "a file", "/help/sitemap.xml": "a file",
    "/media/<token>/<int:attachment_id>": "a file",
    "/imports/<int:number>/report.<any(csv,xlsx):kind>": "a file",
    "/settings/audit/export.<any(csv,xlsx):kind>": "a file",
}  # fmt: skip
MACHINES = ("/api/", "/bot/", "/webhooks/", "/widget/", "/healthz", "/readyz", "/metrics")
"""What programs read; the chat in the widget is tried by ``tests/widget``."""


def test_every_page_is_tried_or_named_with_the_reason(app: Flask) -> None:
    tried = {_rule_of(app, address) for address in (*PUBLIC, *STAFF)}
    pages = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(MACHINES)
    }
    named = {*ELSEWHERE, *PARTS, *NO_PAGES}
    assert sorted(pages - tried - named) == []
    assert sorted(named - pages) == [], "named, and not there any more"


def _rule_of(app: Flask, address: str) -> str:
    path = address.partition("?")[0].format(tag="en", locale="en")
    rule, _values = app.url_map.bind("desk.example").match(path, return_rule=True)
    assert isinstance(rule, Rule)
    return rule.rule


def test_what_is_tried_elsewhere_is_tried_there() -> None:
    texts = "".join(file.read_text() for file in E2E.glob("test_*.py"))
    assert [name for name in ELSEWHERE.values() if f"def {name}(" not in texts] == []
