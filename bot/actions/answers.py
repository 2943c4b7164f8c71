"""Routine questions, answered from the articles; and what happens when there is no answer."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from bot.actions import desk
from bot.actions.handoff import hand_off
from bot.actions.reply import Reply
from bot.actions.turn import Turn

MISSES = 2  # questions in a row without an answer before people take over
MAX_SUMMARY, MAX_SHORT_SUMMARY = 700, 220  # characters
_NUMBER = re.compile(r"^\D{0,12}([1-3１-３一二三])\D{0,6}$")
_NUMBERS = {"１": 1, "２": 2, "３": 3, "一": 1, "二": 2, "三": 3}


class Answer(Action):
    """Asks the desk's article search, with the customer's own words.

    To a mail the desk itself may suggest an article, once: that one fits is all that is said.
    """

    def name(self) -> str:
        return "action_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        turn = Turn(tracker)
        if turn.is_mail:
            Reply(turn).command("suggest").send(dispatcher)
            return []
        if chosen := _chosen(turn):
            return _show(dispatcher, turn, chosen, [chosen])
        try:
            found = await desk.search(turn, turn.text)
        except desk.DeskSilent:
            Reply(turn).say("trouble").send(dispatcher)
            return hand_off(dispatcher, turn, "no_answer")
        articles = list(found.get("articles") or [])
        asked = [] if turn.kept("pending") == "again" else [SlotSet("asked", turn.text[:500])]
        if found["outcome"] == "answer" and articles:
            return [*asked, *_show(dispatcher, turn, articles[0], articles)]
        if found["outcome"] == "offer" and articles:
            return [*asked, *_offer(dispatcher, turn, articles[:3])]
        return [*asked, *missed(dispatcher, turn, articles)]


class NotUnderstood(Action):
    """Where an article would not help: in the middle of a form, or when no rule fits."""

    def name(self) -> str:
        return "action_not_understood"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        return missed(dispatcher, Turn(tracker), [])


def missed(
    dispatcher: CollectingDispatcher, turn: Turn, articles: list[dict[str, Any]]
) -> list[EventType]:
    """Says so; the second time in a row people take over."""
    doubted = turn.intent == "nlu_fallback"
    misses = int(turn.kept("misses", 0)) + 1
    if misses >= MISSES:
        events = hand_off(dispatcher, turn, "not_understood" if doubted else "no_answer")
        waits = not any(event.get("name") == "ticket_form" for event in events)
        return [*events, *([FollowupAction("action_listen")] if waits else [])]
    reply = Reply(turn).say("not_understood" if doubted else "unknown").considered(articles)
    reply.buttons("person").send(dispatcher)
    return [SlotSet("misses", misses), SlotSet("pending", "again")]


def _show(
    dispatcher: CollectingDispatcher,
    turn: Turn,
    article: dict[str, Any],
    articles: list[dict[str, Any]],
) -> list[EventType]:
    longest = MAX_SHORT_SUMMARY if turn.is_short else MAX_SUMMARY
    reply = Reply(turn).say(
        "answer",
        summary=_clipped(str(article.get("summary") or ""), longest),
        title=article.get("title", ""),
        url=article.get("url", ""),
    )
    reply.say("did_help").buttons("yes", "no", "person").considered(articles)
    confidence = article.get("confidence")
    reply.command(
        "answered", slug=article.get("slug"), lang=turn.language, confidence=confidence
    ).send(dispatcher)
    return [
        SlotSet("pending", "helped"),
        SlotSet("misses", 0),
        SlotSet("offered", None),
        SlotSet("tried", _tried(turn, [article])),
    ]


def _offer(
    dispatcher: CollectingDispatcher, turn: Turn, articles: list[dict[str, Any]]
) -> list[EventType]:
    reply = Reply(turn).say("offer")
    lines = [
        Reply(turn).say("offer_item", number=number, **_link(one)).text
        for number, one in enumerate(articles, start=1)
    ]
    reply.say_as_is("\n".join(lines)).say("offer_ask").considered(articles)
    reply.command("offered", slugs=[one.get("slug") for one in articles]).send(dispatcher)
    return [
        SlotSet("pending", "choice"),
        SlotSet("misses", 0),
        SlotSet("offered", articles),
        SlotSet("tried", _tried(turn, articles)),
    ]


def _chosen(turn: Turn) -> dict[str, Any] | None:
    """The offered article whose number, or whose title, the customer gave."""
    offered = turn.kept("offered", [])
    if turn.kept("pending") != "choice" or not offered:
        return None
    said = turn.text.strip()
    if match := _NUMBER.match(said):
        number = _NUMBERS.get(match[1]) or int(match[1])
        return offered[number - 1] if number <= len(offered) else None
    titles = [one for one in offered if str(one.get("title", "")).lower() == said.lower()]
    return titles[0] if titles else None


def _link(article: dict[str, Any]) -> dict[str, object]:
    return {"title": article.get("title", ""), "url": article.get("url", "")}


def _tried(turn: Turn, articles: list[dict[str, Any]]) -> list[str]:
    before = list(turn.kept("tried", []))
    return before + [one["slug"] for one in articles if one.get("slug") not in before]


def _clipped(text: str, longest: int) -> str:
    """Whole sentences where one fits, else cut with an ellipsis."""
    text = " ".join(text.split()) if longest <= MAX_SHORT_SUMMARY else text.strip()
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    end = max(cut.rfind(mark) for mark in (". ", "。", "！", "？", "! ", "? "))
    return cut[: end + 1].strip() if end > longest // 3 else cut.rstrip() + "…"
