"""One trial for each walk: what begins it, what the world outside does after a death (it had no
answer, so it tries again), and what must then be true of it."""

from __future__ import annotations

import json
import smtplib
import time
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from email import policy
from email.message import EmailMessage
from random import Random
from typing import Any

from sqlalchemy import select

from channels.phone import PhoneChannel, PhoneSettings
from channels.sms import SmsChannel, SmsSettings
from helpdesk.actions import deliveries, inboxes, ingest, intake
from helpdesk.desk import Desk
from helpdesk.jobs.deliver import deliver
from helpdesk.models import Attachment, Delivery, Envelope, Inbox, Message
from helpdesk.rules.actor import SYSTEM
from tests.channels.twilio.desk import Desk as Listening
from tests.promises import walks
from tests.promises.aftermath import nothing_waits, seqs_of
from tests.promises.victims import End, Victims
from tests.promises.walks import Task
from tests.servers.dovecot import DovecotServer, Mailbox
from tests.servers.ports import HOST, free_port
from tests.servers.smtp_sink import SmtpSink
from tests.standins.twilio import TwilioStandIn

SUPPORT = "support@tarnfold.example"


def picture(number: object) -> bytes:
    """One of its own for each run; with it a mail is kept in the file store, not in its row."""
    return Random(str(number)).randbytes(210_000)


def label(number: object) -> bytes:
    return f"%PDF-1.7 return label {number}".encode()


def encoded(raw: bytes) -> str:
    return b64encode(raw).decode()


def mail(number: str, *, answers: str = "", file: bytes = b"") -> bytes:
    message = EmailMessage()
    message["From"] = f"Ann <{sender(number)}>"
    message["To"] = SUPPORT
    message["Subject"] = f"Tent pole {number}"
    message["Message-ID"] = f"<{number}@fjell.example>"
    if answers:
        message["In-Reply-To"] = f"<{answers}@fjell.example>"
    message.set_content(f"The tent pole snapped. {number}")
    if file:
        message.add_attachment(file, maintype="image", subtype="png", filename="pole.png")
    return message.as_bytes(policy=policy.SMTP)


def sender(number: str) -> str:
    return f"ann-{number.partition('b')[0]}@fjell.example"


class Trial:
    """One walk, walked many times over one desk: each time with customers of its own."""

    walk = ""
    has_own_steps = True  # no other trial takes the same ones

    def __init__(self, desk: Desk, victims: Victims) -> None:
        self.desk, self.victims = desk, victims
        self.runs = 0
        self.task: Task = {}

    def run(self, kill_at: int | None = None) -> End:
        """Walk until the death; afterwards a fresh process recovers and the world tries again."""
        self.runs += 1
        self.task = self.begin(f"{self.runs}")
        end = self.death(kill_at)
        self.walk_on("recover")
        nothing_waits(self.desk)  # before the world's next try could hide that
        self.repeat()
        return end

    def death(self, kill_at: int | None) -> End:
        return self.walk_on(self.walk, kill_at)

    def walk_on(self, walk: str, kill_at: int | None = None, **more: Any) -> End:
        settings = self.desk.settings
        return self.victims.walk(
            walk,
            kill_at,
            database_url=settings.database_url,
            data_dir=str(settings.data_dir),
            secret=settings.secret_key.get_secret_value(),
            **self.task | more,
        )

    def begin(self, number: str) -> Task:
        raise NotImplementedError

    def repeat(self) -> None:
        raise NotImplementedError

    def check(self) -> None:
        raise NotImplementedError

    # what most of them ask

    def messages(self, *condition: Any) -> Sequence[Message]:
        with self.desk.read() as session:
            return session.scalars(select(Message).where(*condition).order_by(Message.id)).all()

    def deliveries(self, message: Message) -> Sequence[Delivery]:
        with self.desk.read() as session:
            return session.scalars(
                select(Delivery).where(Delivery.message_id == message.id).order_by(Delivery.id)
            ).all()

    def files(self, message: Message) -> Sequence[Attachment]:
        with self.desk.read() as session:
            return session.scalars(
                select(Attachment).where(Attachment.message_id == message.id)
            ).all()

    def both_mails_are_there_once(self, number: str) -> None:
        ids = [f"<{number}@fjell.example>", f"<{number}b@fjell.example>"]
        found = self.messages(Message.message_id.in_(ids))
        assert [m.message_id for m in found] == ids
        assert [m.seq for m in found] == [1, 2]
        assert len({m.ticket_id for m in found}) == 1
        (file,) = self.files(found[0])
        assert self.desk.files.read(file.sha256) == picture(self.runs)

    def envelopes(self, inbox: int) -> Sequence[Envelope]:
        with self.desk.read() as session:
            return session.scalars(select(Envelope).where(Envelope.inbox_id == inbox)).all()


