"""The contact form: what a customer wrote becomes a mail of the email inbox, and so a ticket.

Nothing of it is proved: the mail carries no signature, so the address that was typed stays a
claim, as the address of any mail would.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from sqlalchemy import select

from helpdesk.actions import form_answers, intake
from helpdesk.actions.inboxes import email_inbox
from helpdesk.actions.intake import Outcome
from helpdesk.desk import Desk
from helpdesk.models import Inbox, now
from helpdesk.rules.article_words import one_line, without_controls


@dataclass(frozen=True, slots=True)
class ContactForm:
    """What was typed. ``form_id`` is the form's own random name: sending it twice is once.

    ``email`` is a plain ASCII address; ``language`` a BCP 47 tag; ``fields`` the values of custom
    fields of tickets, by key, as they are kept.
    """

    form_id: str
    email: str
    name: str
    subject: str
    text: str
    language: str
    source: str = "contact form"
    fields: Mapping[str, str] = field(default_factory=dict)


def send(desk: Desk, form: ContactForm) -> Outcome:
    """Take the form in by the walk of every contact. Safe to repeat."""
    inbox_id = email_inbox(desk)
    with desk.read() as session:
        address = session.scalars(select(Inbox.address).where(Inbox.id == inbox_id)).one()
    kept = intake.accept(
        desk,
        inbox_id,
        _mail(desk, form, address),
        key=f"form:{form.form_id}",
        meta={"source": form.source, **form_answers.meta(form.fields)},
    )
    return intake.attach(desk, kept.envelope_id)


def _mail(desk: Desk, form: ContactForm, to: str) -> bytes:
    host = urlsplit(desk.settings.url).hostname or "localhost"
    mail = EmailMessage(SMTP)
    mail["From"] = Address(one_line(form.name)[:100], addr_spec=form.email)
    mail["To"] = to
    mail["Subject"] = one_line(form.subject)
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = f"<form-{form.form_id}@{host}>"
    mail["Content-Language"] = form.language
    mail.set_content(without_controls(form.text))
    return mail.as_bytes()
