"""The languages in which made-up customers write, and how many of them do."""

from __future__ import annotations

from functools import cache

from opencc import OpenCC

from helpdesk.seeds.bulk import chinese, english
from helpdesk.seeds.bulk.topic import Case, Phrase, Phrases, Speech, Topic

SHARES = {"en": 70, "zh-Hans": 18, "zh-Hant": 12}  # per cent


@cache
def speeches() -> dict[str, Speech]:
    """By locale."""
    simplified = Speech(
        "zh-Hans",
        Phrase("订单"),
        chinese.GREETINGS,
        chinese.BYES,
        chinese.FOLLOW_UPS,
        chinese.ASIDES,
        chinese.NOTES,
        chinese.PROMISES,
        chinese.SIGN_OFFS,
        chinese.TOPICS,
    )
    return {
        "en": Speech(
            "en",
            Phrase("Order"),
            english.GREETINGS,
            english.BYES,
            english.FOLLOW_UPS,
            english.ASIDES,
            english.NOTES,
            english.PROMISES,
            english.SIGN_OFFS,
            english.TOPICS,
        ),
        "zh-Hans": simplified,
        "zh-Hant": _traditional(simplified),
    }


def _traditional(speech: Speech) -> Speech:
    converter = OpenCC("s2twp")

    def one(phrase: Phrase) -> Phrase:
        return Phrase(converter.convert(phrase.text))

    def each(phrases: Phrases) -> Phrases:
        return tuple(one(phrase) for phrase in phrases)

    def topic(topic: Topic) -> Topic:
        return Topic(
            topic.tag,
            topic.team,
            tuple(
                Case(one(case.subject), one(case.problem), one(case.answer)) for case in topic.cases
            ),
        )

    return Speech(
        "zh-Hant",
        one(speech.order),
        each(speech.greetings),
        each(speech.byes),
        each(speech.follow_ups),
        each(speech.asides),
        each(speech.notes),
        each(speech.promises),
        each(speech.sign_offs),
        tuple(topic(one) for one in speech.topics),
    )
