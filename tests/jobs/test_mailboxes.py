"""One setting bounds a mail, by whichever way it comes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpdesk.actions import inboxes
from helpdesk.config import Settings
from helpdesk.desk import Desk, open_desk
from helpdesk.jobs.mailboxes import Mailboxes
from helpdesk.models import Message
from helpdesk.rules.actor import SYSTEM
from tests.factories import Mail, receive
from tests.patience import eventually
from tests.servers.dovecot import Mailbox

MOST = 20_000  # bytes
LARGE = Mail(text="Every word of it.\r\n" * 3_000, message_id="<large@fjell.example>")
SMALL = Mail(message_id="<small@fjell.example>")


@pytest.fixture
def narrow(settings: Settings) -> Iterator[Desk]:
    """A desk that reads mails of 20 kB at most."""
    desk = open_desk(settings.model_copy(update={"max_mail_bytes": MOST}))
    yield desk
    desk.database.close()


@pytest.fixture
def followed(narrow: Desk, mailbox: Mailbox) -> Iterator[Desk]:
    """That desk, with a mailbox that it follows; a large mail and a small one lie in it."""
    mailbox.deliver(bytes(LARGE))
    mailbox.deliver(bytes(SMALL))
    inboxes.add_inbox(
        narrow, SYSTEM, channel="email", address=mailbox.user, name="Support",
        settings={
            "imap_host": mailbox.host, "imap_port": mailbox.imap_port, "imap_user": mailbox.user,
            "imap_password": mailbox.password, "imap_security": "none",
        },
    )  # fmt: skip
    mailboxes = Mailboxes(narrow)
    mailboxes.start()
    yield narrow
    mailboxes.stop()


def test_of_a_mail_over_the_limit_the_mailbox_gives_the_beginning(followed: Desk) -> None:
    def taken() -> dict[str | None, Message]:
        with followed.read() as session:
            return {message.message_id: message for message in session.query(Message)}

    eventually(lambda: len(taken()) == 2)
    large, small = taken()[LARGE.message_id], taken()[SMALL.message_id]
    assert str(large.facts["truncated"]).endswith(" bytes")
    assert large.text.startswith("Every word of it.")
    assert len(large.text) < MOST < len(LARGE.text)
    assert "truncated" not in small.facts


def test_a_mail_over_the_limit_that_is_handed_in_is_quarantined_and_the_next_is_read(
    narrow: Desk,
) -> None:
    refused = receive(narrow, LARGE)
    assert refused.outcome == "quarantined"
    assert refused.reason == f"The mail has {len(bytes(LARGE)):,} bytes; {MOST:,} is the limit."
    assert receive(narrow, SMALL).outcome == "created"
