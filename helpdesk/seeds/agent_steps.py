"""What agents do in a story, through the actions that their pages use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from channels.message import DeliveryState, Receipt
from helpdesk.actions import deliveries, intake, replies, tickets
from helpdesk.actions.inboxes import DEFAULT_ADDRESS
from helpdesk.models import Agent, Delivery, Team
from helpdesk.rules.status import Priority, Status
from helpdesk.seeds import raw
from helpdesk.seeds.company import Colleague
from helpdesk.seeds.scene import Scene


@dataclass(frozen=True)
class Reply:
    """A public reply. ``fate``: what became of it: sent, delivered, read, bounced, or Twilio's
    code for why a text was not delivered."""

    ago: str
    by: Colleague
    text: str
    channel: str | None = None
    fate: str = "delivered"

    def play(self, scene: Scene) -> None:
        said = replies.send(
            scene.desk,
            scene.actor(self.by),
            scene.ticket,
            self.text,
            channel=self.channel,
            client_id=f"seed-{scene.slug}-{scene.number}",
        )
        scene.has_said(said)
        for delivery in said.deliveries:
            self._deliver(scene, delivery)

    def _deliver(self, scene: Scene, delivery_id: int) -> None:
        """What the provider says to it; nothing leaves this machine."""
        with scene.desk.read() as session:
            delivery = session.get_one(Delivery, delivery_id)
        if delivery.due_at is None:
            return
        if delivery.channel == "sms":
            self._text_out(scene, delivery)
        elif self.fate == "bounced":
            self._take(scene, delivery, DeliveryState.SENT)
            self._bounce(scene, delivery)
        else:
            self._take(scene, delivery, DeliveryState(self.fate))

    def _take(self, scene: Scene, delivery: Delivery, state: DeliveryState, sid: str = "") -> None:
        deliveries.accepted(scene.desk, delivery.id, Receipt(state, provider_id=sid))

    def _text_out(self, scene: Scene, delivery: Delivery) -> None:
        sid = raw.provider_id("SM", scene.key)
        self._take(scene, delivery, DeliveryState.SENT, sid)
        status, code = ("delivered", "") if self.fate == "delivered" else ("undelivered", self.fate)
        news = raw.text_news(sid, delivery.recipient, status, code)
        self._hear(scene, "sms", news, f"status:{sid}:{status}", event="status")

    def _bounce(self, scene: Scene, delivery: Delivery) -> None:
        assert scene.said is not None
        news = raw.bounce(
            delivery.recipient,
            scene.said.message_id,
            to=DEFAULT_ADDRESS,
            key=f"bounce.{scene.slug}.{scene.number}",
            at=scene.at,
        )
        self._hear(scene, "email", news, f"{scene.key}:bounce")

    def _hear(self, scene: Scene, channel: str, news: bytes, key: str, **meta: str) -> None:
        kept = intake.accept(scene.desk, scene.inboxes[channel], news, key=key, meta=meta)
        intake.attach(scene.desk, kept.envelope_id)
        scene.envelope = kept.envelope_id


@dataclass(frozen=True)
class Note:
    """An internal note."""

    ago: str
    by: Colleague
    text: str

    def play(self, scene: Scene) -> None:
        said = replies.note(
            scene.desk,
            scene.actor(self.by),
            scene.ticket,
            self.text,
            client_id=f"seed-{scene.slug}-{scene.number}",
        )
        scene.seq = said.seq


@dataclass(frozen=True)
class Take:
    """The ticket goes to ``to``, or to whoever gives it."""

    ago: str
    by: Colleague
    to: Colleague | None = None

    def play(self, scene: Scene) -> None:
        with scene.desk.read() as session:
            agent = session.scalar(
                select(Agent.id).where(Agent.email == (self.to or self.by).email)
            )
        tickets.assign(scene.desk, scene.actor(self.by), scene.ticket, agent)


@dataclass(frozen=True)
class Move:
    """A transfer to another team."""

    ago: str
    by: Colleague
    team: str

    def play(self, scene: Scene) -> None:
        with scene.desk.read() as session:
            team = session.scalar(select(Team.id).where(Team.name == self.team))
        tickets.move_to_team(scene.desk, scene.actor(self.by), scene.ticket, team)


@dataclass(frozen=True)
class Sort:
    """What the ticket is about and how much it presses."""

    ago: str
    by: Colleague
    tags: tuple[str, ...] = ()
    priority: Priority | None = None
    subject: str = ""

    def play(self, scene: Scene) -> None:
        actor = scene.actor(self.by)
        if self.subject:
            tickets.set_subject(scene.desk, actor, scene.ticket, self.subject)
        if self.tags:
            tickets.set_tags(scene.desk, actor, scene.ticket, list(self.tags))
        if self.priority:
            tickets.set_priority(scene.desk, actor, scene.ticket, self.priority)


@dataclass(frozen=True)
class Stand:
    """The ticket is resolved, closed, reopened or put to waiting by hand."""

    ago: str
    by: Colleague
    status: Status
    reason: str = ""

    def play(self, scene: Scene) -> None:
        tickets.change_status(
            scene.desk, scene.actor(self.by), scene.ticket, self.status, reason=self.reason
        )


@dataclass(frozen=True)
class Snooze:
    """The ticket is put away until the morning in ``days`` days."""

    ago: str
    by: Colleague
    days: int
    reason: str = ""

    def play(self, scene: Scene) -> None:
        tickets.change_status(
            scene.desk,
            scene.actor(self.by),
            scene.ticket,
            Status.SNOOZED,
            until=morning(datetime.now(scene.at.tzinfo), self.days),
            reason=self.reason,
        )


def morning(now: datetime, days: int) -> datetime:
    """Nine o'clock, ``days`` days after ``now``."""
    return (now + timedelta(days=days)).replace(hour=9, minute=0, second=0, microsecond=0)
