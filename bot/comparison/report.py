"""What a comparison found, as it is kept beside the candidate and shown."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bot.comparison.held_out import LANGUAGES, OFF_TOPIC
from bot.comparison.verdict import Measured, Reason, reasons_against
from bot.models import moment

Report = dict[str, Any]


def compared(
    candidate: str, service: str | None, before: Measured | None, after: Measured, left_out: int
) -> Report:
    """Both columns, everything that got worse or better, and the verdict. ``before`` is None
    when no model is in service; then nothing is worse."""
    reasons = reasons_against(before, after) if before else []
    return {
        **_begun(candidate, service, reasons),
        "left_out": left_out,
        "before": _figures(before) if before else None,
        "after": _figures(after),
        "worse": _changed(before, after) if before else [],
        "better": _changed(after, before) if before else [],
        "talks_failing": {name: fault for name, fault in after.talks.items() if fault},
    }


def not_compared(candidate: str, service: str | None, rule: str, detail: str) -> Report:
    """One of the two models does not answer: ``rule`` is ``cannot_serve`` or ``no_comparison``."""
    reasons = [{"rule": rule, "detail": detail}]
    return {**_begun(candidate, service, reasons), "before": None, "after": None, "worse": []}


def _begun(candidate: str, service: str | None, reasons: list[Reason]) -> Report:
    return {
        "candidate": candidate,
        "in_service": service,
        "compared_at": moment(),
        "worse_than_in_service": bool(reasons),
        "reasons": reasons,
        "switched_in": False,
    }


def _figures(measured: Measured) -> dict[str, Any]:
    passed = sum(not fault for fault in measured.talks.values())
    return {
        "talks": [passed, len(measured.talks)],
        **{language: list(measured.right(language)) for language in LANGUAGES},
        **{
            f"{OFF_TOPIC}_{language}": list(measured.right(language, OFF_TOPIC))
            for language in LANGUAGES
        },
        "mistakes": _most_common(measured),
    }


def _most_common(measured: Measured) -> list[list[Any]]:
    """[wanted, understood, times] of what is taken for something else most often."""
    wrong = Counter(
        (question.intent, got)
        for question, got in measured.held_out.items()
        if got != question.wanted
    )
    return [[*pair, times] for pair, times in wrong.most_common(10)]


def _changed(right: Measured, wrong: Measured) -> list[dict[str, str]]:
    """Questions that one understood rightly and the other did not."""
    return [
        {
            "text": question.text,
            "language": question.language,
            "intent": question.intent,
            "understood": wrong.held_out[question],
        }
        for question, got in right.held_out.items()
        if got == question.wanted and wrong.held_out[question] != question.wanted
    ]