class MailIn(Trial):
    """A mail with a picture and its customer's afterthought, handed in as bytes."""

    walk = "in"

    def begin(self, number: str) -> Task:
        self.mails = [mail(number, file=picture(number)), mail(f"{number}b", answers=number)]
        self.inbox = inboxes.email_inbox(self.desk, SUPPORT)
        return {"inbox": self.inbox, "mails": [encoded(each) for each in self.mails]}

    def repeat(self) -> None:
        for each in self.mails * 2:
            outcome = ingest.ingest_mail(self.desk, self.inbox, each)
        assert outcome.outcome == "duplicate"

    def check(self) -> None:
        self.both_mails_are_there_once(str(self.runs))
        assert len(self.envelopes(self.inbox)) == 2 * self.runs


class MailboxIn(Trial):
    """The same two mails in a real mailbox; afterwards it is followed again."""

    walk = "imap"

    def __init__(self, desk: Desk, victims: Victims, dovecot: DovecotServer) -> None:
        super().__init__(desk, victims)
        self.dovecot = dovecot
        self.inbox: int | None = None

    def begin(self, number: str) -> Task:
        self.close()
        mailbox = self.dovecot.mailbox()
        for each in (mail(number, file=picture(number)), mail(f"{number}b", answers=number)):
            mailbox.deliver(each)
        self.inbox = self._inbox_over(mailbox)
        return {"inbox": self.inbox, "last_uid": 2}

    def _inbox_over(self, mailbox: Mailbox) -> int:
        return inboxes.add_inbox(
            self.desk,
            SYSTEM,
            channel="email",
            address=mailbox.user,
            name="Support",
            settings={
                "imap_host": mailbox.host,
                "imap_port": mailbox.imap_port,
                "imap_user": mailbox.user,
                "imap_password": mailbox.password,
                "imap_security": "none",
            },
        )

    def close(self) -> None:
        """The mailbox of the last run is proved: it need not be asked again each time."""
        if self.inbox is not None:
            with self.desk.write() as session:
                session.get_one(Inbox, self.inbox).active = False

    def repeat(self) -> None:
        self.walk_on("imap")

    def check(self) -> None:
        self.both_mails_are_there_once(str(self.runs))
        assert len(self.envelopes(self.inbox or 0)) == 2


class RestoredMailboxIn(MailboxIn):
    """Each mail comes twice, by two routes; when the first one was taken in, the mailbox comes
    back under other numbers. The walk reads all of it again, and the second mail."""

    has_own_steps = False

    def begin(self, number: str) -> Task:
        self.close()
        mailbox = self.dovecot.mailbox()
        self.inbox = self._inbox_over(mailbox)
        _deliver_twice(mailbox, mail(number, file=picture(number)))
        self.walk_on("imap", inbox=self.inbox, last_uid=2)
        mailbox.change_uidvalidity()
        _deliver_twice(mailbox, mail(f"{number}b", answers=number))
        return {"inbox": self.inbox, "last_uid": 4}

    def check(self) -> None:
        self.both_mails_are_there_once(str(self.runs))
        assert len(self.envelopes(self.inbox or 0)) == 2 + 4


