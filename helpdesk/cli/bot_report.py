"""What the learning commands found, for people to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

LANGUAGE = {"en": "English", "zh": "Chinese"}
MOST_SHOWN = 40  # examples that got worse; --json has all


def of_training(told: dict[str, Any]) -> str:
    made = f"is trained in {told['seconds']} s" if told["trained"] else "was trained before"
    lines = [
        f"Model {told['model']} {made}: {told['shipped']} shipped examples and "
        f"{told['learnt']} accepted ones (of {told['accepted']} accepted candidates)."
    ]
    lines += [f"  Left out: {what}." for what in _left_out(told["left_out"])]
    if told["is_in_service"]:
        return "\n".join([*lines, "It is in service already: there is nothing new to learn."])
    return "\n".join([*lines, "It is not in service. Next: helpdesk bot test"])


def _left_out(left_out: dict[str, Any]) -> Iterator[str]:
    if left_out["of_articles"]:
        yield f"{left_out['of_articles']} that name an article, not an intent"
    if left_out["overruled"]:
        yield f"{left_out['overruled']} whose words were given another intent later"
    if left_out["wordless"]:
        yield f"{left_out['wordless']} without words"
    if left_out["unknown_intents"]:
        yield f"intents that the bot does not have: {', '.join(left_out['unknown_intents'])}"


def of_comparison(report: dict[str, Any]) -> str:
    return "\n".join([*_columns(report), *_worse(report), *_verdict(report)])


def _columns(report: dict[str, Any]) -> Iterator[str]:
    before, after = report["before"], report["after"]
    if not after:
        return
    yield f"{'':34}{'in service':>18}{'candidate':>18}"
    yield f"{'':34}{report['in_service'] or 'none':>18}{report['candidate']:>18}"
    for name, title in (
        ("en", "held-out English, understood"), ("zh", "held-out Chinese, understood"),
        ("off_topic_en", "off-topic English, refused"),
        ("off_topic_zh", "off-topic Chinese, refused"), ("talks", "talks passed"),
    ):  # fmt: skip
        yield f"{title:34}{_cell(before, name):>18}{_cell(after, name):>18}"
    if report["left_out"]:
        yield f"{report['left_out']} held-out questions left out: the candidate was taught them."


def _cell(figures: dict[str, Any] | None, name: str) -> str:
    if not figures:
        return "-"
    right, of = figures[name]
    share = f" {right / of:.1%}" if of else ""
    return f"{right}/{of}{share}"


def _worse(report: dict[str, Any]) -> Iterator[str]:
    worse = report["worse"]
    if worse:
        yield f"\nUnderstood before, not by the candidate ({len(worse)}):"
    for one in worse[:MOST_SHOWN]:
        yield f"  {one['language']}  {one['intent']} -> {one['understood']}: {one['text']}"
    if len(worse) > MOST_SHOWN:
        yield f"  and {len(worse) - MOST_SHOWN} more: helpdesk bot test --json"
    if report.get("better"):
        yield f"Understood by the candidate only: {len(report['better'])}."


def _verdict(report: dict[str, Any]) -> Iterator[str]:
    name = report["candidate"]
    if report["worse_than_in_service"]:
        yield f"\nModel {name} is not switched in:"
        yield from (f"  {reason(one)}." for one in report["reasons"])
    elif report["switched_in"]:
        yield f"\nModel {name} is not worse: it is switched in."
        yield "A running bot changes over as soon as a second server has loaded it."
    else:
        yield f"\nModel {name} is not worse. It is not switched in, as you asked."


def reason(one: dict[str, Any]) -> str:
    language = LANGUAGE.get(one.get("language", ""), "")
    match one["rule"]:
        case "talk":
            return f"the talk '{one['talk']}' passed before and fails now ({one['fault']})"
        case "accuracy":
            return (
                f"of {language} questions {one['before']:.1%} were understood, "
                f"now {one['after']:.1%}"
            )
        case "off_topic":
            return (
                f"of {language} off-topic questions {one['before']:.1%} were refused, "
                f"now {one['after']:.1%}"
            )
        case "intent":
            return (
                f"of {one['of']} {language} questions for {one['intent']}, {one['before']} were "
                f"understood, now {one['after']}"
            )
        case "no_comparison":
            return f"the model in service could not be started to compare: {one['detail']}"
        case _:
            return f"it cannot serve: {one.get('detail', '')}"


def of_rollback(found: dict[str, Any]) -> str:
    return (
        f"Model {found['model']} is chosen again in place of {found['left']}.\n"
        "A running bot changes over as soon as a second server has loaded it."
    )
