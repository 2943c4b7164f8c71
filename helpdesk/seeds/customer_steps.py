"""What customers do in a story: each comes in by the walk that a real contact takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from channels.message import InboundFile
from helpdesk.actions import media
from helpdesk.actions.inboxes import DEFAULT_ADDRESS
from helpdesk.models import Attachment, Message, Ticket
from helpdesk.rules.subject_tag import tagged
from helpdesk.seeds import raw
from helpdesk.seeds.company import trusted_server
from helpdesk.seeds.drawings import recording
from helpdesk.seeds.people import Person
from helpdesk.seeds.raw import File
from helpdesk.seeds.scene import Scene

RECORDINGS = "https://api.twilio.com/2010-04-01/Recordings"


@dataclass(frozen=True)
class Mail:
    """A mail. Without a subject it answers our last one, which it quotes."""

    ago: str
    who: Person
    text: str
    subject: str = ""
    cc: str = ""
    files: tuple[File, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    proved: bool = True  # the receiving server says that DMARC passed

    def play(self, scene: Scene) -> None:
        subject, text = self.subject, self.text
        answers = scene.said.message_id if scene.said and not subject else ""
        if answers:
            subject = self._answered_subject(scene)
            text = f"{text}\n\n{_quoted(scene, scene.at)}\n"
        domain = self.who.email.rpartition("@")[2]
        scene.take_in(
            "email",
            raw.mail(
                self.who,
                text,
                subject=subject,
                to=DEFAULT_ADDRESS,
                answers=answers,
                cc=self.cc,
                message_id=f"<{scene.slug}.{scene.number}@{domain}>",
                at=scene.at,
                files=self.files,
                server=trusted_server(scene.desk),
                headers=self.headers,
                proved=self.proved,
            ),
        )

    def _answered_subject(self, scene: Scene) -> str:
        with scene.desk.read() as session:
            subject = session.get_one(Ticket, scene.ticket).subject
        return tagged(f"Re: {subject}", scene.ticket)


def _quoted(scene: Scene, at: datetime) -> str:
    assert scene.said is not None
    with scene.desk.read() as session:
        ours = session.scalars(
            select(Message).where(Message.ticket_id == scene.ticket, Message.seq == scene.said.seq)
        ).one()
    lines = "\n".join(f"> {line}" for line in ours.text.splitlines())
    return f"On {at:%a, %d %b %Y}, {ours.author_name} <{DEFAULT_ADDRESS}> wrote:\n{lines}"


@dataclass(frozen=True)
class Chat:
    """A message in the widget. ``signed_in``: the shop says who it is."""

    ago: str
    who: Person
    text: str
    signed_in: bool = True
    page: str = "https://shop.tarnfold.example/"
    files: tuple[File, ...] = ()

    def play(self, scene: Scene) -> None:
        scene.take_in(
            "chat",
            raw.chat(
                self.who,
                self.text,
                visitor=raw.visitor_id(scene.slug),
                client_id=f"seed-{scene.slug}-{scene.number}",
                signed_in=self.signed_in,
                page=self.page,
                files=self.files,
            ),
        )


@dataclass(frozen=True)
class Text:
    """A text message."""

    ago: str
    who: Person
    text: str

    def play(self, scene: Scene) -> None:
        scene.take_in(
            "sms", raw.text_message(self.who.phone, self.text, scene.key), event="message"
        )


@dataclass(frozen=True)
class Voicemail:
    """A call that nobody took, with what was left on the tape."""

    ago: str
    who: Person
    seconds: int
    words: str

    def play(self, scene: Scene) -> None:
        phone, key = self.who.phone, scene.key
        url = f"{RECORDINGS}/{raw.provider_id('RE', key)}"
        scene.take_in("phone", raw.voicemail(phone, self.seconds, url, key), event="recorded")
        self._fetch_recording(scene)
        scene.take_in(
            "phone", raw.transcript(phone, self.words, key), key=f"{key}:words", event="transcribed"
        )

    def _fetch_recording(self, scene: Scene) -> None:
        """The provider would be asked for it: here it is drawn."""
        with scene.desk.read() as session:
            pending = session.scalars(
                select(Attachment.id)
                .join(Message, Message.id == Attachment.message_id)
                .where(
                    Message.ticket_id == scene.ticket,
                    Message.seq == scene.seq,
                    Attachment.state == "pending",
                )
            ).all()
        for attachment in pending:
            media.fetched(
                scene.desk,
                attachment,
                InboundFile("voicemail.wav", "audio/wav", recording(self.seconds)),
            )


@dataclass(frozen=True)
class MissedCall:
    """A call that ended before anybody took it."""

    ago: str
    who: Person
    seconds: int = 19

    def play(self, scene: Scene) -> None:
        scene.take_in(
            "phone", raw.missed_call(self.who.phone, self.seconds, scene.key), event="status"
        )