def _deliver_twice(mailbox: Mailbox, raw: bytes) -> None:
    mailbox.deliver(raw)
    mailbox.deliver(b"Received: from backup.fjell.example by mx.tarnfold.example\r\n" + raw)


class ListenerIn(Trial):
    """A mail by SMTP: its sender tries again until the desk has said that it is stored."""

    walk = "listener"
    refusals = 0  # the desk did not say that it has the mail

    def begin(self, number: str) -> Task:
        inboxes.email_inbox(self.desk, SUPPORT)
        self.mail = mail(number, file=picture(number))
        self.port = free_port()
        self.over = self.desk.settings.data_dir / "no-more-mail"
        self.over.unlink(missing_ok=True)
        return {"smtp_listen": f"{HOST}:{self.port}"}

    def death(self, kill_at: int | None) -> End:
        return self._listen_while_it_is_sent(kill_at)

    def _listen_while_it_is_sent(self, kill_at: int | None) -> End:
        settings = self.desk.settings
        self.victims.send(
            "listener",
            kill_at,
            database_url=settings.database_url,
            data_dir=str(settings.data_dir),
            secret=settings.secret_key.get_secret_value(),
            **self.task,
        )
        self.stored = self._send()
        self.over.touch()
        return self.victims.end()

    def _send(self) -> bool:
        """Whether the desk said that it has the mail."""
        with suppress(smtplib.SMTPException, OSError), self._connected() as client:
            return client.sendmail("ann@fjell.example", [SUPPORT], self.mail) == {}
        self.refusals += 1
        return False

    def _connected(self) -> smtplib.SMTP:
        deadline = time.monotonic() + 10
        while True:
            try:
                return smtplib.SMTP(HOST, self.port, timeout=10)
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, "nobody listens"
                time.sleep(0.005)

    def repeat(self) -> None:
        if self.stored:
            return
        self.over.unlink(missing_ok=True)
        assert self._listen_while_it_is_sent(None).status == 0
        assert self.stored

    def check(self) -> None:
        (message,) = self.messages(Message.message_id == f"<{self.runs}@fjell.example>")
        assert message.seq == 1
        (file,) = self.files(message)
        assert self.desk.files.read(file.sha256) == picture(self.runs)


class ReplyOut(Trial):
    """A reply with a file by mail, to a real SMTP server; the agent's page sends it again."""

    walk = "out"

    def __init__(self, desk: Desk, victims: Victims, sink: SmtpSink) -> None:
        super().__init__(desk, victims)
        self.sink = sink
        self.inbox = inboxes.add_inbox(
            desk,
            SYSTEM,
            channel="email",
            address=SUPPORT,
            name="Support",
            settings={"smtp_host": sink.host, "smtp_port": sink.port, "smtp_security": "none"},
        )

    def begin(self, number: str) -> Task:
        self.recipient = sender(number)
        return self._answer(ingest.ingest_mail(self.desk, self.inbox, mail(number)).ticket)

    def _answer(self, ticket: int | None) -> Task:
        return {
            "ticket": ticket,
            "text": "A new one is on its way.",
            "client_id": f"tab-{self.runs}",
            "files": [encoded(label(self.runs))],
        }

    def repeat(self) -> None:
        walks.say(self.desk, self.task)
        walks.let_time_pass(self.desk)
        while due := deliveries.due(self.desk):
            for delivery in due:
                deliver(self.desk, delivery)

    def said(self) -> Message:
        (message,) = self.messages(Message.client_id == self.task["client_id"])
        assert seqs_of(self.desk, message.ticket_id) == [1, 2]
        return message

    def mails(self) -> list[EmailMessage]:
        return [m.message for m in self.sink.messages if m.recipients == [self.recipient]]

    def check(self) -> None:
        message = self.said()
        (delivery,) = self.deliveries(message)
        assert (delivery.state, delivery.due_at, delivery.lease_until) == ("sent", None, None)
        self.it_left_under_one_message_id(message)

    def it_left_under_one_message_id(self, message: Message) -> None:
        mails = self.mails()
        assert 1 <= len(mails) <= 2  # one death doubles a mail at most once
        assert {each["Message-ID"] for each in mails} == {message.message_id}
        for each in mails:
            (file,) = each.iter_attachments()
            assert file.get_content() == label(self.runs)


