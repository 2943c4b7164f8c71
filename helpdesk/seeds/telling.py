"""Telling the stories: all at once, each step in its place in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from helpdesk.actions.agents import actor_by_email
from helpdesk.desk import Desk
from helpdesk.models import Envelope, Inbox, Message
from helpdesk.seeds.agent_steps import Note, Reply
from helpdesk.seeds.chronicle import Chronicle, span
from helpdesk.seeds.company import COLLEAGUES
from helpdesk.seeds.customer_steps import Chat, Mail, MissedCall, Text, Voicemail
from helpdesk.seeds.scene import Scene, Story

SPEECH = (Mail, Chat, Text, Voicemail, MissedCall, Reply, Note)


def tell(desk: Desk, place: Bookmark, moment: datetime, report: Callable[[int], object]) -> None:
    """Play the steps of all stories in the order of their times, so that numbers and ids grow
    with time as they would have; then set the times."""
    scenes = _scenes(desk, place.stories)
    chronicle = Chronicle(desk)
    for at, story, number in _in_time(place.stories, moment):
        scene = scenes[story.slug]
        scene.turn_to(number, at)
        story.steps[number].play(scene)
        chronicle.note(scene)
        if number == 0 and story.slug not in place.begun:
            report(1)
    chronicle.write()


def _in_time(stories: Sequence[Story], moment: datetime) -> list[tuple[datetime, Story, int]]:
    steps = [
        (moment - span(step.ago), story, number)
        for story in stories
        for number, step in enumerate(story.steps)
    ]
    return sorted(steps, key=lambda entry: (entry[0], entry[1].slug, entry[2]))


def _scenes(desk: Desk, stories: Sequence[Story]) -> dict[str, Scene]:
    actors = {colleague.email: actor_by_email(desk, colleague.email) for colleague in COLLEAGUES}
    with desk.read() as session:
        rows = session.scalars(select(Inbox).where(Inbox.active).order_by(Inbox.id.desc()))
        inboxes = {inbox.channel: inbox.id for inbox in rows}
    return {story.slug: Scene(desk, story.slug, inboxes, actors) for story in stories}


@dataclass(frozen=True, slots=True)
class Bookmark:
    """What is still to be told; ``begun`` are the slugs that a broken-off planting began."""

    stories: tuple[Story, ...]
    begun: frozenset[str]

    @property
    def unbegun(self) -> int:
        return len(self.stories) - len(self.begun)


def bookmark(desk: Desk, stories: Sequence[Story]) -> Bookmark:
    """The stories whose last words are not on the desk."""
    known = _known_words(desk)
    rest = tuple(story for story in stories if _last_words(story) not in known)
    return Bookmark(rest, frozenset(s.slug for s in rest if f"seed:{s.slug}:0" in known))


def _known_words(desk: Desk) -> set[str]:
    with desk.read() as session:
        ours = Envelope.key.like("seed:%")
        taken_in = session.scalars(select(Envelope.key).where(ours))
        tickets = select(Envelope.ticket_id).where(ours)
        said = session.scalars(
            select(Message.client_id).where(
                Message.ticket_id.in_(tickets), Message.client_id.like("seed-%")
            )
        )
        return {*taken_in, *(_key(client_id or "") for client_id in said)}


def _key(client_id: str) -> str:
    slug, _, number = client_id.removeprefix("seed-").rpartition("-")
    return f"seed:{slug}:{number}"


def _last_words(story: Story) -> str:
    number = max(n for n, step in enumerate(story.steps) if isinstance(step, SPEECH))
    return f"seed:{story.slug}:{number}"