class TextOut(ReplyOut):
    """A reply by SMS: after a death while it was sent, nobody sends it again by himself."""

    def __init__(self, desk: Desk, victims: Victims, sink: SmtpSink, twilio: TwilioStandIn) -> None:
        super().__init__(desk, victims, sink)
        self.twilio = twilio
        self.sms = add_twilio_inbox(desk, twilio, "sms")

    def begin(self, number: str) -> Task:
        self.recipient = f"+447911{self.runs:06}"
        (post,) = texted(self.twilio, self.recipient, "Where is it?")
        task = self._answer(posted(self.desk, self.sms, post).ticket)
        return {**task, "files": []}

    def check(self) -> None:
        message = self.said()
        (delivery,) = self.deliveries(message)
        assert (delivery.due_at, delivery.lease_until) == (None, None)
        sent = [each for each in self.twilio.sent if each.to == self.recipient]
        if delivery.state == "sent":
            assert len(sent) == 1
            return
        assert delivery.state == "unknown"
        assert "may or may not" in delivery.reason
        assert len(sent) <= 1
        for each in sent:
            self.news_settles_it(each, delivery)

    def news_settles_it(self, sent: Any, delivery: Delivery) -> None:
        """The provider's receipt names our delivery, though its answer was lost."""
        self.twilio.settle()
        form = sent.news(self.twilio.account_sid)
        settings = sms_settings(self.twilio)
        with Listening(SmsChannel(), settings) as listening:
            _, _, query = sent.status_callback.partition("?")
            self.twilio.post(f"{listening.url}/status?{query}", form)
            for post in posts(listening):
                posted(self.desk, self.sms, post)
        with self.desk.read() as session:
            assert session.get_one(Delivery, delivery.id).state == "delivered"


class ChatOut(ReplyOut):
    """An answer in the chat whose visitor has left: it follows by mail, once."""

    def __init__(self, desk: Desk, victims: Victims, sink: SmtpSink) -> None:
        super().__init__(desk, victims, sink)
        self.chat = inboxes.add_inbox(desk, SYSTEM, channel="chat", address="shop", name="Shop")

    def begin(self, number: str) -> Task:
        self.recipient = sender(number)
        claim = {"kind": "email", "value": self.recipient, "proof": "signed"}
        post = chatted(number, 1, claims=[claim])
        return self._answer(posted(self.desk, self.chat, post).ticket)

    def check(self) -> None:
        message = self.said()
        chat, follow_up = self.deliveries(message)
        assert (chat.channel, chat.state, chat.due_at) == ("chat", "queued", None)
        assert (follow_up.channel, follow_up.state) == ("email", "sent")
        self.it_left_under_one_message_id(message)


class PostsIn(Trial):
    """What a page or a provider posts; without an answer they post it again."""

    walk = "webhooks"
    inbox: int

    def repeat(self) -> None:
        for post in self.task["posts"]:
            posted(self.desk, self.inbox, post)
        self.walk_on("recover")  # the files that a late message names

    def envelopes_are_one_a_post(self) -> None:
        keys = [post["key"] for post in self.task["posts"]]
        found = [e.key for e in self.envelopes(self.inbox) if e.key in keys]
        assert sorted(found) == sorted(keys)


class ChatIn(PostsIn):
    """Two messages of a visitor: the first with a file, too large to be taken in at once."""

    walk = "chat"

    def __init__(self, desk: Desk, victims: Victims) -> None:
        super().__init__(desk, victims)
        self.inbox = inboxes.add_inbox(desk, SYSTEM, channel="chat", address="shop", name="Shop")

    def begin(self, number: str) -> Task:
        file = {"name": "pole.png", "type": "image/png", "data": encoded(picture(number))}
        first = chatted(number, 1, files=[file])
        return {"inbox": self.inbox, "posts": [first, chatted(number, 2)]}

    def repeat(self) -> None:
        self.walk_on("chat")

    def check(self) -> None:
        self.envelopes_are_one_a_post()
        first, second = self.messages(Message.client_id.like(f"message-{self.runs:04}-%"))
        assert (first.seq, second.seq, first.ticket_id) == (1, 2, second.ticket_id)
        (file,) = self.files(first)
        assert self.desk.files.read(file.sha256) == picture(self.runs)


class TextIn(PostsIn):
    """A text message with a picture, which is fetched from the provider."""

    channel = "sms"

    def __init__(self, desk: Desk, victims: Victims, twilio: TwilioStandIn) -> None:
        super().__init__(desk, victims)
        self.twilio = twilio
        self.inbox = add_twilio_inbox(desk, twilio, self.channel)

    def begin(self, number: str) -> Task:
        self.number = f"+447911{self.runs:06}"
        return {"inbox": self.inbox, "posts": self.said()}

    def said(self) -> list[Task]:
        return texted(self.twilio, self.number, "It snapped.", [("image/png", picture(self.runs))])

    def check(self) -> None:
        self.envelopes_are_one_a_post()
        (message,) = self.messages(Message.author_address == self.number)
        assert (message.text, message.seq) == ("It snapped.", 1)
        (file,) = self.files(message)
        assert self.desk.files.read(file.sha256) == picture(self.runs)


class CallIn(TextIn):
    """A call that left a voicemail and, later, its words: four webhooks, one message."""

    channel = "phone"

    def said(self) -> list[Task]:
        settings = PhoneSettings(**twilio_account(self.twilio))
        with Listening(PhoneChannel(), settings) as listening:
            self.twilio.place_call(listening.url, self.number, transcript="It snapped.", seconds=3)
            return posts(listening)

    def check(self) -> None:
        assert len(self.task["posts"]) == 4
        self.envelopes_are_one_a_post()
        (message,) = self.messages(Message.author_address == self.number)
        assert (message.text, message.seq) == ("It snapped.", 1)
        (file,) = self.files(message)
        assert (file.name, file.state) == ("voicemail.mp3", "stored")
        assert message.facts["call"]["voicemail_seconds"] == 3


# what is posted


def chatted(number: str, count: int, **more: Any) -> Task:
    said = {
        "visitor": f"v_{int(number):032}",
        "client_id": f"message-{int(number):04}-{count}",
        "text": f"Hello {count}",
        **more,
    }
    key = f"{said['visitor']}:{said['client_id']}"
    return {"raw": encoded(json.dumps(said).encode()), "key": key, "meta": {}}


def texted(
    twilio: TwilioStandIn, sender: str, words: str, media: Sequence[tuple[str, bytes]] = ()
) -> list[Task]:
    with Listening(SmsChannel(), sms_settings(twilio)) as listening:
        assert twilio.send_sms(f"{listening.url}/message", sender, words, media).status == 200
        return posts(listening)


def posts(listening: Listening) -> list[Task]:
    return [
        {"raw": encoded(envelope.raw), "key": key, "meta": dict(envelope.meta)}
        for key, envelope in listening.envelopes.items()
    ]


def posted(desk: Desk, inbox: int, post: Task) -> intake.Outcome:
    raw = walks.b64decode(post["raw"])
    kept = intake.accept(desk, inbox, raw, key=post["key"], meta=post["meta"])
    return intake.attach(desk, kept.envelope_id)


def twilio_account(twilio: TwilioStandIn) -> dict[str, Any]:
    return {
        "account_sid": twilio.account_sid,
        "auth_token": twilio.auth_token,
        "api_base_url": twilio.url,
    }


def sms_settings(twilio: TwilioStandIn) -> SmsSettings:
    return SmsSettings(**twilio_account(twilio))


def add_twilio_inbox(desk: Desk, twilio: TwilioStandIn, channel: str) -> int:
    return inboxes.add_inbox(
        desk,
        SYSTEM,
        channel=channel,
        address="+12025550142",
        name=channel,
        settings=twilio_account(twilio),
    )
